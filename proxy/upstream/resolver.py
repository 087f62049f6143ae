"""The system's resolver, asked in threads that nobody has to wait for.

`getaddrinfo` cannot be cancelled: where no name server answers it goes on until it gives up, often half a minute.
asyncio asks in its pool of a few threads, and uvloop in one of four of libuv: some names that hang would hold up
all others, and the end of the process too, for both pools are joined at exit. A daemon thread is not
(docs.python.org, threading: "The entire Python program exits when no alive non-daemon threads are left").
"""

import asyncio
import contextlib
import errno
import socket
import threading
from typing import Any, Final

_MOST: Final = 32
"""Questions at a time. A thread costs little, but a dead name server must not cost without bound."""

type AddressInfo = tuple[int, int, int, str, Any]
type _Answer = asyncio.Future[list[AddressInfo]]


class Resolver:
    """Asks each question in a thread of its own."""

    def __init__(self) -> None:
        self._pending = 0

    async def addresses(self, host: str, port: int) -> list[AddressInfo]:
        """What `getaddrinfo` says of TCP to a host. Raises OSError, or UnicodeError for what can be no name.

        Cancelling the wait leaves the thread to its end.
        """
        if self._pending >= _MOST:
            raise OSError(errno.EAGAIN, "too many questions to the resolver are unanswered")
        answer: _Answer = asyncio.get_running_loop().create_future()
        thread = threading.Thread(target=self._ask, args=(host, port, answer), name="resolver", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            raise OSError(errno.EAGAIN, "no thread can be started") from None
        self._pending += 1
        return await answer

    def _ask(self, host: str, port: int, answer: _Answer) -> None:
        """Runs in the thread, and hands the answer to the event loop."""
        found: list[AddressInfo] | Exception
        try:
            found = list[AddressInfo](socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found = error
        with contextlib.suppress(RuntimeError):  # the event loop is closed: nobody wants to know any more
            answer.get_loop().call_soon_threadsafe(self._answered, answer, found)

    def _answered(self, answer: _Answer, found: list[AddressInfo] | Exception) -> None:
        self._pending -= 1
        if answer.done():
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)
