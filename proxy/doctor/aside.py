"""Work that may hang in the kernel, in a thread that nobody has to wait for.

A disk that is gone, or on another machine, can hold a call for minutes. asyncio's own threads are joined at the end
of the process; a daemon thread is not (docs.python.org, threading).
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable


async def aside[T](work: Callable[[], T]) -> T:
    """What `work` returns or raises. Cancelling the wait leaves the thread to its end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # one of both is given

    def run() -> None:
        result, failure = None, None
        try:
            result = work()
        except Exception as error:  # handed to who waits
            failure = error
        with contextlib.suppress(RuntimeError):  # the event loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, result, failure)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return await done
