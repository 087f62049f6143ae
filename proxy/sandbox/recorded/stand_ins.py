"""Values in the place of marks: of the right form, made up, and equal where the marks are equal.

A recording tells `<order:1a2b3c4d5e:11>` where eleven digits stood. A program that reads the answer wants digits
there, and the same ones each time. A number of up to fifteen digits is written as a number and a longer one as
text, as the exchange does (JavaScript rounds more than fifteen); amounts are texts.
"""

import json
import re

_MARK = re.compile(r"<([a-z]{1,10})(?::([^<>]*))?>")
_AMOUNT = re.compile(r"(-?)([0-9]{1,3})\.([0-9]{1,3})")
_MORE = re.compile(r"<more:([0-9]{1,9})>")
_MOST_ITEMS = 1000
_MOST_LETTERS = 128
_LARGEST_NUMBER = 15
_DEEPEST = 60
_ADDRESSES = {"v4": "192.0.2.1", "v6": "2001:db8::1"}
"""Addresses that belong to nobody (RFC 5737, RFC 3849)."""


def filled(text: str) -> str:
    """The text of an answer with values for its marks; what is no JSON keeps its words."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _MARK.sub(lambda found: str(_value(found)), text)
    return json.dumps(_filled(value, 0), ensure_ascii=False, separators=(",", ":"))


def _filled(value: object, depth: int) -> object:
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {name: _filled(inner, depth + 1) for name, inner in value.items() if name != "<more>"}
    if isinstance(value, list):
        return _items(value, depth)
    if isinstance(value, str):
        whole = _MARK.fullmatch(value)
        return _value(whole) if whole else _MARK.sub(lambda found: str(_value(found)), value)
    return value


def _items(items: list[object], depth: int) -> list[object]:
    """A list of the recorded length: the item that was kept stands for those that were not."""
    shown: list[object] = []
    for item in items:
        more = _MORE.fullmatch(item) if isinstance(item, str) else None
        if more is None:
            shown.append(_filled(item, depth + 1))
        elif shown:
            shown += [shown[-1]] * min(int(more[1]), _MOST_ITEMS)
    return shown


def _value(found: re.Match[str]) -> object:
    kind, rest = found[1], (found[2] or "").split(":")
    if kind == "amount":
        return _amount(found[2] or "")
    if kind == "bool":
        return True
    if kind == "ip":
        return _ADDRESSES.get(rest[-1], _ADDRESSES["v4"])
    if kind in ("order", "id") and len(rest) == 2 and rest[1].isdecimal():
        return _number(rest[0], min(int(rest[1][:3]), _MOST_LETTERS))
    return _text(kind, rest)


def _number(tag: str, digits: int) -> object:
    """So many digits, the same for the same tag."""
    seed = str(int(tag, 16) if re.fullmatch("[0-9a-f]{1,16}", tag) else 1)
    text = (seed * (digits // len(seed) + 1))[: max(digits, 1)]
    text = "1" + text[1:] if text.startswith("0") else text
    return int(text) if digits <= _LARGEST_NUMBER else text


def _amount(size: str) -> str:
    """Of as many digits before and behind the point."""
    found = _AMOUNT.fullmatch(size)
    if found is None:
        return "0"
    before, behind = min(int(found[2]), _LARGEST_NUMBER), min(int(found[3]), _LARGEST_NUMBER)
    whole = "0" if before == 0 or found[1] else "1" + "0" * (before - 1)
    return f"{whole}.{'0' * behind}" if behind else whole


def _text(kind: str, rest: list[str]) -> str:
    """A text of the recorded length, where that is told."""
    tag = rest[0] if rest and rest[0] else kind
    length = next((int(part[:3]) for part in rest[1:] if part.isdecimal()), len(tag))
    length = min(length, _MOST_LETTERS)
    return (tag * (length // len(tag) + 1))[:length]
