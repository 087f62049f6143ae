"""JSON that somebody else wrote: read here, and nowhere else, with one error for whatever may be wrong with it.

Readers of JSON fail in a whole family of ways: not JSON, octets that are no UTF-8, a number too long for an integer,
nesting so deep that the reader gives up. Who caught one of these and not the next lost a record, or an answer.
"""

import re
from typing import Any, Final

import msgspec

DEEPEST: Final = 100
"""Levels that `read_digits` follows; Binance's answers have seven. What is read is walked by recursion later."""

TOO_DEEP: Final = RecursionError.__name__
"""The reason of what has more levels than that, or than the reader can follow."""

_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class UnreadableError(ValueError):
    """This is not JSON that can be read. `reason` is the name of the error below it: never a word of the text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_json[T](octets: bytes | str | msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T:
    """What the decoder makes of it. Raises UnreadableError, also where the type is another.

    A decoder with a type looks into nothing that it was not told of: a text there may hold any octets.
    """
    try:
        return decoder.decode(octets)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(type(error).__name__) from None


def read_digits(octets: bytes | str, **hooks: Any) -> Any:
    """Python's own reading: it takes lone surrogates, NaN and Infinity, UTF-16 and UTF-32, and `hooks` (those of
    `json.loads`) may keep numbers digit by digit. Raises UnreadableError, also for more levels than `DEEPEST`.
    """
    import json  # noqa: PLC0415  # not at start: most requests need none

    try:
        text = (
            octets
            if isinstance(octets, str)
            else octets.decode(json.detect_encoding(octets), "surrogatepass")
        )
        _require_shallow(text)
        return json.loads(text, **hooks)
    except (ValueError, RecursionError) as error:  # a UnicodeDecodeError is a ValueError
        raise UnreadableError(type(error).__name__) from None


def _require_shallow(text: str) -> None:
    """Raises RecursionError where lists and objects stand more than `DEEPEST` levels deep in each other."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for token in _TOKENS.finditer(text):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > DEEPEST:
                raise RecursionError
        elif first != '"':
            depth -= 1
