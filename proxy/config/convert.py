"""Plain data to `Settings`, with every problem found and not only the first.

The types of `proxy.core.settings` decide; msgspec judges each value, and the words about it are made here
from the same types. Values are never repeated: one of them may be a secret in the wrong place.
"""

import difflib
from collections.abc import Iterable
from typing import Any, Final, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType, inspect

from proxy.config.environment_names import meant
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


def convert(data: dict[str, Any]) -> Conversion:
    """Turn a tree of plain values into settings; never raises for what a user can write."""
    walk = _Walk()
    clean = walk.group(data, Settings, ())
    return Conversion(msgspec.convert(clean, Settings), walk.problems, walk.given)


class _Walk(msgspec.Struct):
    """Through the data and the types side by side.

    Each step returns what was understood, or UNSET where it was reported and cannot be used.
    """

    problems: list[Problem] = msgspec.field(default_factory=list)
    given: list[Path] = msgspec.field(default_factory=list)

    def group(self, data: Any, room: type[Any], path: Path) -> dict[str, Any] | UnsetType:
        """One group of settings: known keys judged each by its type, the others reported.

        `signing:` with everything below it commented out is a group with nothing in it, and so is a list item that
        is only a dash: what must be given is asked for there as well.
        """
        if data is None:
            data = {}
        if not isinstance(data, dict):
            return self._report(path, f"must be a group of `key: value` lines, not {_kind(data)}")
        hints = get_type_hints(room, include_extras=True)
        clean: dict[str, Any] = {}
        for key, value in data.items():
            where = (*path, key)
            if key not in hints:
                self._report(where, *_unknown(key, hints, path))
            elif (good := self._value(value, hints[key], where)) is not UNSET:
                clean[key] = good
        required = _required(room)
        for name, description in required.items():
            if name not in data:
                self._report((*path, name), "is missing", _add(name, description, to_nothing=not data))
        return clean if required.keys() <= clean.keys() else UNSET

    def _value(self, value: Any, hint: Any, path: Path) -> Any:
        kind = _bare(inspect.type_info(hint))
        if value is None and _accepts(None, hint):  # null is a choice of its own: no policy, no limit
            return self._leaf(value, hint, kind, path)
        match kind:
            case inspect.StructType():
                return self.group(value, kind.cls, path)
            case inspect.DictType(value_type=inspect.StructType() as inner):
                return self._named_groups(value, inner.cls, path)
            case inspect.VarTupleType():
                return self._list(value, hint, kind, path)
        return self._leaf(value, hint, kind, path)

    def _named_groups(self, value: Any, room: type[Any], path: Path) -> dict[str, Any] | UnsetType:
        if value is not None and not isinstance(value, dict):
            return self._report(path, f"must be a group of named entries, not {_kind(value)}")
        groups = {name: self.group(inner, room, (*path, name)) for name, inner in (value or {}).items()}
        return {name: group for name, group in groups.items() if group is not UNSET}

    def _list(self, value: Any, hint: Any, kind: inspect.VarTupleType, path: Path) -> list[Any] | UnsetType:
        """All items or none: what is said later about an item tells its number."""
        if value is not None and not isinstance(value, list):
            return self._report(
                path, f"must be a list, not {_kind(value)}", "write one `- item` a line, or [item, item]"
            )
        before, inner = len(self.problems), _bare(kind.item_type)
        items: list[Any] = []
        for index, item in enumerate(value or ()):
            where = (*path, index)
            if isinstance(inner, inspect.StructType):
                items.append(self.group(item, inner.cls, where))
            elif _accepts([item], hint):
                items.append(item)
            else:
                self._report(where, *_mistake(item, inner))
        if len(self.problems) > before:
            return UNSET
        self.given.append(path)
        return items

    def _leaf(self, value: Any, hint: Any, kind: inspect.Type, path: Path) -> Any:
        if not _accepts(value, hint):
            return self._report(path, *_mistake(value, kind))
        self.given.append(path)
        return value

    def _report(self, path: Path, says: str, hint: str = "") -> UnsetType:
        self.problems.append(Problem((path,), f"{show_key(path)} {says}" if path else says, hint))
        return UNSET


def _accepts(value: Any, hint: Any) -> bool:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


def _bare(kind: inspect.Type) -> inspect.Type:
    """A type without its description and without `| None`; unions of more than that don't occur here."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    if isinstance(kind, inspect.UnionType):
        return _bare(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind


def _required(room: type[Any]) -> dict[str, str]:
    """The settings of a group that have no default, with what is said about them."""
    info = inspect.type_info(room)
    assert isinstance(info, inspect.StructType)
    return {one.name: _description(one.type) for one in info.fields if one.required}


def _description(kind: inspect.Type) -> str:
    known = kind.extra_json_schema if isinstance(kind, inspect.Metadata) else None
    return str((known or {}).get("description", ""))


def _add(name: str, description: str, *, to_nothing: bool) -> str:
    """How a missing setting comes to be there; a list item that is only a dash may be a leftover."""
    return f"add `{name}: ...` ({description})" + ("; or remove the empty item" if to_nothing else "")


def _mistake(value: Any, kind: Any) -> tuple[str, str]:
    """What the value should have been, and a hint that fits what it is."""
    if value is None:
        return f"has no value; it must be {_wanted(kind)}", "write a value, or remove the line"
    if value == "" and isinstance(kind, inspect.StrType):
        return f"is empty; it must be {_wanted(kind)}", "write a value, or remove the line"
    if isinstance(kind, inspect.LiteralType) and isinstance(value, str):
        close = _meant(value, [str(one) for one in kind.values])
        return f"must be {_wanted(kind)}", f"did you mean {close}?" if close else ""
    if isinstance(kind, inspect.StrType) and isinstance(value, (bool, int, float)):
        return f"must be text, not {_kind(value)}", 'put the value in quotes: "..."'
    if isinstance(kind, inspect.BoolType) and isinstance(value, str) and value.lower() in _TRUE_FALSE:
        return f"must be {_wanted(kind)}", "yes, no, on and off are words in YAML 1.2"
    if isinstance(value, str) and isinstance(kind, (inspect.IntType, inspect.FloatType)):
        return (
            f"must be {_wanted(kind)}, not text",
            "write the bare number, without unit, quotes or underscores",
        )
    return f"must be {_wanted(kind)}" + ("" if _same_sort(value, kind) else f", not {_kind(value)}"), ""


def _meant(value: str, values: list[str]) -> str | None:
    """Which of the values: what other tools call an environment, or what is spelt almost like it."""
    name = meant(value)
    if name in values:
        return name
    return next(iter(difflib.get_close_matches(value.lower(), values, n=1)), None)


def _same_sort(value: Any, kind: Any) -> bool:
    """Whether only the size or the form of the value is wrong."""
    sorts: dict[Any, type | tuple[type, ...]] = {
        inspect.IntType: (int, float),
        inspect.FloatType: (int, float),
        inspect.StrType: str,
    }
    return isinstance(value, sorts.get(type(kind), ())) and not isinstance(value, bool)


def _wanted(kind: Any) -> str:
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
    close = _shortened(folded, hints) or difflib.get_close_matches(folded, hints, n=1, cutoff=0.6)
    if close:
        return "is not a setting", f"did you mean {close[0]}?"
    homes = [room for room, names in _rooms().items() if folded in names and room not in path]
    if homes:
        return "is not a setting here", f"it belongs under {homes[0]}:"
    return "is not a setting", "known here: " + ", ".join(hints)


def _shortened(key: str, names: Iterable[str]) -> list[str]:
    """The name that a key leaves letters out of, no more than half of them: `max_qty` is short for `max_quantity`."""
    return sorted((name for name in names if 2 * len(key) >= len(name) and _leaves_out(key, name)), key=len)[
        :1
    ]


def _leaves_out(key: str, name: str) -> bool:
    """Whether the letters of a key stand in a name, in their order."""
    rest = iter(name)
    return all(letter in rest for letter in key)


def _rooms() -> dict[str, tuple[str, ...]]:
    """The groups below the top and their settings."""
    info = inspect.type_info(Settings)
    assert isinstance(info, inspect.StructType)
    return {
        one.name: tuple(inner.name for inner in kind.fields)
        for one in info.fields
        if isinstance(kind := _bare(one.type), inspect.StructType)
    }
