"""Headers, parameters and bodies of requests that are objects, in whichever of the shapes a program gives them."""

import json
import re
from typing import Any, Final
from urllib.parse import quote_plus

from proxy.core.wire import Header
from proxy.explain.readers.literals import Bare, octets
from proxy.explain.readers.replies import is_answer

MOST: Final = 1000
_VARIABLE: Final = re.compile(r"\{\{[^{}]{1,80}\}\}|\$\{[^{}]{1,80}\}")


def headers(found: object) -> tuple[tuple[Header, ...], bool]:
    """The headers of a mapping, of rows, pairs or lines; and whether the key is a variable."""
    kept: list[Header] = []
    key_unknown = False
    for name, one in _rows(found):
        value = one[0] if isinstance(one, list) and len(one) == 1 else one
        if not isinstance(name, str) or not isinstance(value, str | bytes) or name.startswith(":"):
            continue
        if is_variable(value):
            key_unknown |= name.lower() == "x-mbx-apikey"
        else:
            kept.append((octets(name), octets(value)))
    return tuple(kept), key_unknown


def _rows(found: object) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = []
    if isinstance(found, dict):
        rows = list(found.items())
    elif isinstance(found, list):
        for row in found[:MOST]:
            if isinstance(row, dict):
                if not row.get("disabled"):
                    rows.append((row.get("name") or row.get("key"), row.get("value")))
            elif isinstance(row, list) and len(row) == 2:
                rows.append((row[0], row[1]))
            elif isinstance(row, str) and ":" in row:
                rows.append((row.partition(":")[0], row.partition(":")[2].strip()))
    return rows


def is_variable(value: object) -> bool:
    """Whether a value is one that another program would have put in."""
    return (isinstance(value, Bare) and value.variable) or (
        isinstance(value, str) and bool(_VARIABLE.fullmatch(value))
    )


def is_answer_text(text: str | bytes) -> bool:
    """Whether it is the JSON of an answer."""
    try:
        return is_answer(json.loads(text))
    except (ValueError, RecursionError):
        return False


def pairs(found: object) -> tuple[bytes, bool]:
    """Fields as `name=value`, encoded as forms are, and whether one is a variable, or a row without its half.

    A value of None in a mapping is left out, as the libraries do that send one.
    """
    if isinstance(found, str):
        return octets(found), is_variable(found)
    rows: list[tuple[Any, Any]] = []
    if isinstance(found, dict):
        rows = list(found.items())
    elif isinstance(found, list):
        rows = [
            (row.get("name") or row.get("key"), row.get("value"))
            for row in found[:MOST]
            if isinstance(row, dict) and not row.get("disabled")
        ]
        if any(name is None or value is None for name, value in rows):
            return b"", True
    joined: list[bytes] = []
    for name, value in rows:
        if value is None or not isinstance(name, str):
            continue
        if is_variable(value) or not isinstance(value, str | int | float):
            return b"", True
        plain = str(value).lower() if isinstance(value, bool) else str(value)
        joined.append(quote_plus(name).encode() + b"=" + quote_plus(octets(plain)).encode())
    return b"&".join(joined), False
