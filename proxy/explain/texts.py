"""Two texts of octets under each other, the first different octet marked, in a window of the terminal's width.

Every octet is shown in printable ASCII, so nothing in a request can move the cursor or hide behind a wide letter.
"""

from dataclasses import dataclass
from typing import Final

from proxy.core.findings import Proof

_CUT: Final = "..."


@dataclass(frozen=True, slots=True)
class Beside:
    """Lines of equal start: the text that was signed, the one expected, and a caret under the difference.

    `column` is where the difference stands in both lines; None where the texts are equal.
    """

    signed: str
    expected: str
    caret: str
    column: int | None


def cell(octet: int) -> str:
    """One octet as printable ASCII; a backslash is doubled so that `\\x0a` can only mean one thing."""
    if octet == 0x5C:
        return "\\\\"
    return chr(octet) if 0x20 <= octet <= 0x7E else f"\\x{octet:02x}"


def shown(octets: bytes) -> str:
    return "".join(map(cell, octets))


def clipped(text: str, width: int) -> str:
    """At most `width` columns."""
    return text if len(text) <= width else text[: max(width - len(_CUT), 0)] + _CUT


def beside(proof: Proof, width: int) -> Beside:
    """Both texts in `width` columns, about a third of them before the difference."""
    at = proof.first_difference
    if at is None:
        return Beside(clipped(shown(proof.signed), width), clipped(shown(proof.expected), width), "", None)
    start = _start(proof.expected[:at], width // 3)
    lead = _CUT if start else ""
    column = len(lead) + len(shown(proof.expected[start:at]))
    signed = clipped(lead + shown(proof.signed[start : start + width + 1]), width)
    expected = clipped(lead + shown(proof.expected[start : start + width + 1]), width)
    return Beside(signed, expected, " " * column + "^", column)


def _start(before: bytes, room: int) -> int:
    """Where the window begins, so that what is before the difference fits into `room` columns."""
    if len(shown(before)) <= room:
        return 0
    columns, at = len(_CUT), len(before)
    while at > 0 and columns + len(cell(before[at - 1])) <= room:
        at -= 1
        columns += len(cell(before[at]))
    return at
