"""The search for a planted value in a text. It shares no line with redaction: the text is undressed step by step,
and in each state the bare value is looked for, letter case aside.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from tests.leaks.canaries import ENCODINGS, UNPACKING_ERRORS, UNPACKINGS

_ROUNDS = 3
_MOST_STATES = 400
_SHORTEST_PACKED = 10
_UNICODE = re.compile(rb"\\+u([0-9a-fA-F]{4})")
_OCTET = re.compile(rb"\\+x([0-9a-fA-F]{2})")
_BACKSLASHES = re.compile(rb"\\+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{10,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_URLSAFE = bytes.maketrans(b"-_", b"+/")


def found(text: bytes, value: str) -> bool:
    """Whether the value stands in the text in any encoding, or in one inside another, up to three deep."""
    wanted = _folded(value.encode())
    return stands_in(text, value) or any(wanted in _folded(state) for state in _undressed(text))


class Searched:
    """One long text in which many values are looked for: undressed once."""

    def __init__(self, text: bytes) -> None:
        self._states = [_folded(state) for state in (text, *_undressed(text, rounds=2))]

    def holds(self, value: str) -> bool:
        """As `found`."""
        wanted = _folded(value.encode())
        forms = [_folded(encode(value).encode()) for encode in ENCODINGS.values()]
        return any(form in self._states[0] for form in forms) or any(wanted in one for one in self._states)


def stands_in(text: bytes, value: str) -> bool:
    """Whether the value stands in the text in one encoding."""
    folded = _folded(text)
    return any(_folded(encode(value).encode()) in folded for encode in ENCODINGS.values())


def _folded(text: bytes) -> bytes:
    return text.decode("utf-8", "replace").casefold().encode()


def _undressed(text: bytes, rounds: int = _ROUNDS) -> Iterator[bytes]:
    """The text in every state of undress."""
    seen, fresh = {text}, [text]
    for _ in range(rounds):
        states = [after for state in fresh for step in _STEPS if (after := step(state))]
        fresh = []
        for state in states:
            if state not in seen and len(seen) < _MOST_STATES:
                seen.add(state)
                fresh.append(state)
                yield state


def _percent(text: bytes) -> bytes:
    return unquote_to_bytes(text) if b"%" in text else b""


def _plus(text: bytes) -> bytes:
    return text.replace(b"+", b" ") if b"+" in text else b""


def _unicode(text: bytes) -> bytes:
    plain = _UNICODE.sub(lambda m: chr(int(m[1], 16)).encode("utf-8", "replace"), text)
    plain = _OCTET.sub(lambda m: bytes([int(m[1], 16)]), plain)
    return plain if plain != text else b""


def _backslashes(text: bytes) -> bytes:
    return _BACKSLASHES.sub(b"", text) if b"\\" in text else b""


def _html(text: bytes) -> bytes:
    return html.unescape(text.decode("utf-8", "replace")).encode("utf-8", "replace") if b"&" in text else b""


def _base64(text: bytes) -> bytes:
    """Every long run, from each of the four places where a group may begin."""
    return b" ".join(map(_decoded, _BASE64.findall(text)))


@lru_cache(maxsize=65_536)
def _decoded(run: bytes) -> bytes:
    """One run; most are words that stand in every record."""
    return b" ".join(_groups(run))


def _groups(run: bytes) -> Iterator[bytes]:
    run = run.translate(_URLSAFE)
    for offset in range(4):
        digits = run[offset:]
        digits = digits[: -1 if len(digits) % 4 == 1 else None]
        plain = base64.b64decode(digits + b"=" * (-len(digits) % 4))
        yield plain
        if len(plain) >= _SHORTEST_PACKED and (offset == 0 or run[:1] == b"/"):
            yield from _unpacked(plain)


def _unpacked(packed: bytes) -> Iterator[bytes]:
    for unpack in UNPACKINGS:
        try:
            yield unpack(packed)
        except UNPACKING_ERRORS:
            continue


def _hex(text: bytes) -> bytes:
    return b" ".join(bytes.fromhex(run.decode()) for run in _HEX.findall(text))


_STEPS: tuple[Callable[[bytes], bytes], ...] = (_percent, _plus, _unicode, _backslashes, _html, _base64, _hex)
