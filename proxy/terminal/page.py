"""A terminal as the view writes on it: its width, its colours, and texts that are made to fit."""

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_LEFT_OUT: Final = "…"
_NARROWEST: Final = 20
STYLES: Final = {
    "bold": "1", "dim": "2", "bad": "31", "good": "32", "note": "33", "ours": "35", "label": "36",
}  # fmt: skip
"""Numbers of ECMA-48's SGR: the only escapes that the view ever sends."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where lines are shown."""

    width: int = 80
    colour: bool = False
    client_width: int = 6
    """Columns for the name of a client."""
    whole: bool = False
    """With headers and signed text."""

    def paint(self, text: str, style: str) -> str:
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text


def columns(text: str) -> int:
    """How many columns a terminal gives it."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def clipped(text: str, width: int) -> str:
    """At most so wide: its end is left out."""
    if columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return text + _LEFT_OUT


def shortened(text: str, width: int) -> str:
    """At most so wide: its middle is left out, for paths differ at their ends."""
    if columns(text) <= width:
        return text
    if width < 3:
        return clipped(text, width)
    front, back = "", ""
    room = width - 1
    while columns(front + text[len(front)]) <= (room + 1) // 3:
        front = text[: len(front) + 1]
    while columns(front) + columns(text[-len(back) - 1 :]) <= room:
        back = text[-len(back) - 1 :]
    return front + _LEFT_OUT + back


def filled(text: str, width: int) -> str:
    """Blanks behind it up to this width."""
    return text + " " * (width - columns(text))


def wrapped(text: str, width: int, *, indent: str, more: str = "  ") -> Iterator[str]:
    """In lines that fit behind this indentation; those after the first stand `more` to the right."""
    room = max(width - len(indent), _NARROWEST)
    yield from textwrap.wrap(
        text,
        room + len(indent),
        initial_indent=indent,
        subsequent_indent=indent + more,
        break_on_hyphens=False,
    )
