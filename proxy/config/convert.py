"""Plain data to `Settings`, with every problem found and not only the first.

The types of `proxy.core.settings` decide; msgspec judges each value, and the words about it are made here
from the same types. Values are never repeated: one of them may be a secret in the wrong place.
"""

import difflib
from collections.abc import Iterator
from typing import Any, Final, get_type_hints

import msgspec
from msgspec import inspect

from proxy.config.problems import Path, Problem, show_key
from proxy.core.settings import Settings

_SECRETS: Final = frozenset({"api_secret", "secret", "secret_key", "apisecret", "api_secret_key"})
_PEMS: Final = frozenset({"private_key", "pem", "private_key_pem"})
_TRUE_FALSE: Final = frozenset({"yes", "no", "on", "off", "y", "n"})


class Conversion(msgspec.Struct):
    """What became of the data: settings with the broken parts left at their defaults, and what is broken."""

    settings: Settings
    problems: list[Problem]
    given: list[Path]  # leaves that were understood


class _Walk(msgspec.Struct):
    problems: list[Problem] = msgspec.field(default_factory=list)
    given: list[Path] = msgspec.field(default_factory=list)

    def report(self, path: Path, says: str, hint: str = "") -> None:
        self.problems.append(Problem((path,), f"{show_key(path)} {says}" if path else says, hint))


def convert(data: dict[str, Any]) -> Conversion:
    """Turn a tree of plain values into settings; never raises for what a user can write."""
    walk = _Walk()
    clean = _room(data, Settings, (), walk)
    return Conversion(msgspec.convert(clean, Settings), walk.problems, walk.given)


def _room(data: Any, room: type[Any], path: Path, walk: _Walk) -> dict[str, Any]:
    """One group of settings: known keys judged each by its type, the others reported."""
    if data is None:  # `signing:` with everything below it commented out
        return {}
    if not isinstance(data, dict):
        walk.report(path, f"must be a group of `key: value` lines, not {_kind(data)}")
        return {}
    hints = get_type_hints(room, include_extras=True)
    clean: dict[str, Any] = {}
    for key, value in data.items():
        where = (*path, key)
        if key not in hints:
            walk.report(where, *_unknown(key, hints, path))
            continue
        found = list(_value(value, hints[key], where, walk))
        if found:
            clean[key] = found[0]
    for name in inspect_required(room):
        if name not in data:
            walk.report((*path, name), "is missing")
    return clean


def _value(value: Any, hint: Any, path: Path, walk: _Walk) -> Iterator[Any]:
    """The value if it is good, nothing if it was reported."""
    kind = bare(inspect.type_info(hint))
    match kind:
        case inspect.StructType():
            yield _room(value, kind.cls, path, walk)
        case inspect.DictType(value_type=inspect.StructType() as inner):
            yield from _named_rooms(value, inner.cls, path, walk)
        case inspect.VarTupleType():
            yield from _list(value, hint, kind, path, walk)
        case _:
            yield from _leaf(value, hint, kind, path, walk)


def _named_rooms(value: Any, room: type[Any], path: Path, walk: _Walk) -> Iterator[dict[str, Any]]:
    if value is not None and not isinstance(value, dict):
        walk.report(path, f"must be a group of named entries, not {_kind(value)}")
        return
    yield {name: _room(inner, room, (*path, name), walk) for name, inner in (value or {}).items()}


def _list(value: Any, hint: Any, kind: Any, path: Path, walk: _Walk) -> Iterator[list[Any]]:
    if value is not None and not isinstance(value, list):
        walk.report(path, f"must be a list, not {_kind(value)}", "write one `- item` a line, or [item, item]")
        return
    before, items = len(walk.problems), []
    inner = bare(kind.item_type)
    for index, item in enumerate(value or ()):
        where = (*path, index)
        if isinstance(inner, inspect.StructType):
            items.append(_room(item, inner.cls, where, walk))
        elif _accepts([item], hint):
            items.append(item)
        else:
            walk.report(where, *_mistake(item, inner))
    if len(walk.problems) == before:
        walk.given.append(path)
        yield items


def _leaf(value: Any, hint: Any, kind: Any, path: Path, walk: _Walk) -> Iterator[Any]:
    if _accepts(value, hint):
        walk.given.append(path)
        yield value
    else:
        walk.report(path, *_mistake(value, kind))


def _accepts(value: Any, hint: Any) -> bool:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


def bare(kind: Any) -> Any:
    """A type without its description and without `| None`; unions of more than that don't occur here."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        return bare(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind


def inspect_required(room: type[Any]) -> list[str]:
    """The settings of a group that have no default."""
    info = inspect.type_info(room)
    return [one.name for one in info.fields if one.required] if isinstance(info, inspect.StructType) else []


def _mistake(value: Any, kind: Any) -> tuple[str, str]:
    """What the value should have been, and a hint that fits what it is."""
    if value is None:
        return f"has no value; it must be {wanted(kind)}", "write a value, or remove the line"
    if isinstance(kind, inspect.LiteralType) and isinstance(value, str):
        close = difflib.get_close_matches(value.lower(), [str(one) for one in kind.values], n=1)
        return f"must be {wanted(kind)}", f"did you mean {close[0]}?" if close else ""
    if isinstance(kind, inspect.StrType) and isinstance(value, (bool, int, float)):
        return f"must be text, not {_kind(value)}", 'put the value in quotes: "..."'
    if isinstance(kind, inspect.BoolType) and isinstance(value, str) and value.lower() in _TRUE_FALSE:
        return f"must be {wanted(kind)}", "yes, no, on and off are words in YAML 1.2"
    if isinstance(value, str) and isinstance(kind, (inspect.IntType, inspect.FloatType)):
        return (
            f"must be {wanted(kind)}, not text",
            "write the bare number, without unit, quotes or underscores",
        )
    return f"must be {wanted(kind)}" + ("" if _same_sort(value, kind) else f", not {_kind(value)}"), ""


def _same_sort(value: Any, kind: Any) -> bool:
    """Whether only the size or the form of the value is wrong."""
    sorts: dict[Any, type | tuple[type, ...]] = {
        inspect.IntType: (int, float),
        inspect.FloatType: (int, float),
        inspect.StrType: str,
    }
    return isinstance(value, sorts.get(type(kind), ())) and not isinstance(value, bool)


def wanted(kind: Any) -> str:
    """A type in words: `a whole number from 1 to 60000`."""
    match kind:
        case inspect.LiteralType():
            return "one of " + ", ".join(str(one) for one in kind.values)
        case inspect.IntType():
            return "a whole number" + _bounds(kind)
        case inspect.FloatType():
            return "a number" + _bounds(kind)
        case inspect.BoolType():
            return "true or false"
        case inspect.StrType(pattern=str(pattern)):
            return f"text of the form {pattern}"
    return "text"


def _bounds(kind: Any) -> str:
    if kind.gt is not None:
        return f" above {kind.gt:g}" + (f", at most {kind.le:g}" if kind.le is not None else "")
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge} to {kind.le}"
    return f" of at least {kind.ge}" if kind.ge is not None else ""


def _kind(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
    return "a group"


def _unknown(key: str, hints: dict[str, Any], path: Path) -> tuple[str, str]:
    """An unknown key: what was probably meant, or where it belongs."""
    folded = key.lower().replace("-", "_")
    if folded in _SECRETS:
        return "cannot stand here: secrets are never written into this file", (
            "put it into a file of mode 0600 and name that: api_secret_file"
        )
    if folded in _PEMS:
        return "cannot stand here: private keys are never written into this file", (
            "name the PEM file instead: private_key_file"
        )
    close = difflib.get_close_matches(folded, hints, n=1, cutoff=0.6)
    if close:
        return "is not a setting", f"did you mean {close[0]}?"
    homes = [room for room, names in _rooms().items() if folded in names and room not in path]
    if homes:
        return "is not a setting here", f"it belongs under {homes[0]}:"
    return "is not a setting", "known here: " + ", ".join(hints)


def _rooms() -> dict[str, tuple[str, ...]]:
    """The groups below the top and their settings."""
    info = inspect.type_info(Settings)
    assert isinstance(info, inspect.StructType)
    return {
        one.name: tuple(inner.name for inner in kind.fields)
        for one in info.fields
        if isinstance(kind := bare(one.type), inspect.StructType)
    }
