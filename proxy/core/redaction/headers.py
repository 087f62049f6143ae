"""Header lines, `Name: value`, in the order and case they had."""

from typing import Final

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.plans import REQUEST_HEADER, RESPONSE_HEADER
from proxy.core.redaction.veil import Seen, Veil
from proxy.core.wire import Header

_MOST_LINES: Final = 40
_MOST_HEADS: Final = 256
_MOST_NAMES: Final = 512
_MOST_VALUES: Final = 64  # of one name
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
    """Redacts headers. Remembers whole heads of requests, and of answers the lines that were clear."""

    __slots__ = ("_answer_names", "_heads")

    def __init__(self) -> None:
        self._heads: Seen[list[str]] = Memo(_MOST_HEADS)
        self._answer_names: dict[bytes, _AnswerName] = {}

    def request(self, headers: tuple[Header, ...], veil: Veil) -> list[str]:
        """All lines of a request's head; values by the keep list. The list is shared: to be read only."""
        return veil.once(self._heads, hash(headers), _lines, headers, veil)

    def answer(self, headers: tuple[Header, ...]) -> tuple[list[str], int]:
        """The lines that help (limits, types, dates, request ids), and how many others there were."""
        names = self._answer_names
        shown: list[str] = []
        for name, value in headers[:_MOST_LINES]:
            known = names.get(name) or self._met(name)
            if known.listed and (line := known.lines.get(value) or known.line(value)):
                shown.append(line)
        return shown, len(headers) - len(shown)

    def _met(self, name: bytes) -> "_AnswerName":
        if len(self._answer_names) >= _MOST_NAMES:
            self._answer_names.clear()
        known = self._answer_names[name] = _AnswerName(name)
        return known


class _AnswerName:
    """One name of an answer's header, in one spelling, with the lines that were clear."""

    __slots__ = ("_name", "_plan", "lines", "listed")

    def __init__(self, name: bytes) -> None:
        self._name = name.decode("latin-1")
        self._plan = RESPONSE_HEADER.plan(self._name)
        self.listed = self._plan.shape is not None
        self.lines: dict[bytes, str] = {}
        """By value, at most 64; clear ones only."""

    def line(self, raw: bytes) -> str:
        """The line, or nothing where its value is not clear."""
        value = raw.decode("latin-1")
        if not self._plan.admits(value):
            return ""
        if len(self.lines) >= _MOST_VALUES:
            self.lines.clear()
        line = self.lines[raw] = f"{self._name}: {value}"
        return line


def _lines(headers: tuple[Header, ...], veil: Veil) -> list[str]:
    shown = [_line(header, veil) for header in headers[:_MOST_LINES]]
    if len(headers) > _MOST_LINES:
        shown.append(f"<more:{len(headers) - _MOST_LINES}>")
    return shown


def _line(header: Header, veil: Veil) -> str:
    raw_name, raw_value = header
    name, value = raw_name.decode("latin-1"), raw_value.decode("utf-8", "surrogateescape")
    plan = REQUEST_HEADER.plan(name)
    if plan.admits(value) or (raw_name.lower(), raw_value.lower()) in _CONSTANTS:
        return f"{name}: {value}"
    return f"{veil.name(raw_name, raw_name)}: {veil.mark(plan.kind, value)}"
