"""JSON bodies: structure and field names kept, values by the keep list, long lists cut."""

from typing import Any, Final

import msgspec

from proxy.core.catalogue.fields import Where
from proxy.core.redaction.names import presentable
from proxy.core.redaction.veil import Veil, is_clear

_DEEPEST: Final = 12
_MOST_ITEMS: Final = 2  # of a list: the rest looks the same
_MOST_FIELDS: Final = 60
_MOST_LEAVES: Final = 120
_MOST_NESTED: Final = 3  # JSON in a string in JSON ...

_TEXTS: Final = frozenset({"msg", "message", "errorMsg", "errorMessage", "messageDetail", "rejectReason"})


class _Number(str):
    """A JSON number that Python would round, in its own digits."""

    __slots__ = ()


_DECODER: Final = msgspec.json.Decoder(float_hook=_Number)
_ENCODER: Final = msgspec.json.Encoder()


def read_json(body: bytes) -> Any:
    """Parse, numbers with a point kept digit by digit. Raises ValueError for anything but JSON."""
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from None


def redact_json(body: bytes, where: Where, veil: Veil, *, name: str = "", nested: int = 0) -> str | None:
    """The redacted JSON text of `body`; None if it is not JSON."""
    try:
        value = read_json(body)
    except ValueError:
        return None
    return redact_value(value, where, veil, name=name, nested=nested)


def redact_value(value: Any, where: Where, veil: Veil, *, name: str = "", nested: int = 0) -> str:
    """The redacted JSON text of a parsed value. `name` is that of the field it stood in."""
    safe = _Walk(where, veil, nested).any(name, value, 0)
    return _ENCODER.encode(safe).decode("utf-8")


class _Walk:
    """One walk over one value, with its budget."""

    __slots__ = ("_leaves", "_nested", "_veil", "_where")

    def __init__(self, where: Where, veil: Veil, nested: int) -> None:
        self._where = where
        self._veil = veil
        self._nested = nested
        self._leaves = _MOST_LEAVES

    def any(self, name: str, value: Any, depth: int) -> Any:
        if value is None:
            return None
        kind = type(value)
        if kind is str:
            return self._text(name, value)
        if kind is dict:
            return self._fields(value, depth) if depth < _DEEPEST else "<deep>"
        if kind is list:
            return self._items(name, value, depth) if depth < _DEEPEST else "<deep>"
        return self._scalar(name, value)

    def _fields(self, fields: dict[str, Any], depth: int) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, value in fields.items():
            if len(shown) >= _MOST_FIELDS or self._leaves <= 0:
                shown["<more>"] = len(fields) - len(shown)
                break
            shown[self._name(name)] = self.any(name, value, depth + 1)
        return shown

    def _items(self, name: str, items: list[Any], depth: int) -> list[Any]:
        """The first few; items of a list bear the name of the list."""
        kept = _MOST_ITEMS if self._leaves > 0 else 0
        shown = [self.any(name, item, depth + 1) for item in items[:kept]]
        if len(items) > kept:
            shown.append(f"<more:{len(items) - kept}>")
        return shown

    def _name(self, name: str) -> str:
        octets = name.encode("utf-8", "surrogatepass")
        return name if name.isascii() and presentable(octets) else self._veil.unnameable(octets, "name")

    def _text(self, name: str, text: str) -> str:
        self._leaves -= 1
        if not text or is_clear(name, text, self._where):
            return text
        if name in _TEXTS and not self._nested:
            return self._veil.sentence(text)
        if text[0] in "{[" and self._nested < _MOST_NESTED:
            inner = redact_json(
                text.encode("utf-8", "surrogatepass"),
                self._where,
                self._veil,
                name=name,
                nested=self._nested + 1,
            )
            if inner is not None:
                return inner
        return self._veil.mark(name, text)

    def _scalar(self, name: str, value: Any) -> Any:
        self._leaves -= 1
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if is_clear(name, text, self._where):
            return msgspec.Raw(text.encode("ascii"))
        return "<bool>" if isinstance(value, bool) else self._veil.mark(name, text)
