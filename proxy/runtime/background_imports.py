"""Modules that a start does not wait for: imported in a thread once the ports are open, in idle moments.

The rules of diagnosis take as long to import as half of everything else, and nobody needs them before the first
error answer. A caller that needs one waits for a bounded time, while all that is left is imported at one go; the
event loop goes on meanwhile.
"""

import asyncio
import contextlib
import importlib
import importlib.util
import pkgutil
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

_QUIET_SECONDS: Final = 0.1
_POLL_SECONDS: Final = 0.02
_BUSY_SECONDS: Final = 30.0
"""Under constant load an idle moment is awaited so long in all; then one module follows another with pauses."""
_PAUSE_SECONDS: Final = 0.05
_USUAL_SECONDS: Final = sys.getswitchinterval()
_SWITCH_SECONDS: Final = 0.0005
"""How long the importing thread may keep the interpreter while the event loop wants it; Python's own 5 ms would
be felt by each request of these moments."""

type Traffic = Callable[[], tuple[int, int]]
"""Requests so far, and those being served now."""


class BackgroundImports:
    """Modules by name, imported once, in order. A package stands for all modules in it."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._loading: asyncio.Future[None] | None = None
        self._ended = asyncio.Event()

    async def load(self) -> None:
        """Import what is left, now. Cancelling the wait does not stop the import. Raises ImportError."""
        await asyncio.shield(self._start())

    async def wait_loaded(self, seconds: float) -> bool:
        """Whether all are imported, waiting for at most so long. Starts the import if nobody did."""
        loading = self._start()
        if not loading.done():
            await asyncio.wait({loading}, timeout=seconds)
        if not loading.done():
            return False
        loading.result()
        return True

    async def wait_ended(self) -> None:
        """Wait until nothing is being imported any more. Starts nothing, and tells no failure."""
        await self._ended.wait()

    async def load_when_idle(self, traffic: Traffic) -> None:
        """Import one module after another in the moments in which nobody asks for anything. Raises ImportError."""
        idle = IdleDetector(traffic)
        await idle.wait()
        for name in await asyncio.to_thread(self._modules):
            if self._loading is not None:  # somebody needs them now
                break
            with contextlib.suppress(ImportError):  # `load` raises it, to everybody who needs the modules
                await asyncio.to_thread(self._import, name)
            await idle.wait()
        await self.load()

    def _start(self) -> asyncio.Future[None]:
        if self._loading is None:
            self._loading = asyncio.ensure_future(asyncio.to_thread(self._import_all))
            self._loading.add_done_callback(lambda _: self._ended.set())
        return self._loading

    def _import_all(self) -> None:
        self._import(*self._modules())

    def _import(self, *names: str) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            for name in names:
                importlib.import_module(name)
        finally:
            sys.setswitchinterval(_USUAL_SECONDS)

    def _modules(self) -> list[str]:
        """Every single module, the innermost first: those further out import many of them."""
        found = list(self._names)
        for name in self._names:
            spec = importlib.util.find_spec(name)
            if spec is not None and spec.submodule_search_locations is not None:
                inner = pkgutil.walk_packages(spec.submodule_search_locations, f"{name}.")
                found += [module.name for module in inner]
        return sorted(found, key=lambda name: name.count("."), reverse=True)


class IdleDetector:
    """Finds moments without requests, by polling a counter."""

    def __init__(
        self,
        traffic: Traffic,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._traffic = traffic
        self._now = now
        self._sleep = sleep
        self._requests = traffic()[0]
        self._quiet_since = now()
        self._give_up_at = now() + _BUSY_SECONDS

    async def wait(self) -> None:
        """Wait until nothing was asked for a tenth of a second; under constant load, for a short pause only."""
        while not self._quiet():
            if self._now() >= self._give_up_at:
                await self._sleep(_PAUSE_SECONDS)
                return
            await self._sleep(_POLL_SECONDS)

    def _quiet(self) -> bool:
        so_far, now_served = self._traffic()
        if now_served or so_far != self._requests:
            self._requests, self._quiet_since = so_far, self._now()
        return self._now() - self._quiet_since >= _QUIET_SECONDS
