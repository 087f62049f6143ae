"""What a request will do, for the person who must approve it: every value with the role that it plays.

Nothing is left out and nothing is cut, because what is not seen is approved all the same: parameters that stand twice
are shown twice, numbers with the digits that were sent, and a request too large to be read by a person is refused.
Only what nobody should read becomes stars: codes of a second factor, credentials, personal data.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.parameters import Parameters, Role, parameters_of
from proxy.core.errors import Refusal, RefusedError
from proxy.core.guard.confirm import DescribedValue
from proxy.core.printable import printable, printable_ascii
from proxy.core.signing import PreparedRequest
from proxy.core.wire import BodyKind, pair_name, pair_value, percent_decoded, split_pairs

UNKNOWN: Final = "unknown"
"""The role of a parameter that its endpoint is not known to take."""
STARS: Final = "********"
MOST_VALUES: Final = 256
MOST_LETTERS: Final = 16_384
"""Of all names and values together."""

_IMPOSSIBLE: Final = Refusal(
    403,
    "confirmation_impossible",
    "a person must approve this request, and it is too large or too odd to be shown to one; send fewer operations in "
    "one request, as a form or plain JSON",
)
_HIDDEN: Final = frozenset({Role.CREDENTIAL, Role.CODE_2FA, Role.PERSON})
_CREDENTIAL_NAME: Final = (
    r"(?i)secret|passw|passphrase|signature|token|api_?key|listen_?key|verif|2fa|otp|^code$"
)
"""Names that speak of a credential, for parameters whose role nobody tells."""
_ASCII_ROLES: Final = frozenset(
    {
        *(Role.ADDRESS, Role.ADDRESS_TAG, Role.NETWORK, Role.RECIPIENT, Role.FROM_ACCOUNT, Role.TO_ACCOUNT),
        *(Role.AMOUNT, Role.BASE_QUANTITY, Role.QUOTE_QUANTITY, Role.CONTRACTS, Role.PRICE, Role.STOP_PRICE),
    }
)
"""A letter of another script must not pass for one of ours in these: a Cyrillic `А` in an address."""
_SIGNING: Final = frozenset({"timestamp", "recvWindow", "signature"})
_PLAIN_KEY: Final = r"[A-Za-z0-9_-]+"
_ODD_BLANKS: Final = r"^ +| {2,}| +$"
"""Blanks that cannot be counted, or that could push the rest of a line to where another value is looked for."""
_INDEX: Final = r"\[[0-9]+\]"

type _Pairs = list[tuple[str, Any]]


class _Members(msgspec.Struct, frozen=True):
    """A JSON object with all its members in order, doubles too."""

    pairs: _Pairs


class _Odd(Exception):  # noqa: N818  # never leaves this module
    """It cannot be shown as it is."""


def describe(endpoint: Endpoint, prepared: PreparedRequest) -> tuple[DescribedValue, ...]:
    """All that the client's request says, in the order of the wire; what signing adds is left out.

    Raises RefusedError (`confirmation_impossible`) for a request that is too large to be shown, or a body that cannot
    be read.
    """
    try:
        found = tuple(
            islice(_values(parameters_of(endpoint.method, endpoint.path), prepared), MOST_VALUES + 1)
        )
    except (_Odd, ValueError, RecursionError):  # of JSON: not UTF-8, not JSON, too deep
        raise RefusedError(_IMPOSSIBLE) from None
    if len(found) > MOST_VALUES or sum(len(one.name) + len(one.shown) for one in found) > MOST_LETTERS:
        raise RefusedError(_IMPOSSIBLE)
    return found


def _values(known: Parameters, prepared: PreparedRequest) -> Iterator[DescribedValue]:
    for pair in split_pairs(prepared.query) + split_pairs(prepared.form):
        if pair:
            yield from _pair(known, pair.replace(b"+", b" "))
    if prepared.body_kind is BodyKind.JSON:
        yield from _flattened(known, "", _read(prepared.body.decode("utf-8")))
    elif prepared.body_kind is BodyKind.OTHER:
        raise _Odd


def _pair(known: Parameters, pair: bytes) -> Iterator[DescribedValue]:
    """One pair, or, where it holds a JSON text, the members of that."""
    name = pair_name(pair).decode("utf-8", "surrogateescape")
    if name in _SIGNING:
        return
    text = percent_decoded(pair_value(pair)).decode("utf-8", "surrogateescape")
    if text.lstrip()[:1] in ("[", "{"):
        try:
            content = _read(text)
        except ValueError:
            pass  # it only begins like JSON: shown as it stands
        else:
            yield from _flattened(known, name, content)
            return
    yield _described(known, name, text)


def _flattened(known: Parameters, place: str, content: object) -> Iterator[DescribedValue]:
    """The leaves of a JSON text. A hidden parameter hides all that is in it."""
    if _is_hidden(place, _role(known, place)):
        yield _described(known, place, STARS)
    elif isinstance(content, _Members) and content.pairs:
        for key, member in content.pairs:
            step = key if re.fullmatch(_PLAIN_KEY, key) else json.dumps(key)
            yield from _flattened(known, f"{place}.{step}" if place else step, member)
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
    escaped = printable_ascii if role in _ASCII_ROLES else printable
    shown = STARS if _is_hidden(name, role) else _with_blanks(escaped(text.replace("\\", r"\\")))
    return DescribedValue(
        role.value if role is not None else UNKNOWN, _with_blanks(printable_ascii(name)), shown
    )


def _with_blanks(text: str) -> str:
    return re.sub(_ODD_BLANKS, lambda found: r"\x20" * len(found[0]), text)


def _role(known: Parameters, name: str) -> Role | None:
    """Of a parameter, or of a member of its JSON text; None where no source tells."""
    found = known.get(name) or known.get(re.sub(_INDEX, "[]", name))
    return found.role if found is not None else None


def _is_hidden(name: str, role: Role | None) -> bool:
    """By role; by name only where there is none."""
    if role is None:
        return re.search(_CREDENTIAL_NAME, name.rpartition(".")[2]) is not None
    return role in _HIDDEN


def _read(text: str) -> object:
    """JSON with every number as its digits and every object with its doubles. Raises ValueError, RecursionError."""
    return json.loads(
        text, object_pairs_hook=_Members, parse_float=str, parse_int=str, parse_constant=_no_number
    )


def _no_number(_text: str) -> str:
    raise ValueError("NaN and Infinity are no JSON")
