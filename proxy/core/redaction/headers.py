"""Header lines, `Name: value`, in the order and case they had."""

import re
from typing import Final

from proxy.core.catalogue.fields import Where
from proxy.core.redaction.veil import Veil, is_clear
from proxy.core.wire import Header

_MOST_LINES: Final = 40
_MOST_KEPT: Final = 1024
_LONGEST_KEPT: Final = 200
_REQUEST_IDS: Final = re.compile(
    rb"(x-amz-cf-id|x-amzn-requestid|x-request-id|x-trace-id|cf-ray)", re.IGNORECASE
)


class HeaderRedactor:
    """Redacts headers. Remembers lines that were clear: a client sends the same ones each time."""

    __slots__ = ("_clear",)

    def __init__(self) -> None:
        self._clear: dict[tuple[Where, Header], str] = {}

    def request(self, headers: tuple[Header, ...], veil: Veil) -> list[str]:
        """All lines of a request's head; values by the keep list."""
        shown = [self._line(header, Where.REQUEST_HEADER, veil) for header in headers[:_MOST_LINES]]
        return shown + ([f"<more:{len(headers) - _MOST_LINES}>"] if len(headers) > _MOST_LINES else [])

    def answer(self, headers: tuple[Header, ...], veil: Veil) -> tuple[list[str], int]:
        """The lines that help (limits, types, dates, request ids), and how many others there were."""
        shown: list[str] = []
        for header in headers[:_MOST_LINES]:
            known = self._clear.get((Where.RESPONSE_HEADER, header))
            line = known or self._line(header, Where.RESPONSE_HEADER, veil, only_clear=True)
            if line:
                shown.append(line)
        return shown, len(headers) - len(shown)

    def _line(self, header: Header, where: Where, veil: Veil, *, only_clear: bool = False) -> str:
        known = self._clear.get((where, header))
        if known is not None:
            return known
        raw_name, raw_value = header
        name, value = raw_name.decode("latin-1"), raw_value.decode("utf-8", "surrogateescape")
        clear = is_clear(name, value, where)
        if not clear:
            if only_clear and not _REQUEST_IDS.fullmatch(raw_name):
                return ""
            return f"{veil.name(raw_name, raw_name)}: {veil.mark(name, value)}"
        line = f"{name}: {value}"
        if len(line) <= _LONGEST_KEPT:
            if len(self._clear) >= _MOST_KEPT:
                self._clear.clear()
            self._clear[where, header] = line
        return line
