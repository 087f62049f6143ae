"""What `curl --trace-ascii` and `--trace` write: octets in rows behind their place, for each direction.

=> Send header, 250 bytes (0xfa)
0000: POST /api/v3/order HTTP/1.1

A row ends at a line end or when it is full, and only its place tells which of the two it was.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from proxy.explain.found_request import SeenRequest
from proxy.explain.readers.literals import octets
from proxy.explain.readers.raw_http import read_pair

FORM: Final = "curl trace"
ROWS: Final = "rows of the trace"
_PART: Final = re.compile(
    r"^(?:[0-9:.]{8,20} )?(?P<arrow>=>|<=) (?:Send|Recv) (?P<what>header|data), "
    r"(?P<size>[0-9]{1,9}) bytes \(0x[0-9a-f]+\)[ \t\r]*$",
    re.MULTILINE,
)
_ROW: Final = re.compile(r"(?P<at>[0-9a-f]{4,8}): ?(?P<text>[^\n]*)\n?")
_HEX: Final = re.compile(r"((?:[0-9a-f]{2} ){1,16}) {0,48} {0,2}[^\n]{1,16}\Z")
_LINE_END: Final = 2
_LOST: Final = 2
"""So many blanks at the end of a line may get lost on the way; where more is missing, a row is."""


@dataclass(slots=True)
class _Sent:
    """What was sent in one go, and what was received then."""

    request: str = ""
    answer: str = ""
    whole: bool = True


def read_trace(text: str) -> list[SeenRequest]:
    """Every request of the log, each with the answer that follows it."""
    sent: list[_Sent] = []
    for found in _PART.finditer(text):
        read, whole = _octets(text, found.end() + 1, int(found["size"]))
        if found["arrow"] == "=>" and (found["what"] == "header" or not sent):
            sent.append(_Sent())
        if found["arrow"] == "=>":
            sent[-1].request += read
            sent[-1].whole &= whole
        elif sent:
            sent[-1].answer += read
    seen = [_request(one) for one in sent]
    return [one for one in seen if one is not None]


def _request(one: _Sent) -> SeenRequest | None:
    seen = read_pair(octets(one.request), octets(one.answer), form=FORM)
    return seen if seen is None or one.whole else replace(seen, gaps=(*seen.gaps, ROWS))


def _octets(text: str, at: int, size: int) -> tuple[str, bool]:
    """The rows of one part put together again, and whether they are all there."""
    rows: list[tuple[int, str]] = []
    while row := _ROW.match(text, at):
        at = row.end()
        rows.append((int(row["at"], 16), row["text"].rstrip("\r")))
    hexed = [found[1] for _, line in rows if (found := _HEX.match(line))]
    if rows and len(hexed) == len(rows):
        plain = bytes.fromhex("".join(hexed))
        return plain.decode("utf-8", "surrogateescape"), len(plain) == size
    places = pairwise([*(place for place, _ in rows), size])
    missing = [until - start - len(line) for (start, until), (_, line) in zip(places, rows, strict=True)]
    whole = bool(rows) and rows[0][0] == 0 and all(0 <= one <= _LINE_END + _LOST for one in missing)
    return "".join(line + _behind(one) for one, (_, line) in zip(missing, rows, strict=True)), whole


def _behind(missing: int) -> str:
    """What stood between this row's text and the next row: nothing, a line end, blanks that got lost before it."""
    if missing < _LINE_END:
        return " " * missing
    return " " * (min(missing, _LINE_END + _LOST) - _LINE_END) + "\r\n"
