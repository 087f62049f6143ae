"""What a client asks, whatever transport it came by, and what the corridor makes of it: a plan, a request to send."""

from typing import Protocol

from msgspec import Struct

from proxy.clients.registry import Caller
from proxy.core.catalogue import Environment
from proxy.core.head import Head
from proxy.core.routing import Route
from proxy.core.settings import LimitSettings
from proxy.core.signing import PreparedRequest
from proxy.core.wire import RawRequest
from proxy.credentials.accounts import Account
from proxy.limits.endpoint_limits import EndpointLimits
from proxy.runtime.exchange_clock import ExchangeClock
from proxy.server import Delivery, Reply


class Call(Protocol):
    """One call of a client. Answered once: by `answer`, or by `begin`, `write` and `end`."""

    raw: RawRequest
    more_lines: bytes
    """Header lines of every answer to it, besides those of the answer."""

    @property
    def head(self) -> Head: ...

    @property
    def has_body(self) -> bool: ...

    @property
    def gone(self) -> bool:
        """Whether the client hung up, as far as the event loop has seen."""
        ...

    @property
    def peer(self) -> str:
        """The address at the other end, without its port; that of a Unix socket is ""."""
        ...

    def hung_up(self) -> bool:
        """Whether the client hung up, as far as the kernel knows."""
        ...

    def watch(self) -> Delivery:
        """Let the client close first, for a moment: how it does tells whether it took the answer."""
        ...

    async def read_body(self, limits: LimitSettings) -> bytes:
        """The whole body within the bounds of size and time. Raises RefusedError."""
        ...

    async def answer(self, reply: Reply) -> None:
        """Write a whole answer. A client that is gone, or does not read, is no error here."""
        ...

    def begin(self, status: int, lines: bytes, length: int | None) -> None:
        """Write the head of a long answer. Raises ConnectionError if the client is gone."""
        ...

    async def write(self, chunk: bytes, seconds: float) -> None:
        """A part of it, at the client's pace. Raises ConnectionError, or TimeoutError if it does not read."""
        ...

    def end(self) -> None:
        """The long answer is whole."""
        ...

    def break_off(self) -> None:
        """Make sure that a cut answer can never look like a whole one."""
        ...


class Plan(Struct, frozen=True):
    """Who wants what, with which account, and where it goes."""

    caller: Caller
    account: Account | None
    environment: Environment
    route: Route


class OutgoingRequest(Struct, frozen=True):
    """A request that was let in and cleaned: all that signing and sending need besides the time."""

    head: Head
    route: Route
    account: Account | None
    prepared: PreparedRequest
    content_type: bytes | None
    clock: ExchangeClock  # of the host it goes to
    limits: EndpointLimits
