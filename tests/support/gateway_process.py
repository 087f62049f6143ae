"""`signing-proxy run` in a process of its own, as a user starts it."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.gateway import API_KEY, API_SECRET

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class GatewayProcess:
    """A gateway that listens. `url` has no trailing slash."""

    url: str
    pid: int

    def memory_kib(self, what: str) -> int:
        """`VmRSS` (resident now) or `VmHWM` (the most it ever was), in KiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"^{what}:\s+([0-9]+) kB$", status, re.MULTILINE)
        assert found, what
        return int(found[1])

    def processor_time(self) -> str:
        """User and system time so far, as the kernel counts them: equal to itself while nothing is done."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2]
        return " ".join(after_name.split()[11:13])


@asynccontextmanager
async def gateway_process(upstream_url: str, journal: Path) -> AsyncIterator[GatewayProcess]:
    """A gateway that sends everything to `upstream_url`, with the made-up HMAC key."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "proxy", "run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"),
        *("--unsafe-upstream", upstream_url, "--journal", str(journal)),
        cwd=ROOT,
        env={**os.environ, "BINANCE_API_KEY": API_KEY, "BINANCE_API_SECRET": API_SECRET},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            listening = json.loads(await process.stdout.readline())
        yield GatewayProcess(listening["gateway"], process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
