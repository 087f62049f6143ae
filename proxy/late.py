"""What a start does not wait for: modules imported by a thread once the doors are open.

The rules of diagnosis take as long to import as half of everything else, and nobody needs them before the first
error answer. Whoever does waits for a bounded time; the event loop goes on meanwhile.
"""

import asyncio
import importlib
import sys
from collections.abc import Sequence
from typing import Final

_USUAL_SECONDS: Final = sys.getswitchinterval()
_SWITCH_SECONDS: Final = 0.0005
"""How long the importing thread may keep the interpreter while the event loop wants it; Python's own 5 ms would
be felt by each request of these moments."""


class LateModules:
    """Modules by name, imported once, in order."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._loading: asyncio.Future[None] | None = None

    async def load(self) -> None:
        """Import them all, if nobody did. Cancelling the wait does not stop the import. Raises ImportError."""
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

    def _begun(self) -> asyncio.Future[None]:
        if self._loading is None:
            self._loading = asyncio.ensure_future(asyncio.to_thread(self._import))
        return self._loading

    def _import(self) -> None:
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            for name in self._names:
                importlib.import_module(name)
        finally:
            sys.setswitchinterval(_USUAL_SECONDS)
