"""A flat JSON body on an endpoint that takes parameters, as the form that Binance reads.

Postman, HTTPie, axios and Node-RED send JSON unless they are told otherwise; Binance then misses every parameter
(-1102), and nothing of the body is signed (reference: request security of rest-api.md). What is judged, signed and
sent is the form that is made here, with the text of each number as it was written. Whatever a form could say in two
ways is refused before anything is sent.
"""

import re
from typing import Any, Final

from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.parameters import Parameter, Parameters, parameters_of
from proxy.core.errors import Refusal, RefusedError
from proxy.core.findings import Finding, Strength
from proxy.core.foreign_json import UnreadableError, read_digits
from proxy.core.http.tool_lines import line_of_tool

RULE: Final = "json-body-to-form"

_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SHOWABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.\[\]]{0,23}")
"""A name that may be repeated to whoever sent it: too short to be a key."""
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_VALUE_OCTETS: Final = tuple(chr(o) if o in _UNRESERVED else f"%{o:02X}" for o in range(256))
_NAME_OCTETS: Final = tuple(
    chr(o) if o in _UNRESERVED | frozenset(b"[]") else f"%{o:02X}" for o in range(256)
)
"""Indexed names (`cancelInfoList[0].orderId`) want their brackets raw: the prediction endpoints sign them so."""


class _Odd(Exception):  # noqa: N818  # never leaves this file
    """Why there is no such form; the text says what to write instead, and repeats no value."""


class _Number(str):
    """A number by its digits."""

    __slots__ = ()


class _Object(list[tuple[str, Any]]):
    """An object with every name that stands in it, doubled ones too."""

    __slots__ = ()


def takes_a_form(endpoint: Endpoint) -> bool:
    """Whether its parameters are known to be a form, and a JSON body to be none of it."""
    return "form" in endpoint.params_in and "json" not in endpoint.params_in


def form_of(body: bytes, endpoint: Endpoint, user_agent: bytes | None, *, repair: bool) -> bytes:
    """The form of a JSON body; empty where it says nothing. Raises RefusedError, always without `repair`."""
    try:
        _require_repair(repair=repair)
        return _form(body, parameters_of(endpoint.method, endpoint.path))
    except _Odd as odd:
        message = f"this endpoint takes its parameters as a form, and {odd}. {line_of_tool(user_agent)}"
        raise RefusedError(Refusal(400, "json_body_refused", message)) from None


def json_repair(user_agent: bytes | None) -> Finding:
    """What is told of a body that became a form."""
    return Finding(
        RULE,
        Strength.PROVEN,
        "The body was JSON, and this endpoint takes parameters: it was signed and sent as a form.",
        line_of_tool(user_agent),
    )


def _require_repair(*, repair: bool) -> None:
    if not repair:
        raise _Odd(
            "the body is JSON, and it is not made a form here (`repair: off`, or `signature: require`)"
        )


def _form(body: bytes, known: Parameters) -> bytes:
    pairs: list[str] = []
    seen = set[str]()
    for name, value in _members(body):
        if name in seen:
            raise _Odd(f"{_named(name)} stands twice in the JSON body: send it once")
        seen.add(name)
        _require_plain(name, value, known.get(name))
        pairs.append(f"{_escaped(name, _NAME_OCTETS)}={_escaped(_text(value), _VALUE_OCTETS)}")
    return "&".join(pairs).encode("ascii")


def _members(body: bytes) -> list[tuple[str, Any]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Odd("the JSON body is no UTF-8: send it as UTF-8") from None
    if not text.strip(" \t\r\n"):
        return []
    try:
        content = read_digits(
            text,
            object_pairs_hook=_Object,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_no_constant,
        )
    except UnreadableError:
        raise _Odd(
            "the body cannot be read as JSON: a quote, a comma or a bracket is wrong or missing"
        ) from None
    if not isinstance(content, _Object):
        raise _Odd('the JSON body is no object: write {"name": "value", ...}')
    return content


def _no_constant(_: str) -> None:
    """NaN and Infinity, which Python reads though they are no JSON (RFC 8259, section 6)."""
    raise ValueError


def _require_plain(name: str, value: object, parameter: Parameter | None) -> None:
    """Raises _Odd for what a form has no one way to say."""
    if value is None:
        raise _Odd(f"{_named(name)} is null in the JSON body: leave it out")
    if isinstance(value, list):
        raise _Odd(
            f"{_named(name)} is a list or an object in the JSON body: write it as a text, "
            'such as "[\\"BTCUSDT\\",\\"BNBUSDT\\"]"'
        )
    if isinstance(value, _Number) and not _PLAIN_NUMBER.fullmatch(value):
        raise _Odd(
            f"{_named(name)} is a number in exponent form in the JSON body: write all its digits, as a text, "
            'such as "0.00000012"'
        )
    taken = _truths(parameter)
    text = _text(value)
    if taken and text.lower() in ("true", "false") and text not in taken:
        raise _Odd(
            f'{_named(name)} is true or false written otherwise than Binance takes it: write "{taken[0]}" or '
            f'"{taken[-1]}", as a text'
        )
    if not _encodable(name) or not _encodable(text):
        raise _Odd(
            f"{_named(name)} holds half of a character pair (\\uD800 to \\uDFFF) in the JSON body: write it whole"
        )


def _truths(parameter: Parameter | None) -> tuple[str, ...]:
    """How this parameter spells true and false; empty where it is no such thing, or nobody says."""
    if parameter is None:
        return ()
    named = tuple(value for value in parameter.values if value.lower() in ("true", "false"))
    return named or (("true", "false") if parameter.type == "BOOLEAN" else ())


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(text: str, octets: tuple[str, ...]) -> str:
    return "".join([octets[octet] for octet in text.encode()])


def _named(name: str) -> str:
    """A parameter as a sentence may name it."""
    return f"`{name}`" if _SHOWABLE.fullmatch(name) else "a parameter with an unusual name"
