"""Which texts of an answer are Binance's own and may be kept: those that are documented, with what changes left
out."""

import re
from functools import cache
from typing import Final

from proxy.core.catalogue.errors import all_errors

_KEPT: Final = re.compile(r"[0-9]{1,15}|[0-9]{1,6} request weight per [A-Z0-9 ]{1,12}")
"""What stands for `%s` may be kept where it is a number or a limit: when a ban ends, how much is allowed."""
_LEFT_OUT: Final = "(...)"
_LONGEST: Final = 400


def known_text(message: str) -> str:
    """The documented text that `message` is an instance of, else "".

    An address, an order number or a name that stands in it is left out; numbers are kept.
    """
    if len(message) > _LONGEST:
        return ""
    for pattern, pieces in _patterns():
        found = pattern.fullmatch(message)
        if found is not None:
            return _filled(pieces, found.groups())
    return ""


def _filled(pieces: tuple[str, ...], values: tuple[str, ...]) -> str:
    shown = [value if _KEPT.fullmatch(value) else _LEFT_OUT for value in values]
    return pieces[0] + "".join(value + piece for value, piece in zip(shown, pieces[1:], strict=True))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Each documented text as a pattern, with the pieces between its `%s`."""
    texts = {text for row in all_errors() for text in row.messages if "(translated)" not in text}
    return tuple(
        (re.compile("(.{1,200}?)".join(map(re.escape, text.split("%s")))), tuple(text.split("%s")))
        for text in sorted(texts)
        if text.strip("% s")
    )
