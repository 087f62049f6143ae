"""curl's URL patterns: `{a,b}` and `[1-3]` make several URLs of one, unless `-g` was given.

Source: curl's manual page, section GLOBBING, and tool_urlglob.c. Brackets and braces of a JSON value in a URL
fall under them, which surprises people.
"""

import itertools
import re
from typing import Final

MOST_URLS: Final = 50
_RANGE: Final = re.compile(
    r"\[(?:([0-9]{1,6})-([0-9]{1,6})|([a-z])-([a-z])|([A-Z])-([A-Z]))(?::([0-9]{1,4}))?\]"
)
_ADDRESS: Final = re.compile(r"\[[0-9A-Fa-f:.%]*:[0-9A-Fa-f:.%]*\]")


def expand(url: str) -> list[str] | None:
    """The URLs that curl asks for, at most MOST_URLS of them; None where curl refuses the pattern."""
    parts: list[list[str]] = []
    at = 0
    while at < len(url):
        taken = _part(url, at)
        if taken is None:
            return None
        choices, at = taken
        if not choices:
            return None
        parts.append(choices)
    return ["".join(chosen) for chosen in itertools.islice(itertools.product(*parts), MOST_URLS)]


def _part(url: str, at: int) -> tuple[list[str], int] | None:
    """The choices that begin at this place, and where they end."""
    letter = url[at]
    if letter == "{":
        return _set(url, at)
    if letter == "[":
        return _range(url, at)
    if letter in "}]":
        return None
    if letter == "\\" and url[at + 1 : at + 2] in ("{", "}", "[", "]"):
        return [url[at + 1]], at + 2
    end = at + 1
    while end < len(url) and url[end] not in "{}[]\\":
        end += 1
    return [url[at:end]], end


def _set(url: str, at: int) -> tuple[list[str], int] | None:
    end = url.find("}", at)
    inside = url[at + 1 : end]
    if end < 0 or not inside or "{" in inside or "[" in inside:
        return None
    return inside.split(",")[:MOST_URLS], end + 1


def _range(url: str, at: int) -> tuple[list[str], int] | None:
    if url.startswith("[]", at):  # as it is
        return ["[]"], at + 2
    if address := _ADDRESS.match(url, at):
        return [address[0]], address.end()
    found = _RANGE.match(url, at)
    if found is None:
        return None
    first, last, step = found[1], found[2], int(found[7] or 1) or 1
    if first is not None:
        width = len(first) if first.startswith("0") else 0
        numbers = range(int(first), int(last) + 1, step)[:MOST_URLS]
        return [str(number).zfill(width) for number in numbers], found.end()
    low, high = (found[3], found[4]) if found[3] else (found[5], found[6])
    return [chr(code) for code in range(ord(low), ord(high) + 1, step)], found.end()
