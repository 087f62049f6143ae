"""What a request says, parameter by parameter, as its endpoint reads it.

Held against what the catalogue says that the endpoint takes. A name that it does not know, one that stands twice, a
text that is not what it should be: each is refused, because nobody can say which of two readings the exchange takes.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.parameters import UNDESCRIBED, Parameter, Parameters, Role, parameters_of
from proxy.core.foreign_json import UnreadableError, read_digits
from proxy.core.signing import PreparedRequest
from proxy.core.wire import BodyKind, pair_name, pair_value, percent_decoded, split_pairs

_ALWAYS: Final = frozenset({"timestamp", "recvWindow", "signature"})
_SHOWABLE: Final = r"[A-Za-z][A-Za-z0-9_.\[\]]{0,23}"
"""A name that may be repeated to whoever sent it: too short to be a key."""
_JOINED: Final = r"[.\[\]]"
"""The catalogue joins the names of an object and its members by these; no name on the wire has one."""
_ENTRY: Final = r"[^:,]+:[^:,]+:([^:,]+)"
"""`requestId:rate:amount`, the form of `supplyRequest` (documentation of VIP loans)."""


class CannotJudgeError(Exception):
    """The request cannot be held against limits; the text says why and what to send instead, and repeats no value."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Argument(msgspec.Struct, frozen=True):
    """One value. `member` is its place in a list of orders, None outside of one."""

    parameter: Parameter
    text: str
    member: int | None = None

    @property
    def role(self) -> Role:
        return self.parameter.role

    @property
    def name(self) -> str:
        """Without the name of the list it stands in."""
        name = self.parameter.name
        return name.rpartition(".")[2] if "." in name else name


type Arguments = tuple[Argument, ...]


def read_arguments(endpoint: Endpoint, prepared: PreparedRequest) -> Arguments:
    """All that a request says, lists of orders taken apart. Raises CannotJudgeError."""
    known = parameters_of(endpoint.method, endpoint.path)
    if not known or endpoint.name in UNDESCRIBED:
        raise CannotJudgeError(
            "nobody says what this endpoint takes, so no line can let it through; name endpoints, not its profile"
        )
    reader = _Reader(known)
    reader.read_pairs(split_pairs(prepared.query) + split_pairs(prepared.added) + split_pairs(prepared.form))
    if prepared.body_kind is BodyKind.JSON:
        reader.read_body(prepared.body)
    return tuple(reader.found)


class _Reader:
    """Collects arguments; `known` is what the endpoint takes."""

    def __init__(self, known: Parameters) -> None:
        self._known = known
        self._seen: set[str] = set()
        self.found: list[Argument] = []

    def read_pairs(self, pairs: Iterable[bytes]) -> None:
        """Query and form as Binance reads them: percent-decoded once, `+` a blank."""
        for pair in pairs:
            if not pair:
                continue
            if b";" in pair:
                raise CannotJudgeError("it holds a raw `;`, which some readers take for `&`; send it as %3B")
            name = _text(pair_name(pair.replace(b"+", b" ")))
            if name not in _ALWAYS:
                self._add(name, _text(percent_decoded(pair_value(pair).replace(b"+", b" "))))

    def read_body(self, body: bytes) -> None:
        """A JSON object, member by member."""
        content = decoded_json(_text(body), "its JSON body")
        if not isinstance(content, dict):
            raise CannotJudgeError("its JSON body must be an object")
        self._read_object(content)

    def _add(self, name: str, text: str) -> None:
        parameter = self._known.get(name)
        if parameter is None or "[]" in name:
            raise CannotJudgeError(_unknown(name))
        if parameter.place == "json":
            raise CannotJudgeError(f"{_named(name)} must stand in a JSON body")
        if name in self._seen and parameter.type != "ARRAY":
            raise CannotJudgeError(f"{_named(name)} stands twice; send it once")
        self._seen.add(name)
        if parameter.role is Role.BATCH:
            self.found += self._members(parameter, text)
        else:
            self.found.append(Argument(parameter, text))

    def _members(self, batch: Parameter, text: str) -> Iterator[Argument]:
        """The orders of a list that stands as JSON in one value; `supplyRequest` has a form of its own."""
        if batch.type == "STRING":
            return self._entries(batch, text)
        content = decoded_json(text, f"`{batch.name}`")
        if not isinstance(content, list) or not content or not all(isinstance(one, dict) for one in content):
            raise CannotJudgeError(f"`{batch.name}` must be a JSON list of objects, and not an empty one")
        return (
            Argument(self._member(batch, name), _scalar(value, name), index)
            for index, order in enumerate(content)
            for name, value in order.items()
            if value is not None
        )

    def _member(self, batch: Parameter, name: str) -> Parameter:
        parameter = self._known.get(f"{batch.name}[].{name}")
        if parameter is None:
            raise CannotJudgeError(
                f"{_named(name)} in `{batch.name}` is none that is known there; leave it out"
            )
        return parameter

    def _entries(self, batch: Parameter, text: str) -> Iterator[Argument]:
        amount = msgspec.structs.replace(batch, role=Role.AMOUNT, name=f"{batch.name}[].amount")
        for index, entry in enumerate(text.split(",")):
            found = re.fullmatch(_ENTRY, entry)
            if found is None:
                raise CannotJudgeError(
                    f"`{batch.name}` must be requestId:rate:amount, several with commas between"
                )
            yield Argument(amount, found[1], index)

    def _read_object(self, content: dict[str, Any], prefix: str = "") -> None:
        """What stands in an object; `null` says nothing."""
        for name, value in content.items():
            if re.search(_JOINED, name):
                raise CannotJudgeError(_unknown(name))
            path = f"{prefix}{name}"
            listed = isinstance(value, list)
            items = [one for one in (value if listed else [value]) if one is not None]
            inner = f"{path}[]." if listed else f"{path}."
            if any(known.startswith(inner) for known in self._known):
                for one in items:
                    if not isinstance(one, dict):
                        raise CannotJudgeError(f"{_named(path)} must hold objects")
                    self._read_object(one, inner)
            else:
                self._read_plain(path, items, listed=listed)

    def _read_plain(self, path: str, items: list[Any], *, listed: bool) -> None:
        """Values without names of their own. Free JSON plays no role and may hold anything."""
        parameter = self._known.get(path)
        if parameter is None:
            raise CannotJudgeError(_unknown(path))
        if parameter.place != "json":
            raise CannotJudgeError(f"{_named(path)} must stand in the query or a form")
        if parameter.type == "JSON" and parameter.role is Role.OTHER:
            self.found.append(Argument(parameter, ""))  # it is there, and may say anything
            return
        if listed and parameter.type != "ARRAY":
            raise CannotJudgeError(f"{_named(path)} must be one value")
        self.found += [Argument(parameter, _scalar(one, path)) for one in items]


def _unknown(name: str) -> str:
    return f"{_named(name)} is none that this endpoint is known to take; leave it out"


def _named(name: str) -> str:
    """A parameter as a sentence may name it."""
    return f"`{name}`" if re.fullmatch(_SHOWABLE, name) else "a parameter with an unusual name"


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        raise CannotJudgeError("it holds octets that are no UTF-8") from None


def _scalar(value: object, name: str) -> str:
    """A JSON value as the text of a parameter. Numbers keep their text (`decoded_json`)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    raise CannotJudgeError(f"{_named(name)} must be a plain value")


def decoded_json(text: str, what: str) -> Any:
    """Decoded, with numbers as their text. Raises CannotJudgeError, which names it as `what`.

    A key that stands twice is refused: readers differ in which one counts (RFC 8259, section 4).
    """
    try:
        return read_digits(
            text, object_pairs_hook=_no_twins, parse_float=str, parse_int=str, parse_constant=_no_constant
        )
    except UnreadableError:
        raise CannotJudgeError(f"{what} cannot be read as JSON in which each name stands once") from None


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError
    return content


def _no_constant(_: str) -> None:
    """NaN and Infinity, which Python reads though they are no JSON (RFC 8259, section 6)."""
    raise ValueError
