"""A request to build hostile ones from, and what must come of one that was built.

Every request bears a mark in its target, so that what the exchange saw can be traced to what was asked.
"""

import random
import re
from dataclasses import dataclass, field
from typing import Final, Self

_MARK: Final = re.compile(rb"n=m([0-9]{15})m")
_READS: Final = (
    b"/api/v3/account", b"/api/v3/openOrders", b"/api/v3/ticker/price", b"/sapi/v1/account/status", b"/fapi/v2/account",
    b"/dapi/v1/account", b"/papi/v1/account", b"/eapi/v1/account", b"/api/v3/exchangeInfo",
)  # fmt: skip
FORM: Final = b"Content-Type: application/x-www-form-urlencoded"


def marks_in(octets: bytes) -> list[bytes]:
    """The marks of all requests in these octets."""
    return _MARK.findall(octets)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is sent on one connection, and what must come of it.

    `most_up`: by mark, how many requests the exchange may see; 0 where it must be refused. `token`: the
    `X-Gateway-Error` that the first answer must have, None where any answer will do. `again`: sent so often, each time on
    a new connection. `hangs_up`: the client does not wait for an answer; where it asks again, for none but the last.
    """

    octets: bytes
    most_up: dict[bytes, int] = field(default_factory=dict)
    token: str | None = None
    again: int = 1
    hangs_up: bool = False


@dataclass(slots=True)
class Draft:
    """A good request, to be spoilt. `framing`: lines that frame the body, where it is not its length."""

    method: bytes
    path: bytes
    mark: bytes
    query: bytes = b""
    body: bytes = b""
    version: bytes = b"HTTP/1.1"
    host: bytes = b"Host: localhost"
    lines: list[bytes] = field(default_factory=list)
    framing: list[bytes] | None = None

    @property
    def target(self) -> bytes:
        return self.path + b"?n=m" + self.mark + b"m" + (b"&" + self.query if self.query else b"")

    def with_lines(self, *lines: bytes, chance: random.Random) -> Self:
        """Put in among the other headers."""
        for line in lines:
            self.lines.insert(chance.randrange(len(self.lines) + 1), line)
        return self

    def octets(self, target: bytes | None = None) -> bytes:
        """On the wire; `target` instead of its own."""
        framing = self.framing
        if framing is None:
            framing = [b"Content-Length: %d" % len(self.body)] if self.body else []
        start = b"%b %b %b" % (self.method, self.target if target is None else target, self.version)
        return b"\r\n".join((start, self.host, *self.lines, *framing, b"", b"")) + self.body

    def asked(self, token: str | None = None) -> Asked:
        """It may be sent on, once; or, with a token, must be refused with that."""
        return Asked(self.octets(), {self.mark: int(token is None)}, token)

    def refused(self) -> Asked:
        """Nothing of it may be sent on, whatever is answered."""
        return Asked(self.octets(), {self.mark: 0})


def read(chance: random.Random) -> Draft:
    """A GET that the guard lets pass."""
    return Draft(b"GET", chance.choice(_READS), _new_mark(chance))


def order(chance: random.Random) -> Draft:
    """A spot order like no other, with its parameters in the query, in a form or in both."""
    words = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=%d" % chance.randrange(
        1, 10**9
    )
    draft = Draft(b"POST", b"/api/v3/order", _new_mark(chance))
    cut = chance.choice((0, 0, words.find(b"&type"), len(words)))
    draft.query, draft.body = words[:cut].strip(b"&"), words[cut:].strip(b"&")
    if draft.body and chance.random() < 0.8:
        draft.lines.append(FORM)
    return draft


def any_draft(chance: random.Random) -> Draft:
    return chance.choice((read, order))(chance)


def any_case(text: bytes, chance: random.Random) -> bytes:
    """The same letters, each large or small; half of the time as they are."""
    if chance.random() < 0.5:
        return text
    return bytes(
        chance.choice((octet, ord(chr(octet).swapcase()))) if octet < 128 else octet for octet in text
    )


def _new_mark(chance: random.Random) -> bytes:
    return b"%015d" % chance.randrange(10**15)
