"""The shape of a JSON answer: which fields there are, and of which type; no value.

A recorded answer is redacted: a mark stands for a value whose type is not known, of a list the first item stands for
all, and `<more>` for fields that were not kept. What was not kept is not compared.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from proxy.core.foreign_json import UnreadableError, read_json

_MARK: Final = re.compile(r"<[a-z]{1,10}(?::[^<>]*)?>")
_MORE: Final = "<more>"
_BORDER: Final = re.compile(r"\[\]|\.")
_DEEPEST: Final = 60
_DECODER: Final = msgspec.json.Decoder()
UNKNOWN: Final = "?"
NO_JSON: Final = "no JSON"

type Shape = dict[str, frozenset[str]]
"""Types by the way to the field: `balances[].asset`; the whole is `.`."""


def shape_of(body: str) -> Shape:
    """Of a text; of one that is no JSON that alone."""
    try:
        value = read_json(body.encode("utf-8", "surrogatepass"), _DECODER)
    except UnreadableError:
        return {".": frozenset({NO_JSON})}
    found: dict[str, set[str]] = {}
    for way, kind in _walk(value, "", 0):
        found.setdefault(way or ".", set()).add(kind)
    return {way: frozenset(kinds) for way, kinds in found.items()}


def differences(recorded: Shape, now: Shape) -> tuple[list[str], list[str], list[tuple[str, str, str]]]:
    """Fields that are gone, fields that are new, and fields of another type with both types."""
    gone = [way for way in recorded if way not in now and not _unseen(way, now)]
    new = [way for way in now if way not in recorded and not _unseen(way, recorded)]
    other = [
        (way, _words(kinds), _words(now[way]))
        for way, kinds in recorded.items()
        if way in now and not kinds & now[way] and UNKNOWN not in kinds | now[way]
    ]
    return (
        [way for way in gone if not way.endswith(_MORE)],
        [way for way in new if not way.endswith(_MORE)],
        other,
    )


def _walk(value: Any, way: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield way, "object"
        for name, inner in value.items():
            yield from _walk(inner, f"{way}.{name}" if way else name, depth + 1)
    elif isinstance(value, list):
        yield way, "list"
        for item in value:
            if not (isinstance(item, str) and item.startswith("<more:")):
                yield from _walk(item, f"{way}[]", depth + 1)
    else:
        yield way, _kind(value)


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "flag"
        case int() | float():
            return "number"
        case None:
            return UNKNOWN  # a field without a value may have any type
    return UNKNOWN if _MARK.fullmatch(value) else "text"


def _unseen(way: str, shape: Shape) -> bool:
    """Whether this side could not show the field: its list is empty, its object was not kept whole, or it stands in a
    value whose type is not known."""
    for found in _BORDER.finditer(way):
        above, kinds = way[: found.start()], shape.get(way[: found.start()] or ".", frozenset())
        if UNKNOWN in kinds or (found[0] == "[]" and "list" in kinds and f"{above}[]" not in shape):
            return True
    while way:
        way = way.rpartition(".")[0]
        if (f"{way}.{_MORE}" if way else _MORE) in shape:
            return True
    return False


def _words(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds))
