"""Times, counts and shortened names, as the pages of an audit write them."""

import re
from datetime import UTC, datetime
from typing import Final

_DURATION: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(s|m|h|d)")
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def moment(unix_ms: int) -> str:
    """`2026-11-29 12:40:00Z`."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def percent(works: int, asked: int) -> str:
    """`1 of 6 (17 %)`; `none asked`."""
    return f"{works} of {asked} ({works * 100 / asked:.0f} %)" if asked else "none asked"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def duration(seconds: float) -> str:
    """`90 s`, `10 min`, `24 h`, `3 d`: the largest unit that it is a whole number of."""
    for unit, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:g} s"


def shortened(text: str, width: int) -> str:
    """The text, its middle left out where it is longer: both ends of a path tell something."""
    if len(text) <= width:
        return text
    head = (width - 2) // 3
    return f"{text[:head]}..{text[head + 2 - width :]}"


def split(endpoint: str) -> tuple[str, str]:
    """Method and path."""
    method, _, path = endpoint.partition(" ")
    return method, path


def seconds(text: str) -> float:
    """`30s`, `10m`, `24h`, `7d`. Raises ValueError, which says what is wanted."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or float(found[1]) == 0:
        raise ValueError("a time such as 30s, 10m, 24h or 7d")
    return float(found[1]) * _UNITS[found[2]]
