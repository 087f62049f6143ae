"""The last look at a finished line: does it hold a loaded secret, in any dress?

Redaction is an allowlist and should never let one through; this is the proof of it, line by line. Everything
is compared without case, which covers changed case, both hex forms and both cases of percent escapes.
"""

import base64
import html
import json
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 8
"""Octets; a shorter secret would be found in ordinary text."""

_MOST_LINES: Final = 6  # of a PEM
_SHORTEST_LINE: Final = 16
_MARKS: Final = (b"%", b"\\u", b"&#")
"""A dress that needs one of these cannot be in a line without it, and few lines have one."""

_MARGIN: Final = 3  # base64 digits at either end that depend on the neighbours


class Sweep:
    """Looks for secrets in text."""

    __slots__ = ("_marked", "_plain")

    def __init__(self, secrets: Iterable[bytes]) -> None:
        needles = {dress.lower() for secret in secrets for part in parts(secret) for dress in dresses(part)}
        self._marked = tuple(
            (mark, tuple(sorted(needle for needle in needles if mark in needle))) for mark in _MARKS
        )
        self._plain = tuple(sorted(n for n in needles if not any(mark in n for mark in _MARKS)))

    def finds(self, line: bytes) -> bool:
        """Whether any secret is in the line."""
        folded = line.lower()
        for needle in self._plain:  # loops: every line of the journal comes by here
            if needle in folded:
                return True
        return any(
            mark in folded and any(needle in folded for needle in needles) for mark, needles in self._marked
        )


def parts(secret: bytes) -> Sequence[bytes]:
    """The secret without stray white space; of a PEM some of its inner lines, evenly spread."""
    bare = secret.strip()
    if b"\n" not in bare:
        return [bare] if len(bare) >= SHORTEST else []
    lines = [line.strip() for line in bare.splitlines()]
    inner = [line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith(b"--")]
    step = max(1, -(-len(inner) // _MOST_LINES))
    return inner[::step]


def dresses(secret: bytes) -> Iterable[bytes]:
    """The secret as it looks raw and in the encodings that text goes through on its way into a log."""
    text = secret.decode("utf-8", "backslashreplace")
    yield secret
    percent = quote(secret, safe="")
    full = "".join(f"%{octet:02x}" for octet in secret)
    for form in (percent, full, quote_plus(secret)):
        yield form.encode()
        yield form.replace("%", "%25").encode()
    for form in ("".join(f"\\u{ord(c):04x}" for c in text), json.dumps(text)[1:-1]):
        yield form.encode()
        yield json.dumps(form)[1:-1].encode()
    yield html.escape(text).encode()
    yield "".join(f"&#{ord(c)};" for c in text).encode()
    yield "".join(f"&#x{ord(c):x};" for c in text).encode()
    yield secret.hex().encode()
    yield from _base64(secret)


def _base64(secret: bytes) -> Iterable[bytes]:
    """At the three offsets it can have inside something bigger; digits that depend on neighbours cut off."""
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            digits = encode(b"\0" * offset + secret).rstrip(b"=")
            kept = digits[_MARGIN if offset else 0 : -_MARGIN]
            if len(kept) >= SHORTEST:
                yield kept
