"""The exchange's own sentence: which parameters it names, and the sentence itself without anything private."""

import re
from typing import Final

QUOTED: Final = "Binance says: "
"""How a note begins that repeats the exchange's sentence. No record keeps it: a record has the message itself, with
what is private in it replaced."""
_LISTED: Final = re.compile(r"-?[0-9]+ [A-Z_]{3,}: ")
"""How a note begins that tells of a code what the list of codes has. No record needs it: it has the code."""
_NAMED: Final = (
    re.compile(r"(?i)parameters?:? '([A-Za-z_.]{2,60})(?:'|:)"),  # `'batchOrders:[...]'` quotes the value too
    re.compile(r"(?i)\bparam(?:eter)? '?([A-Za-z_]{2,40})'? "),
    re.compile(r"'([A-Za-z]{2,40})' (?:was not sent|must|is|sent)"),
)
_NO_NAMES: Final = frozenset(
    {"is", "was", "not", "must", "of", "for", "or", "and", "in", "sent", "has", "does", "may", "error"}
)
_MOST: Final = 200
_LONG: Final = re.compile(r"\S*[A-Za-z0-9+/=_-]{24,}\S*")
_NUMBER: Final = re.compile(r"[0-9][0-9.]{6,}")


def named_parameters(message: str) -> frozenset[str]:
    """The parameters that a message names: `Mandatory parameter 'symbol' was not sent`."""
    found = {name for pattern in _NAMED for name in pattern.findall(message[:500])}
    return frozenset(found - _NO_NAMES)


def sentence(message: str, values: tuple[str, ...] = ()) -> str:
    """The exchange's sentence in one line of ASCII, with dots for keys, long numbers and values of the request."""
    text = " ".join(message[:1000].split())
    for value in sorted((one for one in values if len(one) >= 5), key=len, reverse=True):
        text = text.replace(value, "...")
    text = _NUMBER.sub("...", _LONG.sub("...", text))
    text = text.encode("ascii", "replace").decode()
    return text if len(text) <= _MOST else text[: _MOST - 3] + "..."


def quoted(said: str) -> tuple[str, ...]:
    """The note that repeats a sentence; none for an empty one."""
    return (QUOTED + said,) if said else ()


def recordable(notes: tuple[str, ...]) -> list[str]:
    """The notes without those that repeat the exchange or the list of codes."""
    return [note for note in notes if not note.startswith(QUOTED) and not _LISTED.match(note)]
