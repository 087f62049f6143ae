"""Redacts header lines, `Name: value`, in the order and case they had."""

from typing import Final

from msgspec import Struct

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS
from proxy.core.catalogue.shapes import COUNT
from proxy.core.redaction.memo import Memo
from proxy.core.redaction.name_rules import REQUEST_HEADER, RESPONSE_HEADER
from proxy.core.redaction.values import KnownTexts, ValueRedactor
from proxy.core.wire import Header

_MOST_LINES: Final = 40
_MOST_HEADS: Final = 256
_MOST_NAMES: Final = 512
_MOST_VALUES: Final = 64  # of one name
_LONGEST_COUNT: Final = 7
_CONSTANTS: Final = frozenset(
    {
        (b"connection", b"keep-alive"),
        (b"connection", b"close"),
        (b"user-agent", b"binance-signing-proxy"),
        *((b"host", host.encode("ascii")) for host in ALLOWED_UPSTREAM_HOSTS),
    }
)
"""Lines that can hide nothing, besides those of the keep list."""


class AnswerHead(Struct, frozen=True):
    """The lines that may be shown (limits, types, dates, request ids), how many others there were, and the raw
    Content-Type and Content-Encoding."""

    lines: list[str]
    others: int
    label: bytes
    coding: bytes


class HeaderRedactor:
    """Redacts headers. Remembers whole heads of requests, and of answers the lines that were clear."""

    __slots__ = ("_answer_names", "_heads")

    def __init__(self) -> None:
        self._heads: KnownTexts[list[str]] = Memo(_MOST_HEADS)
        self._answer_names: dict[bytes, _AnswerName] = {}

    def request(self, headers: tuple[Header, ...], values: ValueRedactor) -> list[str]:
        """All lines of a request's head; values by the keep list. The list is shared: to be read only."""
        return values.memoised(self._heads, hash(headers), _lines, headers, values)

    def answer(self, headers: tuple[Header, ...]) -> "AnswerHead":
        """The lines of an answer's head that may be shown."""
        names = self._answer_names
        lines: list[str] = []
        label, coding = b"", b""
        for name, value in headers:
            known = names.get(name) or self._new_name(name)
            if not known.listed:
                continue
            if line := known.lines.get(value) or known.line(value):
                lines.append(line)
            if known.is_label:
                label = label or value
            elif known.is_coding:
                coding = coding or value
        del lines[_MOST_LINES:]
        return AnswerHead(lines, len(headers) - len(lines), label, coding)

    def _new_name(self, name: bytes) -> "_AnswerName":
        if len(self._answer_names) >= _MOST_NAMES:
            self._answer_names.clear()
        known = self._answer_names[name] = _AnswerName(name)
        return known


class _AnswerName:
    """One name of an answer's header, in one spelling, with the lines that were clear."""

    __slots__ = ("_counts", "_name", "_rule", "is_coding", "is_label", "lines", "listed")

    def __init__(self, name: bytes) -> None:
        self._name = name.decode("latin-1")
        self._rule = RESPONSE_HEADER.rule(self._name)
        self.listed = self._rule.shape is not None
        self._counts = self._rule.shape is COUNT
        self.is_label = self._name.lower() == "content-type"
        self.is_coding = self._name.lower() == "content-encoding"
        self.lines: dict[bytes, str] = {}
        """By value, at most 64; clear ones only."""

    def line(self, raw: bytes) -> str:
        """The line, or nothing where its value is not clear."""
        value = raw.decode("latin-1")
        if (
            self._counts and len(raw) <= _LONGEST_COUNT and raw.isdigit()
        ):  # what COUNT says; another each time
            return f"{self._name}: {value}"
        if not self._rule.admits(value):
            return ""
        if len(self.lines) >= _MOST_VALUES:
            self.lines.clear()
        line = self.lines[raw] = f"{self._name}: {value}"
        return line


def _lines(headers: tuple[Header, ...], values: ValueRedactor) -> list[str]:
    shown = [_line(header, values) for header in headers[:_MOST_LINES]]
    if len(headers) > _MOST_LINES:
        shown.append(f"<more:{len(headers) - _MOST_LINES}>")
    return shown


def _line(header: Header, values: ValueRedactor) -> str:
    raw_name, raw_value = header
    name, value = raw_name.decode("latin-1"), raw_value.decode("utf-8", "surrogateescape")
    rule = REQUEST_HEADER.rule(name)
    if rule.admits(value) or (raw_name.lower(), raw_value.lower()) in _CONSTANTS:
        return f"{name}: {value}"
    return f"{rule.shown or values.name(raw_name, raw_name)}: {values.mark(rule.kind, value)}"
