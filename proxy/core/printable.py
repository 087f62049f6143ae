"""Foreign text made fit to be printed: nothing in it can move a cursor, start a line, turn the reading or hide."""

import re
from typing import Final

_BEYOND_ASCII: Final = re.compile(r"[^\x20-\x7e]")
DELETE: Final = 0x7F
"""The one control character that JSON lets through."""
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that draw nothing (Unicode's Default_Ignorable_Code_Point, and the blank of Braille), which
Python holds to be printable."""


def printable(text: str, *, keep: str = "") -> str:
    """Letters and signs of every script as they are; all else escaped as in Python, but for the characters in `keep`.

    Escaped are control characters (C0, DEL, C1), line ends, lone surrogates, what changes the direction of the text,
    and what draws nothing (Unicode's categories C and Z, but for the space, and what it says to ignore by default).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in keep or _stands(c) else _escaped(c) for c in text)


def printable_ascii(text: str) -> str:
    """The same, and everything beyond ASCII escaped as well."""
    return _BEYOND_ASCII.sub(lambda found: _escaped(found[0]), text)


def printable_json(encoded: bytes) -> bytes:
    """A JSON text in UTF-8 as the same JSON in printable ASCII."""
    if encoded.isascii() and DELETE not in encoded:
        return encoded
    return "".join(c if " " <= c <= "~" else _json_escape(c) for c in encoded.decode("utf-8")).encode("ascii")


def _json_escape(character: str) -> str:
    octets = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{octets[i]:02x}{octets[i + 1]:02x}" for i in range(0, len(octets), 2))


def _stands(character: str) -> bool:
    return character.isprintable() and not _INVISIBLE.match(character)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "replace").decode("ascii")
