"""The way out: what is configured, and what only looks so."""

from pathlib import Path

import pytest

from tests.doctor.patients import lines, patient


@pytest.mark.parametrize(
    ("upstream", "environ", "line"),
    [
        ({}, {}, "good: directly, without a proxy"),
        ({"local_address": "192.0.2.7"}, {}, "good: directly, without a proxy, from 192.0.2.7"),
        (
            {"proxy": "socks5h://gate:1080"},
            {},
            "good: through the socks5h proxy gate:1080; TLS stays end to end",
        ),
        (
            {},
            {"HTTPS_PROXY": "http://user:word@gate:3128"},
            "warning: directly; HTTPS_PROXY is set and not used -> set upstream.proxy if requests must go through"
            " that proxy",
        ),
    ],
)
async def test_the_way_out(
    upstream: dict[str, str], environ: dict[str, str], line: str, tmp_path: Path
) -> None:
    async with patient("", tmp_path, upstream=upstream, environ=environ) as one:
        assert await lines(one, "proxy") == [f"proxy: {line}"]


async def test_an_unsafe_upstream_is_loud(tmp_path: Path) -> None:
    async with patient("http://127.0.0.1:9", tmp_path) as one:
        assert await lines(one, "proxy") == [
            "proxy: warning: UNSAFE UPSTREAM: everything goes to http://127.0.0.1:9, not to Binance -> leave out"
            " --unsafe-upstream (upstream.unsafe_url) for the real exchange"
        ]
