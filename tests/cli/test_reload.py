"""`reload` against real gateways."""

import asyncio
import json
from pathlib import Path

from harness.gateway import GatewayProcess
from tests.cli.conftest import Run
from tests.upstream.scripted import upstream


async def test_a_running_gateway_reads_again_and_tells_what_is_wrong(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "g"
    async with upstream() as script, GatewayProcess(script.base, folder, config={}) as gateway:
        config = folder / "config.yaml"
        words = ("reload", "--journal", str(gateway.journal))
        said = await asyncio.to_thread(run, *words)
        assert (said.code, said.out) == (0, f"{gateway.admin_url}: read again, and in force\n")

        config.write_text(json.dumps({"listen": "127.0.0.1:1", "signing": {"recv_window_ms": 6000}}))
        said = await asyncio.to_thread(run, *words)
        assert said.code == 0
        assert "warning: signing.recv_window_ms was changed and needs a restart" in said.err

        config.write_text("policy: {profiles: [sopt]}")
        said = await asyncio.to_thread(run, *words)
        assert (said.code, said.out) == (1, "")
        assert "config.yaml:1" in said.err
        assert "hint: mend it" in said.err


def test_nobody_there(run: Run, tmp_path: Path) -> None:
    said = run("reload", "--journal", str(tmp_path))
    assert said.code != 0
    assert "is the gateway running" in said.err
