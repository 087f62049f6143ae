"""Loaded by the interpreter of a gateway under test, before its first line (this folder is put on PYTHONPATH).

What cannot be done to a process from outside, or not without rights that a build machine lacks, is done here, and
nothing of it without a variable in the environment that names a file:

* FAULTS_RESOLVER_FILE: `ok`, `fail` or `hang`, read at each look-up of a name, says what getaddrinfo does; `localhost` is
  then 127.0.0.1, whatever the machine's hosts file says.
* FAULTS_LAG_FILE: measures how long the event loop was busy or blocked, and where; one JSON object a line.
* FAULTS_SLEPT_FILE: its content, in seconds, is added to the wall clock and to CLOCK_BOOTTIME but not to
  CLOCK_MONOTONIC: what a process sees after its machine slept (clock_gettime(2)).
* FAULTS_WRITE_FILE: `EIO` or another errno makes os.write on regular files fail with it; `slow 0.1` makes each take
  that many seconds; empty lets them pass.
"""

import asyncio
import errno
import ipaddress
import json
import os
import socket
import stat
import sys
import threading
import time
import traceback
from asyncio import runners
from collections.abc import Buffer, Coroutine
from pathlib import Path
from typing import Any

_TICK_SECONDS = 0.002
_TOLD_MS = 10.0
"""Shorter gaps are not written down."""
_WATCH_SECONDS = 0.02
"""After so long without a tick the watcher looks where the loop is."""
_HANG_SECONDS = 0.02
"""Between two looks at whether the resolver still hangs."""
_write = os.write


class LagMeter:
    """Ticks inside the loop. `own_ms` of a gap is what the loop itself took: the time for which the kernel had given
    the processor to others (`/proc/.../schedstat`, second number) is taken out."""

    def __init__(self, path: str) -> None:
        self._out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._stat = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
        self._main = threading.get_ident()
        self._last = time.monotonic()
        self._waited = self._queued()
        self._cpu = time.thread_time()
        self._where = ""
        self._ticks = 0

    def _queued(self) -> float:
        return int(os.pread(self._stat, 100, 0).split()[1]) / 1e9

    async def tick(self) -> None:
        """For ever."""
        told = time.monotonic()
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            now, waited, cpu = time.monotonic(), self._queued(), time.thread_time()
            gap = now - self._last - _TICK_SECONDS
            self._ticks += 1
            if gap * 1000 >= _TOLD_MS:
                queued = waited - self._waited
                self._tell(
                    at=now,
                    gap_ms=gap * 1000,
                    own_ms=max(gap - queued, 0.0) * 1000,
                    cpu_ms=(cpu - self._cpu) * 1000,
                    where=self._where,
                )
            if now - told >= 1.0:
                told = now
                self._tell(at=now, ticks=self._ticks)
            self._last, self._waited, self._cpu, self._where = now, waited, cpu, ""

    def watch(self) -> None:
        """In a thread of its own: note where the loop is when it does not tick."""
        while True:
            time.sleep(_WATCH_SECONDS / 2)
            if not self._where and time.monotonic() - self._last > _WATCH_SECONDS:
                frame = sys._current_frames().get(self._main)  # the documented way to another thread's stack
                stack = traceback.extract_stack(frame)[-6:] if frame is not None else []
                self._where = " < ".join(
                    f"{Path(s.filename).name}:{s.lineno} {s.name}" for s in reversed(stack)
                )

    def _tell(self, **facts: float | str) -> None:
        rounded = {name: round(v, 4) if isinstance(v, float) else v for name, v in facts.items()}
        _write(self._out, json.dumps(rounded).encode() + b"\n")


def _measure_lag(path: str) -> None:
    run = runners.Runner.run

    def measured(self: runners.Runner, coro: Coroutine[Any, Any, Any], **options: Any) -> Any:
        async def both() -> Any:
            meter = LagMeter(path)
            threading.Thread(target=meter.watch, daemon=True).start()
            ticking = asyncio.create_task(meter.tick())
            try:
                return await coro
            finally:
                ticking.cancel()

        return run(self, both(), **options)

    runners.Runner.run = measured  # type: ignore[method-assign]  # this process is ours to watch


def _pretend_sleep(path: str) -> None:
    gettime, wall_ns, wall = time.clock_gettime, time.time_ns, time.time
    boot = getattr(time, "CLOCK_BOOTTIME", None)

    def slept() -> float:
        return float(_content(path) or 0)

    time.clock_gettime = lambda clock: gettime(clock) + (slept() if clock == boot else 0.0)
    time.time_ns = lambda: wall_ns() + int(slept() * 1e9)
    time.time = lambda: wall() + slept()


def _break_writes(path: str) -> None:
    def write(descriptor: int, data: Buffer, /) -> int:
        if (fault := _content(path)) and stat.S_ISREG(os.fstat(descriptor).st_mode):
            word, _, seconds = fault.partition(" ")
            if word != "slow":
                raise OSError(getattr(errno, word), os.strerror(getattr(errno, word)))
            time.sleep(float(seconds))
        return _write(descriptor, data)

    os.write = write


def _break_resolver(path: str) -> None:
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **more: Any) -> Any:
        if _is_address(host):
            return real(host, *rest, **more)
        if _content(path) == "fail":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        while _content(path) == "hang":
            time.sleep(_HANG_SECONDS)
        return real("127.0.0.1" if host == "localhost" else host, *rest, **more)

    socket.getaddrinfo = getaddrinfo  # type: ignore[assignment]  # what its overloads tell apart is passed on


def _is_address(host: str) -> bool:
    """Addresses need no name server."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _content(path: str) -> str:
    """Read at each use, so that a test can turn a fault on and off while the gateway runs."""
    try:
        return Path(path).read_text().strip()
    except FileNotFoundError:
        return ""


if lag_file := os.environ.get("FAULTS_LAG_FILE"):
    _measure_lag(lag_file)
if resolver_file := os.environ.get("FAULTS_RESOLVER_FILE"):
    _break_resolver(resolver_file)
if slept_file := os.environ.get("FAULTS_SLEPT_FILE"):
    _pretend_sleep(slept_file)
if write_file := os.environ.get("FAULTS_WRITE_FILE"):
    _break_writes(write_file)
