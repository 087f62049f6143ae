"""secret-03, secret-05, lifecycle-01, clock-02, clock-04: the process and its clock."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from harness.gateway import GatewayProcess
from proxy.sandbox import Sandbox, SandboxKey, start
from tests.hostile.scenes import OK, ORDER_FORM, answers, request, scene
from tests.support.gateway import API_KEY, API_SECRET, gateway
from tests.support.raw_client import ask
from tests.support.recording_upstream import recording_upstream

SECRETS = (API_SECRET.encode(), API_KEY.encode())


def core_limits(pid: int) -> list[str]:
    """Soft and hard limit of the size of a core file."""
    limits = Path(f"/proc/{pid}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    return line.split()[4:6]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
async def test_secret_03_a_crash_tells_nothing(number: signal.Signals, tmp_path: Path) -> None:
    """With Python's fault handler on, no core is written and nothing printed holds a secret.

    That the process is not dumpable is tested in tests/credentials/test_process_hardening.py.
    """
    fault_handler = {"PYTHONFAULTHANDLER": "1"}
    async with (
        recording_upstream() as upstream,
        GatewayProcess(upstream.url, tmp_path, environment=fault_handler) as running,
    ):
        assert (await ask(running.url, request("GET", "/api/v3/account"))).status == 200
        assert core_limits(running.pid) == ["0", "0"]
        running.process.send_signal(number)
        assert await running.ended(10) == -number
    assert b"Fatal Python error" in running.printed()
    assert not [secret for secret in SECRETS if secret in running.printed()]


async def test_secret_05_nothing_on_the_admin_port_or_in_the_log_holds_a_key(tmp_path: Path) -> None:
    async with recording_upstream() as upstream, GatewayProcess(upstream.url, tmp_path) as running:
        await ask(running.url, request("GET", "/api/v3/account"))
        for path in ("/livez", "/readyz", "/version", "/metrics"):
            answer = await ask(running.admin_url, request("GET", path))
            assert answer.status == 200
            assert not [secret for secret in SECRETS if secret in answer.body]
    assert not [secret for secret in SECRETS if secret in running.printed()]


async def test_lifecycle_01_what_is_under_way_at_sigterm_is_finished(tmp_path: Path) -> None:
    release = asyncio.Event()

    async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.write(OK)

    async with (
        scene(tmp_path / "script", waits) as script,
        GatewayProcess(script.upstream.base, tmp_path) as running,
    ):
        asked = [
            asyncio.create_task(ask(running.url, request("POST", "/api/v3/order", ORDER_FORM)))
            for _ in range(20)
        ]
        async with asyncio.timeout(20):
            while len(script.upstream.requests) < 20:
                await asyncio.sleep(0.01)
        running.process.terminate()
        await asyncio.sleep(0.3)
        with pytest.raises(OSError, match="Connect call failed"):
            await ask(running.url, request("GET", "/api/v3/account"))
        release.set()
        assert [(await one).status for one in asked] == [200] * 20
        assert await running.ended(8) == 0
    lines = b"".join(file.read_bytes() for file in (tmp_path / "journal").glob("flows-*.jsonl")).splitlines()
    flows = [line for line in map(json.loads, lines) if line["type"] == "flow"]
    assert [flow["execution"] for flow in flows] == ["answered"] * 20


async def test_clock_02_an_error_about_a_timestamp_that_is_not_ours_is_relayed(tmp_path: Path) -> None:
    """On an endpoint that is not signed the gateway sends no timestamp, so -1021 is not its to heal."""
    body = b'{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
    refused = answers(b"HTTP/1.1 400 X\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    async with scene(tmp_path, refused) as here:
        answer = await here.ask(request("GET", "/api/v3/ticker/price?timestamp=1"))
    assert (answer.status, answer.body) == (400, body)
    assert len(here.upstream.requests) == 1


@pytest.mark.parametrize("shift_ms", [3_600_000, -3_600_000])
async def test_clock_04_the_first_signed_request_has_the_exchanges_time(
    shift_ms: int, tmp_path: Path
) -> None:
    box = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)])
    box.clock_shift_ms = shift_ms
    seen: list[int | None] = []
    box.observer = lambda got: seen.append(got.code) if b"/account" in got.target else None
    exchange = await start(box)
    async with gateway(exchange.url, tmp_path / "journal") as running:
        assert (await ask(running.url, request("GET", "/api/v3/account"))).status == 200
    await exchange.stop()
    assert seen == [None]
