"""Foreign text on the screen on which a person decides: each character drawn, told apart, and of a known width.

`proxy.core.printable` keeps text from moving the cursor. That is not enough here: a letter that draws nothing
(U+3164), a mark that stacks on its neighbour, or a script that runs from right to left can still make a long value
look like other rows. So what may stand as it is is a short list, and everything else is escaped as in Python.
"""

import unicodedata
from functools import lru_cache
from typing import Final

from proxy.core.printable import printable_ascii

_PUNCTUATION: Final = frozenset("，。、；：！？（）【】《》「」『』“”‘’—–…·€£¥₹₺₽₴₫₦₱")
"""What sentences and amounts of other scripts are written with."""
_JAMO: Final = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))
"""Parts of Hangul syllables: several share one place, and two of them draw nothing."""
_HAN_PLANES: Final = (0x20000, 0x3FFFF)
_LAST_OF_FIRST_PLANE: Final = 0xFFFF
"""Beyond it, but for the planes of Han, stand scripts of history, with letters that draw nothing (U+13441)."""
_WIDE: Final = frozenset("WFA")
"""East Asian Width (Unicode annex 11). `A` depends on the terminal: counted as wide, so that no line is too long."""
_BLANK: Final = r"\x20"


def legible(text: str) -> str:
    """Letters and decimal digits of the scripts that run from left to right, common punctuation and ASCII as they
    are; all else escaped: marks, blanks but U+0020, symbols, emoji, and what has another form in Unicode (NFKC)."""
    if text.isascii():
        return printable_ascii(text)
    return "".join(c if _stands(c) else printable_ascii(c) for c in text)


@lru_cache(maxsize=4096)
def _stands(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    if character in _PUNCTUATION:
        return True
    point = ord(character)
    return (
        (point <= _LAST_OF_FIRST_PLANE or _HAN_PLANES[0] <= point <= _HAN_PLANES[1])
        and (unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Nd")
        and unicodedata.bidirectional(character) == "L"
        and unicodedata.normalize("NFKC", character) == character
        and not any(first <= point <= last for first, last in _JAMO)
    )


def width(text: str) -> int:
    """Columns that a legible text takes on a terminal, or more: of letters whose width depends on it, the wider."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in _WIDE else 1 for c in text)


def wrapped(text: str, columns: int) -> list[str]:
    """A legible text in lines of at most so many columns (six or more), at least one line.

    A blank where a line ends could not be seen: it is shown as an escape there.
    """
    if width(text) <= columns:
        return [text]
    room = columns - len(_BLANK)
    lines, line, used = [], "", 0
    for character in text:
        wide = width(character)
        if used + wide > room:
            lines.append(_closed(line, character))
            line, used = "", 0
            if character == " ":
                continue
        line += character
        used += wide
    return [*lines, line] if line else lines


def _closed(line: str, following: str) -> str:
    """A line that is full, with the blank at its end or behind it, if there is one, to be seen."""
    if following == " ":
        return line + _BLANK
    return line[:-1] + _BLANK if line.endswith(" ") else line
