"""What a diagnosis is made from: one request and what is known around it. Data only, raw, in memory."""

from enum import StrEnum

import msgspec

from proxy.core.signing.known_key import KnownKey
from proxy.core.symbol_rules import Rules
from proxy.core.wire import Header, RawRequest


class Transport(StrEnum):
    REST = "rest"
    WEBSOCKET = "websocket"  # a WebSocket API frame: the body is the frame


class AnswerSeen(msgspec.Struct, frozen=True):
    """The exchange's answer, its body already decompressed (and cut at a bound)."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""


class Neighbour(msgspec.Struct, frozen=True):
    """Another flow of the same key, for verdicts that need more than one flow.

    `at_ms`: Unix ms, all by one clock: the exchange's where it is known. `host`: lower case, without port; None:
    the same host as the request's own.
    """

    method: str
    path: str
    status: int
    code: int | str | None
    at_ms: int
    host: str | None = None


class Observation(msgspec.Struct, frozen=True):
    """One request and what is known around it. All texts and octets are raw."""

    request: RawRequest
    host: str | None = None  # host it was sent to, lower case, without port
    transport: Transport = Transport.REST
    answer: AnswerSeen | None = None
    keys: tuple[KnownKey, ...] = ()  # the request's own account first, then others worth trying
    exchange_ms: int | None = None  # exchange time when the request arrived (Unix ms), if known
    neighbours: tuple[Neighbour, ...] = ()
    asked_ms: int | None = None  # when it was sent, by the clock that timed the neighbours
    rules: Rules = msgspec.field(default_factory=dict)  # what exchangeInfo says of symbols, of one market
