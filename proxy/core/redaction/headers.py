"""Header lines, `Name: value`, in the order and case they had."""

from typing import Final

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS
from proxy.core.redaction.plans import REQUEST_HEADER, RESPONSE_HEADER
from proxy.core.redaction.veil import Veil
from proxy.core.wire import Header

_MOST_LINES: Final = 40
_MOST_KEPT: Final = 512
_LONGEST_KEPT: Final = 200
_CONSTANTS: Final = frozenset(
    {
        (b"connection", b"keep-alive"),
        (b"connection", b"close"),
        (b"user-agent", b"binance-signing-proxy"),
        *((b"host", host.encode("ascii")) for host in ALLOWED_UPSTREAM_HOSTS),
    }
)
"""Lines that can hide nothing, besides those of the keep list."""


class HeaderRedactor:
    """Redacts headers. Remembers the lines of requests: a client sends the same ones each time."""

    __slots__ = ("_known", "_known_answers")

    def __init__(self) -> None:
        self._known: dict[Header, tuple[str, frozenset[str]]] = {}
        self._known_answers: dict[Header, str] = {}

    def request(self, headers: tuple[Header, ...], veil: Veil) -> list[str]:
        """All lines of a request's head; values by the keep list."""
        shown: list[str] = []
        for header in headers[:_MOST_LINES]:
            known = self._known.get(header)
            if known is None:
                known = self._judged(header, veil)
            line, removed = known
            if removed:
                veil.removed |= removed
            shown.append(line)
        if len(headers) > _MOST_LINES:
            shown.append(f"<more:{len(headers) - _MOST_LINES}>")
        return shown

    def answer(self, headers: tuple[Header, ...]) -> tuple[list[str], int]:
        """The lines that help (limits, types, dates, request ids), and how many others there were."""
        known = self._known_answers
        if len(known) >= _MOST_KEPT:
            known.clear()
        shown: list[str] = []
        for header in headers[:_MOST_LINES]:
            line = known.get(header)
            if line is None:
                line = known[header] = _answer_line(header)
            if line:
                shown.append(line)
        return shown, len(headers) - len(shown)

    def _judged(self, header: Header, veil: Veil) -> tuple[str, frozenset[str]]:
        """The line and the classes that were removed from it."""
        before, veil.removed = veil.removed, set()
        known = _line(header, veil), frozenset(veil.removed)
        veil.removed = before
        if sum(map(len, header)) <= _LONGEST_KEPT:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[header] = known
        return known


def _line(header: Header, veil: Veil) -> str:
    raw_name, raw_value = header
    name, value = raw_name.decode("latin-1"), raw_value.decode("utf-8", "surrogateescape")
    plan = REQUEST_HEADER.plan(name)
    if plan.admits(value) or (raw_name.lower(), raw_value.lower()) in _CONSTANTS:
        return f"{name}: {value}"
    return f"{veil.name(raw_name, raw_name)}: {veil.mark(plan.kind, value)}"


def _answer_line(header: Header) -> str:
    """The line, or nothing where its value is not on the keep list."""
    name, value = header[0].decode("latin-1"), header[1].decode("latin-1")
    plan = RESPONSE_HEADER.plan(name)
    return f"{name}: {value}" if plan.shape is not None and plan.admits(value) else ""
