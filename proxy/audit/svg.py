"""The timeline as a picture for reports: plain SVG, no script, no font or colour that has to be fetched.

A cell is told by its shape as well as by its colour: a full bar worked, a low one failed, half and half was both.
"""

from html import escape
from typing import Final

from proxy.audit.timeline import Cell, Line, Timeline
from proxy.audit.words import moment, shortened

_LEFT, _TOP, _ROW, _BAR = 360, 44, 18, 12
_CHART = 720
_NAME_LENGTH = 52
"""At 6.6 units a character, as monospaced fonts have at this size, it ends before the bars begin."""
_COLOURS: Final = {
    Cell.WORKED: "#2a7f4f",
    Cell.FAILED: "#b3261e",
    Cell.MIXED: "#c58a00",
    Cell.SILENT: "#8a8a8a",
}
_LEGEND: Final = (
    (Cell.WORKED, "worked"),
    (Cell.FAILED, "failed"),
    (Cell.MIXED, "both"),
    (Cell.SILENT, "nothing learned"),
)


def timeline_svg(found: Timeline, title: str) -> str:
    """A whole SVG document. `title` is shown, and told to readers that do not see it."""
    height = _TOP + _ROW * len(found.lines) + 34
    width = _LEFT + _CHART + 10
    cells = max((len(line.cells) for line in found.lines), default=1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="monospace" font-size="11" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(8, 16, title, size=13),
        _text(_LEFT, 36, moment(found.first_ms)),
        _text(_LEFT + _CHART, 36, moment(found.last_ms), anchor="end"),
    ]
    for number, line in enumerate(found.lines):
        parts += _line(line, _TOP + number * _ROW, _CHART / cells)
    parts += _legend(_TOP + _ROW * len(found.lines) + 12)
    return "\n".join([*parts, "</svg>", ""])


def _line(line: Line, top: float, wide: float) -> list[str]:
    name = ("control " if line.is_control else "") + line.endpoint
    parts = [_text(8, top + _BAR - 2, shortened(name, _NAME_LENGTH))]
    start = 0
    for place in range(1, len(line.cells) + 1):  # equal neighbours are one bar
        if place == len(line.cells) or line.cells[place] is not line.cells[start]:
            parts += _bar(line.cells[start], _LEFT + start * wide, top, (place - start) * wide)
            start = place
    return parts


def _bar(cell: Cell, left: float, top: float, wide: float) -> list[str]:
    if cell is Cell.NOT_ASKED:
        return []
    if cell is Cell.MIXED:
        half = _BAR / 2
        return [
            _rectangle(left, top, wide, half, _COLOURS[Cell.WORKED]),
            _rectangle(left, top + half, wide, half, _COLOURS[Cell.MIXED]),
        ]
    tall = {Cell.WORKED: _BAR, Cell.FAILED: _BAR / 2, Cell.SILENT: 2}[cell]
    return [_rectangle(left, top + _BAR - tall, wide, tall, _COLOURS[cell])]


def _legend(top: float) -> list[str]:
    parts, left = [], float(_LEFT)
    for cell, words in _LEGEND:
        parts += _bar(cell, left, top, 14)
        parts.append(_text(left + 20, top + _BAR - 2, words))
        left += 20 + 7 * len(words) + 24
    return parts


def _rectangle(left: float, top: float, wide: float, tall: float, colour: str) -> str:
    return f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{colour}"/>'


def _text(left: float, base: float, text: str, *, size: int = 11, anchor: str = "start") -> str:
    return (
        f'<text x="{left:.1f}" y="{base:.1f}" font-size="{size}" text-anchor="{anchor}" fill="#1a1a1a">'
        f"{escape(text)}</text>"
    )
