"""host-17, host-18, target-11 to target-13: where it listens, and where it sends."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.scenes import answers, request, scene
from tests.support.children import bare_environment
from tests.support.raw_client import ask

TOKEN = "test-token-" + "0" * 40


def run(*arguments: str, config: str = "", directory: Path) -> subprocess.CompletedProcess[str]:
    """`signing-proxy run`, which must end by itself."""
    file = directory / "config.yaml"
    if config:
        file.write_text(config)
    chosen = ("--config", str(file)) if config else ()
    return subprocess.run(
        [sys.executable, "-m", "proxy", "run", *chosen, "--journal", str(directory / "j"), *arguments],
        capture_output=True, text=True, timeout=30, check=False, cwd=directory,
        env=bare_environment(HOME=str(directory)),
    )  # fmt: skip


@pytest.mark.parametrize("address", ["0.0.0.0:0", "[::]:0"])
def test_host_17_beyond_loopback_it_does_not_start_without_a_token(address: str, tmp_path: Path) -> None:
    ended = run("--listen", address, directory=tmp_path)
    assert ended.returncode == 3
    assert "token" in ended.stderr
    assert ended.stdout == ""


async def test_host_18_beyond_loopback_token_and_host_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    settings: dict[str, Any] = {"listen": "0.0.0.0:0", "allow_hosts": ["gateway"], "token_file": str(file)}
    async with scene(tmp_path, **settings) as here:
        url = f"http://127.0.0.1:{here.gateway.url.rpartition(':')[2]}"
        octets = request("GET", "/api/v3/account", headers=f"X-Gateway-Token: {TOKEN}\r\n")
        named = octets.replace(b"Host: localhost", b"Host: gateway:8080")
        assert (await ask(url, named)).status == 200
        evil = await ask(url, octets.replace(b"Host: localhost", b"Host: evil.test"))
        assert (evil.status, evil.header("X-Gateway-Error")) == (403, "host_not_allowed")
        for wrong in (
            "",
            "X-Gateway-Token: x\r\n",
            f"X-Gateway-Token: {TOKEN}\r\nX-Gateway-Token: {TOKEN}\r\n",
        ):
            refused = await ask(url, request("GET", "/api/v3/account", headers=wrong))
            assert (refused.status, refused.header("X-Gateway-Error")) == (401, "token_required")
    assert len(here.upstream.requests) == 1
    assert TOKEN.encode() not in here.upstream.requests[0]


@pytest.mark.parametrize("base", ["http://169.254.169.254", "https://api.binance.com.evil.test"])
def test_target_11_no_other_upstream_can_be_named(base: str, tmp_path: Path) -> None:
    """Further spellings: tests/config/test_addresses.py."""
    ended = run("--listen", "127.0.0.1:0", config=f"upstream:\n  unsafe_url: {base}\n", directory=tmp_path)
    assert ended.returncode == 3
    assert ended.stdout == ""


async def test_target_11_the_unsafe_upstream_is_told_in_every_health_answer(tmp_path: Path) -> None:
    async with scene(tmp_path, admin="127.0.0.1:0") as here:
        assert here.gateway.admin_url
        for path in ("/readyz", "/version", "/livez"):
            answer = await ask(here.gateway.admin_url, request("GET", path))
            assert "UNSAFE UPSTREAM" in str(answer.json()), path


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "fd00::1", "224.0.0.1"]
)
async def test_target_12_a_name_that_leads_into_a_private_network(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene(tmp_path, upstream={"unsafe_url": None}) as here:
        asked: list[str] = []

        async def resolve(host: str, port: int, **_: object) -> list[object]:
            asked.append(host)
            return [(2, 1, 6, "", (address, port))]

        with monkeypatch.context() as patch:
            patch.setattr("proxy.upstream.resolver.Resolver.addresses", staticmethod(resolve))
            answer = await here.order()
    assert (answer.status, answer.header("X-Gateway-Error")) == (502, "upstream_refused_address")
    assert answer.header("X-Gateway-Execution") == "not_sent"
    assert set(asked) <= {f"api{n}.binance.com" for n in ("", "1", "2", "3", "4", "-gcp")}
    assert here.upstream.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_target_13_a_redirect_is_not_followed(status: int, tmp_path: Path) -> None:
    async with scene(tmp_path / "elsewhere") as elsewhere:
        octets = f"HTTP/1.1 {status} X\r\nLocation: {elsewhere.upstream.base}/\r\nContent-Length: 0\r\n\r\n"
        async with scene(tmp_path, answers(octets.encode())) as here:
            answer = await here.order()
            assert (answer.status, answer.header("X-Gateway-Error")) == (502, "redirect_refused")
            assert answer.header("X-Gateway-Execution") == "unknown"
            assert answer.header("Location") is None
        assert elsewhere.upstream.requests == []
    assert len(here.upstream.requests) == 1
