"""A real mitmdump with the addon, on a free port of loopback."""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ADDON = Path(__file__).resolve().parents[2] / "addons" / "binance_doctor.py"
PROGRAMS = Path(sys.executable).parent
_START_SECONDS = 30
_STOP_SECONDS = 15


class Mitmdump:
    """`output` grows while it runs; stdout and stderr together, as a user would see them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = ""
        self.ports: list[int] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        while chunk := await self.process.stdout.read(65_536):
            self.output += chunk.decode("utf-8", "replace")

    async def says(self, pattern: str, seconds: float = _START_SECONDS) -> re.Match[str]:
        """Wait for a text; fails with the output so far."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (found := re.search(pattern, self.output)) is None:
            assert loop.time() < end, f"{pattern!r} not seen in:\n{self.output}"
            assert self.process.returncode is None or not self._reading.done(), self.output
            await asyncio.sleep(0.02)
        return found

    async def stop(self) -> int:
        """SIGTERM, as a service manager would; returns the exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        return await self.ended()

    async def ended(self) -> int:
        try:
            code = await asyncio.wait_for(self.process.wait(), _STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            raise
        await self._reading
        return code

    @property
    def lines(self) -> list[str]:
        """What the addon said, without the time of day."""
        return [
            line.partition("] ")[2]
            for line in self.output.splitlines()
            if "[binance]" in line or "binance_doctor:" in line
        ]


def free_ports(count: int) -> list[int]:
    """Ports that are free now. mitmproxy takes port 0 for one mode only."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def launch(
    folder: Path,
    *arguments: str,
    addon: Path = ADDON,
    environment: dict[str, str] | None = None,
    program: str = "mitmdump",
) -> Mitmdump:
    """Start it without waiting for anything. Its own files go to `folder`."""
    process = await asyncio.create_subprocess_exec(
        str(PROGRAMS / program), "--listen-host", "127.0.0.1", "--set", f"confdir={folder}", "-s", str(addon), *arguments,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        cwd=folder, env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
    )  # fmt: skip
    return Mitmdump(process)


@asynccontextmanager
async def mitmdump(
    folder: Path, modes: tuple[str, ...], *options: str, program: str = "mitmdump"
) -> AsyncIterator[Mitmdump]:
    """Listening in all of the modes, each on a free port (`ports`, in their order); stopped at the end."""
    ports = free_ports(len(modes))
    flags = [part for mode, port in zip(modes, ports, strict=True) for part in ("--mode", f"{mode}@{port}")]
    running = await launch(folder, *flags, *options, program=program)
    running.ports = ports
    try:
        await running.says(r"\[binance\] doctor")
        yield running
    finally:
        await running.stop()
