"""What a request will do, for the person who must approve it: every value with the role that it plays.

Nothing is left out and nothing is cut, because what is not seen is approved all the same: parameters that stand twice
are shown twice, numbers with the digits that were sent, and a request too large to be read by a person is refused.
So is one that the exchange may read otherwise than this page does: a raw `;` parts pairs for some readers, a lone `%`
is an error for some, and octets that are no UTF-8 are other letters for each.

A value has at most 200 characters as shown, so that none fills a screen. Free text (the remarks of a P2P advert) and
public keys may have 1,000, and are shown whole all the same: a digest, or the first hundred letters, would ask a
person to approve what nobody has read. Free text stands above what decides (`DescribedValue.decides`).

Stars are only what nobody should read: secrets, codes of a second factor, personal data. A public key and an API key
that an operation is about are no secret, and which one it is decides.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec
from msgspec import structs

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.parameters import Parameters, Role, parameters_of
from proxy.core.errors import Refusal, RefusedError
from proxy.core.foreign_json import TOO_DEEP, UnreadableError, read_digits
from proxy.core.guard.confirm import DescribedValue
from proxy.core.legible import legible
from proxy.core.printable import printable_ascii
from proxy.core.signing import PreparedRequest
from proxy.core.wire import BodyKind, pair_value, percent_decoded, split_pairs

UNKNOWN: Final = "unknown"
"""The role of a parameter that its endpoint is not known to take."""
STARS: Final = "********"
MOST_VALUES: Final = 128
MOST_LETTERS: Final = 4096
"""Of all names and values together, as shown."""
LONGEST: Final = 200
LONGEST_TEXT: Final = 1000
"""Of one name or value, as shown; of free text and public keys."""

_MOST_RAW: Final = 3 * MOST_LETTERS
"""Octets of one value on the wire, where each may be escaped."""

_TOO_MUCH: Final = (
    f"it has more than {MOST_VALUES} values, or more than {MOST_LETTERS:,} characters in all; send fewer operations "
    "in one request"
)
_NOT_READ: Final = "its body cannot be read; send it as a form or plain JSON"
_TWO_READINGS: Final = (
    "the exchange may read it otherwise than a person is shown: percent-encode `;` and `%`, and send UTF-8"
)
_HIDDEN: Final = frozenset({Role.CREDENTIAL, Role.CODE_2FA, Role.PERSON})
_PUBLIC_KEY: Final = "publicKey"
_API_KEYS: Final = frozenset({"apiKey", "subAccountApiKey"})
"""Of role CREDENTIAL, and what the operation is about: whom it lets in, or whose rights it changes."""
_PLAIN_API_KEY: Final = r"[A-Za-z0-9]{25,}"
_SHOWN_OF_KEY: Final = 6
_SECRET_NAME: Final = (
    r"(?i:secret|passw|passphrase|signature|2fa|verif.*code|listen_?key|private_?key|^code$)"
    r"|(?<![A-Za-z])otp|Otp|OTP"
)
"""Names that speak of a secret or of a code, for parameters whose role nobody tells."""
_ANY_LETTERS: Final = frozenset({Role.COIN, Role.SYMBOL, Role.FREE_TEXT, Role.OTHER})
"""In all others, and where nobody tells the role, a letter of another script must not pass for one of ours: a
Cyrillic `А` in an address. There are coins with Chinese names."""
_LABELS: Final = frozenset({Role.FREE_TEXT, Role.CLIENT_ORDER_ID, Role.COMMON})
"""What does not decide what is done. All else stands next to the question."""
_SIGNING: Final = frozenset({"timestamp", "recvWindow", "signature"})
_PLAIN_KEY: Final = r"[A-Za-z0-9_-]+"
_TOLD_NAME: Final = r"[A-Za-z][A-Za-z0-9_]{0,31}"
"""A name that may stand in a refusal: too short for a key."""
_ODD_BLANKS: Final = r"^ +| {2,}| +$"
"""Blanks that cannot be counted, or that could push the rest of a line to where another value is looked for."""
_BLANK: Final = r"\x20"
_INDEX: Final = r"\[[0-9]+\]"
_LONE_PERCENT: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_PLUS: Final = "\uffff"
"""Stands for a blank that was a `+` until it is shown; no text of a request may hold it."""
_PLUS_IN_JSON: Final = r"(?i)\\uffff"
_JSON_STRING: Final = r'(?s)"(?:[^"\\]|\\.)*(?:"|\\?\Z)|' + _PLUS
"""A string that does not end is one as well, so that none is looked at twice."""

type _Pairs = list[tuple[str, Any]]


class _Members(msgspec.Struct, frozen=True):
    """A JSON object with all its members in order, doubles too."""

    pairs: _Pairs


class _TooLong(Exception):  # noqa: N818  # never leaves this module
    """It has more octets than could be shown, whatever they stand for."""


class _Odd(Exception):  # noqa: N818  # never leaves this module
    """It cannot be shown as it is, or the exchange may read something else in it."""


def describe(endpoint: Endpoint, prepared: PreparedRequest) -> tuple[DescribedValue, ...]:
    """All that the client's request says, in the order of the wire; what signing adds is left out.

    Raises RefusedError (`confirmation_impossible`) for a request that is too large to be shown, that can be read in
    two ways, or whose body cannot be read.
    """
    known = parameters_of(endpoint.method, endpoint.path)
    try:
        _require_one_reading(prepared)
        found = tuple(islice(_values(known, prepared), MOST_VALUES + 1))
    except _TooLong:
        raise _impossible(_TOO_MUCH) from None
    except (_Odd, UnicodeDecodeError):
        raise _impossible(_TWO_READINGS) from None
    except ValueError:  # not JSON, or too deep
        raise _impossible(_NOT_READ) from None
    for one in found:
        _require_short(known, one)
    if len(found) > MOST_VALUES or sum(len(one.name) + len(one.shown) for one in found) > MOST_LETTERS:
        raise _impossible(_TOO_MUCH)
    if operation_of(endpoint) is Operation.KEYS:  # any flag of theirs gives rights
        return tuple(structs.replace(one, decides=one.role != Role.FREE_TEXT.value) for one in found)
    return found


def _impossible(why: str) -> RefusedError:
    return RefusedError(
        Refusal(403, "confirmation_impossible", f"a person must approve this request, and {why}")
    )


def _require_one_reading(prepared: PreparedRequest) -> None:
    """Raises _Odd for what readers of a query or form take for different things."""
    for raw in (prepared.query, prepared.form):
        if b";" in raw or _LONE_PERCENT.search(raw):
            raise _Odd


def _require_short(known: Parameters, one: DescribedValue) -> None:
    """Raises RefusedError, with the name of the parameter where that is a plain one."""
    may_be_long = one.role == Role.FREE_TEXT.value or (
        one.role == Role.CREDENTIAL.value and one.name == _PUBLIC_KEY
    )
    most = LONGEST_TEXT if may_be_long else LONGEST
    if len(one.shown) > most or len(one.name) > LONGEST:
        is_told = _parameter_name(one.name) in known or re.fullmatch(_TOLD_NAME, one.name)
        what = f"its {_parameter_name(one.name)}" if is_told else "one of its values or names"
        raise _impossible(
            f"{what} has more characters than a person is shown of one ({most}, with escapes); make it shorter"
        )


def _values(known: Parameters, prepared: PreparedRequest) -> Iterator[DescribedValue]:
    for pair in split_pairs(prepared.query) + split_pairs(prepared.form):
        if pair:
            yield from _pair(known, pair)
    if prepared.body_kind is BodyKind.JSON:
        text = prepared.body.decode("utf-8")
        if _PLUS in text:
            raise _Odd
        yield from _flattened(known, "", _read(text))
    elif prepared.body_kind is BodyKind.OTHER:
        raise ValueError


def _pair(known: Parameters, pair: bytes) -> Iterator[DescribedValue]:
    """One pair, or, where it holds a JSON text, the members of that."""
    name = _decoded(pair.partition(b"=")[0])
    if name in _SIGNING:
        return
    place = _step(name)
    raw = pair_value(pair)
    if len(raw) > _MOST_RAW:
        raise _TooLong
    text = _decoded(raw)
    if text.lstrip()[:1] in ("[", "{"):
        try:
            content = _read(re.sub(_JSON_STRING, _outside_strings, text))
        except UnreadableError as error:
            if error.reason == TOO_DEEP or _role(known, place) is Role.BATCH:
                raise  # what cannot be shown one by one, orders above all
        else:
            yield from _flattened(known, place, content)
            return
    yield _described(known, place, text)


def _decoded(raw: bytes) -> str:
    """Percent-decoded, each `+` as `_PLUS`. Raises UnicodeDecodeError, _Odd."""
    parts = [percent_decoded(part).decode("utf-8") for part in raw.split(b"+")]
    if any(_PLUS in part for part in parts):
        raise _Odd
    return _PLUS.join(parts)


def _outside_strings(found: re.Match[str]) -> str:
    """Between the strings of a JSON text a blank is a blank."""
    return " " if found[0] == _PLUS else found[0]


def _step(name: str) -> str:
    """A name as it stands in a way: in quotes where it could pass for a way itself."""
    if _PLUS in name:
        raise _Odd
    return name if re.fullmatch(_PLAIN_KEY, name) else json.dumps(name)


def _flattened(known: Parameters, place: str, content: object) -> Iterator[DescribedValue]:
    """The leaves of a JSON text. A hidden parameter hides all that is in it."""
    if _is_hidden(place, _role(known, place)):
        yield _described(known, place, STARS)
    elif isinstance(content, _Members) and content.pairs:
        for key, member in content.pairs:
            yield from _flattened(known, f"{place}.{_step(key)}" if place else _step(key), member)
    elif isinstance(content, list) and content:
        for index, member in enumerate(content):
            yield from _flattened(known, f"{place}[{index}]", member)
    else:
        yield _described(known, place, _leaf(content))


def _leaf(content: object) -> str:
    """A value of JSON as a person reads it; numbers were kept as they were written."""
    match content:
        case str():
            return content
        case _Members():
            return "{}"
        case list():
            return "[]"
    return json.dumps(content)  # null, true, false


def _described(known: Parameters, name: str, text: str) -> DescribedValue:
    role = _role(known, name)
    if role is None and known and _is_hidden(name, role):
        raise _Odd  # nobody knows it here, and its name would hide what it says
    return DescribedValue(
        role.value if role is not None else UNKNOWN,
        _with_blanks(printable_ascii(name)),
        STARS if _is_hidden(name, role) else _shown(text, name, role),
        decides=role not in _LABELS,
    )


def _shown(text: str, name: str, role: Role | None) -> str:
    if _is_api_key(name, role) and re.fullmatch(_PLAIN_API_KEY, text):
        return f"{text[:_SHOWN_OF_KEY]}...{text[-_SHOWN_OF_KEY:]} ({len(text)} characters)"
    escaped = legible if role in _ANY_LETTERS else printable_ascii
    parts = text.replace("\\", r"\\").split(_PLUS)
    return _with_blanks(_BLANK.join(escaped(part) for part in parts))


def _with_blanks(text: str) -> str:
    return re.sub(_ODD_BLANKS, lambda found: _BLANK * len(found[0]), text)


def _role(known: Parameters, name: str) -> Role | None:
    """Of a parameter, or of a member of its JSON text; None where no source tells."""
    found = known.get(_parameter_name(name))
    return found.role if found is not None else None


def _parameter_name(place: str) -> str:
    return re.sub(_INDEX, "[]", place)


def _is_hidden(name: str, role: Role | None) -> bool:
    """By role; by name only where there is none."""
    if role is None:
        return re.search(_SECRET_NAME, _last_step(name)) is not None
    return role in _HIDDEN and not (role is Role.CREDENTIAL and name in {_PUBLIC_KEY, *_API_KEYS})


def _is_api_key(name: str, role: Role | None) -> bool:
    """Also where nobody tells the role: a part is enough to know a key again, and the whole need not be stored."""
    return role in (Role.CREDENTIAL, None) and _last_step(name) in _API_KEYS


def _last_step(name: str) -> str:
    return name.rpartition(".")[2]


def _read(text: str) -> object:
    """JSON with every number as its digits and every object with its doubles. Raises ValueError."""
    if re.search(_PLUS_IN_JSON, text):
        raise _Odd
    return read_digits(
        text, object_pairs_hook=_Members, parse_float=str, parse_int=str, parse_constant=_no_number
    )


def _no_number(_text: str) -> str:
    raise ValueError("NaN and Infinity are no JSON")
