"""Gateways that start in no time and are killed: forked from an interpreter that has the program loaded (zygote.py)."""

import asyncio
import contextlib
import json
import os
import select
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.gateway import ROOT, variables
from tests.faults.frame import NO_BYTECODE, until


@dataclass
class Zygote:
    """The interpreter that forks them."""

    process: asyncio.subprocess.Process

    async def gateway(
        self, line: list[str], log: Path, dies: tuple[str, str, int] | None = None
    ) -> tuple[dict[str, Any], int]:
        """A new gateway, from its command line: its first line, and a descriptor of its process. `dies`: where it kills
        itself, see zygote.py."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"words": line, "log": str(log), "dies": dies}).encode() + b"\n")
        said = await self.line() | await self.line()
        return said, os.pidfd_open(said["pid"])

    async def line(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            return dict(json.loads(await self.process.stdout.readline()))


@asynccontextmanager
async def zygote_at(directory: Path) -> AsyncIterator[Zygote]:
    """An interpreter that is ready to fork gateways; their home is the directory."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.zygote"),
        cwd=ROOT,
        env=variables(directory) | NO_BYTECODE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    zygote = Zygote(process)
    try:
        await zygote.line()
        yield zygote
    finally:
        process.kill()
        await process.wait()


def strike(descriptor: int) -> None:
    """Kill the process (SIGKILL), if it is not dead yet."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)


def is_gone(descriptor: int) -> bool:
    """Whether the process has ended: its descriptor then reads as ready (pidfd_open(2))."""
    return bool(select.select([descriptor], [], [], 0)[0])


async def kill(descriptor: int) -> None:
    """Kill the process and wait until it is gone."""
    strike(descriptor)
    await until(lambda: is_gone(descriptor), 10)
    os.close(descriptor)
