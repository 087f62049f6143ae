"""What a start does not wait for: modules imported by threads once the doors are open, while nothing else is to do.

The rules of diagnosis take as long to import as half of everything else, and nobody needs them before the first
error answer. Whoever does waits for a bounded time, while all that is left is imported at one go; the event loop
goes on meanwhile.
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
_LOOK_SECONDS: Final = 0.02
_PATIENCE_SECONDS: Final = 30.0
"""Under constant load the quiet is waited for so long in all; then one module follows another with pauses."""
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
        await asyncio.shield(self._begun())

    async def loaded(self, seconds: float) -> bool:
        """Whether all are there, waiting for at most so long; starts the import if nobody did."""
        loading = self._begun()
        if not loading.done():
            await asyncio.wait({loading}, timeout=seconds)
        if not loading.done():
            return False
        loading.result()
        return True

    async def ended(self) -> None:
        """Wait until nothing is being imported any more. Starts nothing, and tells no failure."""
        await self._ended.wait()

    async def load_when_idle(self, traffic: Traffic) -> None:
        """Import one module after another in the moments in which nobody asks for anything. Raises ImportError."""
        quiet = IdleDetector(traffic)
        await quiet.comes()
        for name in await asyncio.to_thread(self._parts):
            if self._loading is not None:  # somebody needs them now
                break
            with contextlib.suppress(ImportError):  # told by `load`, to everybody
                await asyncio.to_thread(self._import, name)
            await quiet.comes()
        await self.load()

    def _begun(self) -> asyncio.Future[None]:
        if self._loading is None:
            self._loading = asyncio.ensure_future(asyncio.to_thread(self._import_all))
            self._loading.add_done_callback(lambda _: self._ended.set())
        return self._loading

    def _import_all(self) -> None:
        self._import(*self._parts())

    def _import(self, *names: str) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            for name in names:
                importlib.import_module(name)
        finally:
            sys.setswitchinterval(_USUAL_SECONDS)

    def _parts(self) -> list[str]:
        """Every single module, the innermost first: those further out import many of them."""
        found = list(self._names)
        for name in self._names:
            spec = importlib.util.find_spec(name)
            if spec is not None and spec.submodule_search_locations is not None:
                inner = pkgutil.walk_packages(spec.submodule_search_locations, f"{name}.")
                found += [module.name for module in inner]
        return sorted(found, key=lambda name: name.count("."), reverse=True)


class IdleDetector:
    """Finds the moments without requests, by looking from time to time."""

    def __init__(
        self,
        traffic: Traffic,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._traffic = traffic
        self._now = now
        self._sleep = sleep
        self._seen = traffic()[0]
        self._quiet_since = now()
        self._patient_until = now() + _PATIENCE_SECONDS

    async def comes(self) -> None:
        """Wait until nothing was asked for a tenth of a second; for a short pause only, once patience has ended."""
        while not self._quiet():
            if self._now() >= self._patient_until:
                await self._sleep(_PAUSE_SECONDS)
                return
            await self._sleep(_LOOK_SECONDS)

    def _quiet(self) -> bool:
        so_far, now_served = self._traffic()
        if now_served or so_far != self._seen:
            self._seen, self._quiet_since = so_far, self._now()
        return self._now() - self._quiet_since >= _QUIET_SECONDS
