"""When each call was made and how it ended, as a picture: a dot is an answer, a cross a failure."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from proxy.evidence.report.blocks import Figure, LeftOut, Section
from proxy.evidence.report.material import Material
from proxy.evidence.report.story import End, Seen

TITLE: Final = "Timeline"
FILE: Final = "timeline.svg"
_MOST_ROWS: Final = 14
_MOST_MARKS: Final = 3000
_LEFT, _WIDTH, _ROW, _TOP = 330, 900, 22, 30
_LONGEST_NAME: Final = 43
"""At 7.3 units a character, as monospaced fonts have at this size, it ends before the line begins."""


def section(material: Material) -> Section | LeftOut:
    """The endpoints with most failures, a line each."""
    rows = [
        timed
        for them in list(material.story.by_endpoint().values())[:_MOST_ROWS]
        if (timed := [one for one in them if one.at_ms is not None])
    ]
    if sum(map(len, rows)) < 2:
        return LeftOut(TITLE, "fewer than two calls with a time")
    svg = "\n".join(_picture(rows))
    return Section(TITLE, (Figure(FILE, svg, "calls by endpoint and time; a dot is good, a cross is not"),))


def _picture(rows: list[list[Seen]]) -> Iterator[str]:
    times = [one.at_ms or 0 for them in rows for one in them]
    first, last = min(times), max(times)
    height = _TOP + _ROW * len(rows) + 30
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" font-family="monospace" font-size="12" role="img">'
    )
    yield f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
    left = _MOST_MARKS
    for number, them in enumerate(rows):
        y = _TOP + _ROW * number
        yield f'<text x="4" y="{y + 4}" fill="#1b1b1b">{_name(them[0])}</text>'
        yield f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - 10}" y2="{y}" stroke="#dddddd"/>'
        for one in them[-left:] if left else ():
            yield _mark(one, _x(one.at_ms or 0, first, last), y)
        left = max(left - len(them), 0)
    y = _TOP + _ROW * len(rows) + 12
    yield f'<text x="{_LEFT}" y="{y}" fill="#555555">{_clock(first)}</text>'
    yield f'<text x="{_WIDTH - 10}" y="{y}" fill="#555555" text-anchor="end">{_clock(last)} UTC</text>'
    yield "</svg>"


def _x(at_ms: float, first: float, last: float) -> float:
    return _LEFT + 6 + (_WIDTH - _LEFT - 22) * ((at_ms - first) / (last - first) if last > first else 0.5)


def _mark(one: Seen, x: float, y: float) -> str:
    if one.end is End.GOOD:
        return f'<circle cx="{x:.1f}" cy="{y}" r="3.5" fill="#2c7a3f"/>'
    colour = "#8a8a8a" if one.end is End.STOPPED else "#c02626"
    path = f"M{x - 4:.1f} {y - 4}l8 8m0 -8l-8 8"
    return f'<path d="{path}" stroke="{colour}" stroke-width="2" fill="none"/>'


def _name(one: Seen) -> str:
    shown = one.endpoint.terminal_ascii()
    if len(shown) > _LONGEST_NAME:
        shown = shown[: _LONGEST_NAME - 3] + "..."
    return type(one.endpoint)(shown).html()


def _clock(at_ms: float) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(sep=" ", timespec="seconds")[:-6]
