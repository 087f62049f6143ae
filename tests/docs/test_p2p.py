"""The calls of docs/p2p.md, run as they stand there: by a real shell and curl, through a gateway, to the strict exchange."""

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from proxy.app.gateway import Gateway
from proxy.sandbox import Observation, Sandbox, SandboxKey, start
from tests.support.gateway import API_KEY, API_SECRET, gateway

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
ENGLISH, SPANISH = ((DOCS / name).read_text("utf-8") for name in ("p2p.md", "es/p2p.md"))
CALL: Final = re.compile(r"<!-- call (read|write) -->\n```sh\n(curl .+)\n```\n")
POLICY: Final = re.compile(r"```yaml\n(.+?)```", re.DOTALL)
CALLS: Final = [(found[1], found[2]) for found in CALL.finditer(ENGLISH)]
VALUES: Final = {
    "AD_NUMBER": "11769999000000000001",
    "ORDER_NUMBER": "22760000000000000001",  # one that is not paid yet
    "PAY_ID": "900001",
}
"""What a reader puts in: an ad, an order and a payment method of the exchange's first account."""


def lines_of_the_page() -> dict[str, Any]:
    found = POLICY.search(ENGLISH)
    assert found is not None
    settings: dict[str, Any] = yaml.safe_load(found[1])
    return settings


@pytest.fixture
async def seen() -> list[Observation]:
    return []


@pytest.fixture
async def exchange(seen: list[Observation]) -> AsyncIterator[str]:
    running = await start(Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)], observer=seen.append))
    yield running.url
    await running.stop()


async def pasted(call: str, at: Gateway) -> tuple[int, Any]:
    """Status and answer of a line of the page, its placeholders filled in and the port that of the test."""
    for name, value in VALUES.items():
        call = call.replace(name, value)
    assert "127.0.0.1:8180" in call
    line = call.replace("http://127.0.0.1:8180", at.url) + " -s -m 30 -w '\\n%{http_code}'"
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", line, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    body, _, status = output.decode().rpartition("\n")
    return int(status), json.loads(body)


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@needs_curl
async def test_every_call_is_accepted_with_the_lines_of_the_page(
    exchange: str, seen: list[Observation], tmp_path: Path
) -> None:
    async with gateway(exchange, tmp_path, **lines_of_the_page()) as at:
        seen.clear()  # the gateway's own look at the time
        for _, call in CALLS:
            status, answer = await pasted(call, at)
            assert (status, answer["code"], answer["success"]) == (200, "000000", True), call
    asked = [one for one in seen if one.target.startswith(b"/sapi/v1/c2c/")]
    assert len(asked) == len(CALLS) == 10
    assert {one.signature for one in asked} == {"valid"}


@needs_curl
async def test_reads_pass_without_them_and_writes_are_not_sent(
    exchange: str, seen: list[Observation], tmp_path: Path
) -> None:
    async with gateway(exchange, tmp_path) as at:
        told = [(kind, (await pasted(call, at))[0]) for kind, call in CALLS]
    assert told == [("read", 200)] * 8 + [("write", 403)] * 2
    assert len([one for one in seen if one.target.startswith(b"/sapi/v1/c2c/")]) == 8


@needs_curl
@pytest.mark.parametrize(
    ("policy", "codes"),
    [
        ({"profiles": ["spot"], "allow": lines_of_the_page()["policy"]["allow"]}, [403, 200]),
        ({"profiles": ["spot", "merchant"]}, [200, 403]),
    ],
)
async def test_each_write_needs_the_line_that_it_names(
    policy: dict[str, Any], codes: list[int], exchange: str, tmp_path: Path
) -> None:
    async with gateway(exchange, tmp_path, policy=policy) as at:
        assert [(await pasted(call, at))[0] for kind, call in CALLS if kind == "write"] == codes


def test_both_languages_hold_the_same_calls_and_lines() -> None:
    assert [(found[1], found[2]) for found in CALL.finditer(SPANISH)] == CALLS
    assert POLICY.findall(SPANISH) == POLICY.findall(ENGLISH)
    assert ENGLISH.count("\ncurl ") == SPANISH.count("\ncurl ") == len(CALLS)  # none is left unmarked


def test_no_call_is_signed_or_irreversible() -> None:
    text = " ".join(call for _, call in CALLS)
    assert re.search(r"signature|timestamp=|X-MBX|releaseCoin|placeOrder", text) is None
