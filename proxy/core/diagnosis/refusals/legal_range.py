"""-1100 states the legal range of a value as a pattern: where does the value leave it?

Only the plain shape `^[characters]{least,most}$` is read: no pattern of an answer is ever run over a whole value.
"""

import re
from dataclasses import dataclass
from typing import Final

_RANGE: Final = re.compile(
    r"legal range is '\^?(\[[^\]']{1,60}\])(?:\{([0-9]{1,4})(?:,([0-9]{1,4}))?\})?\$?'"
)
_NUMBER: Final = re.compile(r"legal range is '[^']*\\?\.?\[?0-9")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, to be put behind "The value of X", and what to do; `{name}` stands for the parameter."""

    what: str
    instead: str


def departure_from(message: str, value: str) -> Wrong | None:
    """Where the value leaves the range that the message states; None where that cannot be read."""
    found = _RANGE.search(message)
    if found is None:
        return _no_number(value) if _NUMBER.search(message) else None
    allowed, least, most = found.groups()
    try:
        one = re.compile(allowed)
    except re.error:
        return None
    strange = next((at for at, letter in enumerate(value) if not one.fullmatch(letter)), None)
    if strange is not None:
        return Wrong(
            f"holds {kind_of(value, strange)} at place {strange + 1}, which is not allowed there",
            _instead(value, strange),
        )
    longest = int(most or least) if (most or least) else None
    if longest is not None and len(value) > longest:
        return Wrong(
            f"is too long: at most {longest} characters are allowed",
            f"Shorten {{name}} to {longest} characters.",
        )
    if least and len(value) < int(least):
        return Wrong(
            f"is too short: at least {least} characters are needed", "Send the whole value of {name}."
        )
    return None


def _no_number(value: str) -> Wrong | None:
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value):
        return None
    if re.fullmatch(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", value):
        return Wrong("is written with an exponent", "Write {name} as plain digits, without e.")
    if value.startswith("-"):
        return Wrong(
            "is negative, and only numbers from 0 on are allowed", "Send {name} without the minus sign."
        )
    if re.fullmatch(r"[0-9.]*,[0-9.,]*", value):
        return Wrong(
            "has a comma, where a point is expected", "Write {name} with a decimal point and no commas."
        )
    return Wrong("is not a number in plain digits", "Write {name} as digits with at most one point.")


def kind_of(value: str, at: int) -> str:
    """A character in words, never itself where it could tell something."""
    letter = value[at]
    if letter.islower() and letter.isascii():
        return "a small letter"
    if letter.isupper() and letter.isascii():
        return "a capital letter"
    names = {" ": "a blank", ",": "a comma", "/": "a slash", "-": "a hyphen", ".": "a point", "_": "an underscore",
             ":": "a colon", '"': "a quotation mark", "'": "an apostrophe", "[": "a bracket", "]": "a bracket",
             "+": "a plus sign", "%": "a percent sign (encoded twice?)"}  # fmt: skip
    return names.get(letter, "a letter that is not ASCII" if not letter.isascii() else "a character")


def _instead(value: str, at: int) -> str:
    if value[at].islower():
        return "Write {name} in capital letters."
    if value[at] in "[]\"'":
        return "Send {name} without brackets and quotation marks."
    return f"Leave {kind_of(value, at)} out of {{name}}."
