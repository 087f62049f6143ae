"""Foreign text made fit to be printed: nothing in it can move a cursor, start a line or turn the reading round."""

import re
from typing import Final

_BEYOND_ASCII: Final = re.compile(r"[^\x20-\x7e]")


def printable(text: str, *, keep: str = "") -> str:
    """Letters and signs of every script as they are; all else escaped as in Python, but for the characters in `keep`.

    Escaped are control characters, line ends, lone surrogates, and what changes the direction of the text
    (Unicode's categories C and Z, but for the space).
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else _escaped(c) for c in text)


def printable_ascii(text: str) -> str:
    """The same, and everything beyond ASCII escaped as well."""
    return _BEYOND_ASCII.sub(lambda found: _escaped(found[0]), text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "replace").decode("ascii")
