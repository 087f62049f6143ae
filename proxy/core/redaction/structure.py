"""JSON bodies: structure and field names kept, values by the keep list, long lists cut."""

from typing import Any, Final

import msgspec

from proxy.core.foreign_json import TOO_DEEP, UnreadableError, read_json
from proxy.core.redaction.name_rules import Location, NameRule
from proxy.core.redaction.values import ValueRedactor

_DEEPEST: Final = 12
_MOST_ITEMS: Final = 1  # of a list: the rest looks the same
_MOST_CLEAR_ITEMS: Final = 20  # of one whose items lose nothing
_MOST_FIELDS: Final = 60
_MOST_LEAVES: Final = 80
_MOST_NESTED: Final = 3  # JSON in a string in JSON ...

_MORE: Final = "<more>"
_TEXTS: Final = frozenset({"msg", "message", "errorMsg", "errorMessage", "messageDetail", "rejectReason"})


class _Number(str):
    """A JSON number that Python would round, in its own digits."""

    __slots__ = ()


type _Scalar = str | bool | int | None
type _Inner = _Scalar | list[msgspec.Raw] | dict[str, Any]
type _Outer = _Scalar | list[msgspec.Raw] | dict[str, _Inner]

_DECODER: Final = msgspec.json.Decoder(float_hook=_Number)
_SKIMMER: Final = msgspec.json.Decoder(_Scalar | list[msgspec.Raw] | dict[str, _Outer], float_hook=_Number)
"""Checks the whole, but leaves the items of lists as octets, since the first of them is all that is looked at: half
the cost or less for most answers. It refuses numbers with a point that are in no list: their digits would be lost."""

_ENCODER: Final = msgspec.json.Encoder()


def skimmed(body: bytes) -> Any:
    """Parsed, numbers with a point kept digit by digit; items of lists may be left as msgspec.Raw.

    Raises UnreadableError for anything but JSON.
    """
    if not body.isascii() and not _is_utf8(body):  # the skimmer would not look into what it skips
        raise UnreadableError("UnicodeDecodeError")
    try:
        return read_json(body, _SKIMMER)
    except UnreadableError:
        return read_json(body, _DECODER)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def redact_json(
    body: bytes, location: Location, values: ValueRedactor, *, name: str = "", nested: int = 0
) -> str | None:
    """The redacted JSON text of `body`; None if it is not JSON."""
    try:
        value = skimmed(body)
    except UnreadableError:
        return None
    return redact_value(value, location, values, name=name, nested=nested)


def redact_value(
    value: Any, location: Location, values: ValueRedactor, *, name: str = "", nested: int = 0
) -> str:
    """The redacted JSON text of a parsed value. `name` is that of the field it stood in."""
    safe = _Walk(location, values, nested).any(location.rule(name), value, 0)
    return _ENCODER.encode(safe).decode("utf-8")


class _Walk:
    """One walk over one value, with its budget."""

    __slots__ = ("_leaves", "_location", "_marks", "_nested", "_values")

    def __init__(self, location: Location, values: ValueRedactor, nested: int) -> None:
        self._location = location
        self._values = values
        self._marks = values.marks
        self._nested = nested
        self._leaves = _MOST_LEAVES

    def any(self, rule: NameRule, value: Any, depth: int) -> Any:
        """The value as it may be shown; `rule` is that of the name it stands under."""
        kind = type(value)
        if kind is bool:
            return rule.true if value else rule.false
        if kind is str:
            if not value or rule.admits(value):
                rule.remember_clear(value)
                return value
            return self._text(rule, value)
        if kind is dict:
            return self._fields(value, depth) if depth < _DEEPEST else "<deep>"
        if kind is list:
            return self._items(rule, value, depth) if depth < _DEEPEST else "<deep>"
        if kind is msgspec.Raw:
            return self._item(rule, value, depth)
        return None if value is None else self._scalar(rule, value)

    def _fields(self, fields: dict[str, Any], depth: int) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        known_rule, known_mark, removed = self._location.rules.get, self._marks.get, self._values.removed
        room = min(_MOST_FIELDS, self._leaves)
        for name, value in fields.items():
            if room <= 0 or self._leaves <= 0:
                shown[_MORE] = len(fields) - len(shown)
                break
            room -= 1
            rule = known_rule(name) or self._location.rule(name)
            kind = type(value)
            # What was met before, which most values were, is answered here, without a call.
            if (kind is str or kind is int) and value in rule.clear:
                safe = value
            elif (kind is str or kind is int) and (known := known_mark(hash((rule.key, str(value))))):
                safe = known[0]
                removed.add(known[1])
            else:
                safe = self.any(rule, value, depth + 1)
            shown[rule.shown or self._name(name)] = safe
        self._leaves -= len(shown)
        return shown

    def _items(self, rule: NameRule, items: list[Any], depth: int) -> list[Any]:
        """The first few; items of a list bear the name of the list. As long as nothing had to be removed, and there
        is room for them, the others follow whole."""
        before = self._leaves
        kept = _MOST_ITEMS if before > 0 else 0
        shown = [self.any(rule, item, depth + 1) for item in items[:kept]]
        self._leaves -= len(shown)
        if shown and len(items) > kept:
            room = before - self._leaves
            for item in items[kept:_MOST_CLEAR_ITEMS]:
                if self._leaves < room or not _is_whole(shown[-1]):
                    break
                shown.append(self.any(rule, item, depth + 1))
                self._leaves -= 1
        if len(items) > len(shown):
            shown.append(f"<more:{len(items) - len(shown)}>")
        return shown

    def _item(self, rule: NameRule, item: msgspec.Raw, depth: int) -> Any:
        """An item that the skimmer left as it was: it may still be none that can be read."""
        try:
            value = read_json(item, _DECODER)
        except UnreadableError as error:
            self._values.removed.add("body")
            return "<deep>" if error.reason == TOO_DEEP else f"<malformed:{len(memoryview(item))}>"
        return self.any(rule, value, depth)

    def _name(self, name: str) -> str:
        return self._values.unnameable(name.encode("utf-8", "surrogatepass"), "name") if name else ""

    def _text(self, rule: NameRule, text: str) -> str:
        if rule.shown in _TEXTS and not self._nested:
            return self._values.sentence(text)
        if text[0] in "{[" and self._nested < _MOST_NESTED:
            inner = redact_json(
                text.encode("utf-8", "surrogatepass"),
                self._location,
                self._values,
                name=rule.name,
                nested=self._nested + 1,
            )
            if inner is not None:
                return inner
        return self._mark(rule, text)

    def _mark(self, rule: NameRule, text: str) -> str:
        mark, removed = self._values.mark_and_class(rule.kind, text)
        self._marks.store(hash((rule.key, text)), (mark, removed))
        return mark

    def _scalar(self, rule: NameRule, value: Any) -> Any:
        text = str(value)
        if rule.admits(text):
            if type(value) is _Number:
                return msgspec.Raw(text.encode("ascii"))
            rule.remember_clear(value)
            return value
        return self._mark(rule, text)


def _is_whole(shown: Any) -> bool:
    """Whether this is the value as it was: no mark in it."""
    kind = type(shown)
    if kind is str:
        return "<" not in shown
    if kind is dict:
        return _MORE not in shown and all(map(_is_whole, shown.values()))
    if kind is list:
        return all(map(_is_whole, shown))
    return True
