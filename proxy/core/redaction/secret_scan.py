"""The last check of a finished line: does it hold a loaded secret, in any encoding?

Redaction is an allowlist and should never let one through; this is the proof of it, line by line. Everything
is compared without case, which covers changed case, both hex forms and both cases of percent escapes.

Every line of the journal is checked here, and each secret has up to twenty encodings. All of these are
long runs of letters, digits and a few signs, which a line of the journal rarely has; so that is asked first, for
all secrets at once.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from proxy.core.secret_forms import inner_base64, parts, written_forms

SHORTEST: Final = 8
"""Octets; a shorter secret would be found in ordinary text."""

_MOST_LINES: Final = 6  # of a PEM

_RUNS: Final = (40, 64)
"""Lengths of runs. Names, request ids and most paths stay below the first, practically all paths below the second;
API secrets, lines of a PEM, and whatever is written in base64, hex or escapes of them are longer."""

_IN_RUNS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_%\\&#;")
"""The signs of base64, and of the escapes of URLs, JSON and HTML. No quotation mark: there one text ends."""

_SHAPE: Final = bytes(0x77 if octet in _IN_RUNS else 0x20 for octet in range(256))  # w or a blank
_RUN: Final = re.compile(rb"w+")


class SecretScan:
    """Looks for secrets in text."""

    __slots__ = ("_runs", "_short")

    def __init__(self, secrets: Iterable[bytes]) -> None:
        needles = {needle for secret in secrets for needle in needles_of(secret)}
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


def needles_of(secret: bytes) -> Iterator[bytes]:
    """What to look for, in lower case. Of a PEM some of its inner lines, evenly spread."""
    found = parts(secret, shortest=SHORTEST)
    step = max(1, -(-len(found) // _MOST_LINES))
    for part in found[::step]:
        for form in (*written_forms(part), *inner_base64(part, shortest=SHORTEST)):
            yield form.lower()
