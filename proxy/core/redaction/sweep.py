"""The last look at a finished line: does it hold a loaded secret, in any dress?

Redaction is an allowlist and should never let one through; this is the proof of it, line by line. Everything
is compared without case, which covers changed case, both hex forms and both cases of percent escapes.

Every line of the journal comes by here, and each secret has up to twenty dresses. They have in common that they are
long runs of letters, digits and a few signs, which a line of the journal rarely has; so that is asked first, for
all secrets at once.
"""

import base64
import html
import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote, quote_plus

SHORTEST: Final = 8
"""Octets; a shorter secret would be found in ordinary text."""

_MOST_LINES: Final = 6  # of a PEM
_SHORTEST_LINE: Final = 16
_MARGIN: Final = 3  # base64 digits at either end that depend on the neighbours

_RUNS: Final = (40, 64)
"""Lengths of runs. Names, request ids and most paths stay below the first, practically all paths below the second;
API secrets, lines of a PEM, and whatever is written in base64, hex or escapes of them are longer."""

_IN_RUNS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_%\\&#;")
"""The signs of base64, and of the escapes of URLs, JSON and HTML. No quotation mark: there one text ends."""

_SHAPE: Final = bytes(0x77 if octet in _IN_RUNS else 0x20 for octet in range(256))  # w or a blank
_RUN: Final = re.compile(rb"w+")


class Sweep:
    """Looks for secrets in text."""

    __slots__ = ("_runs", "_short")

    def __init__(self, secrets: Iterable[bytes]) -> None:
        needles = {dress.lower() for secret in secrets for part in parts(secret) for dress in dresses(part)}
        longest = {needle: _longest_run(needle) for needle in sorted(needles)}
        self._short = tuple(needle for needle, run in longest.items() if run < _RUNS[0])
        bounds = zip(_RUNS, (*_RUNS[1:], sys.maxsize), strict=True)
        self._runs = tuple(
            (b"w" * least, tuple(needle for needle, run in longest.items() if least <= run < below))
            for least, below in bounds
        )

    def finds(self, line: bytes) -> bool:
        """Whether any secret is in the line."""
        shape = line.translate(_SHAPE)
        for run, needles in self._runs:
            if shape.find(run) < 0:  # `in` would take the octets for a number first
                break  # nor a longer one
            if _any_in(needles, line.lower()):
                return True
        return bool(self._short) and _any_in(self._short, line.lower())


def _any_in(needles: Sequence[bytes], folded: bytes) -> bool:
    return any(map(folded.__contains__, needles))


def _longest_run(needle: bytes) -> int:
    return max(map(len, _RUN.findall(needle.translate(_SHAPE))), default=0)


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
