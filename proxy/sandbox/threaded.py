"""A sandbox beside a program that has no event loop: it listens in a thread of its own.

with ThreadedSandbox(sandbox) as running:
    ...  # speak to running.url
"""

import asyncio
from concurrent.futures import Future
from threading import Thread
from typing import Self

from proxy.sandbox.exchange import Sandbox
from proxy.sandbox.server import start

_PATIENCE_S = 30.0


class ThreadedSandbox:
    """Listens on a free port of 127.0.0.1 from `with` until its end."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.url = ""
        self._opened: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), name="sandbox", daemon=True)

    def __enter__(self) -> Self:
        """Raises OSError where it cannot listen."""
        self._thread.start()
        self.url, self._loop, self._ended = self._opened.result(_PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(_PATIENCE_S)

    async def _serve(self) -> None:
        try:
            running = await start(self.sandbox)
        except BaseException as error:  # whatever it is, who waits must hear of it
            self._opened.set_exception(error)
            return
        ended = asyncio.Event()
        self._opened.set_result((running.url, asyncio.get_running_loop(), ended))
        await ended.wait()
        await running.stop()
