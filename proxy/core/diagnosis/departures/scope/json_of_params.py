"""The parameters were signed as JSON text."""

import json
import re
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import unquoted
from proxy.core.wire import pair_name, pair_value


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    params = [(_text(unquoted(pair_name(pair), plus=False)), pair_value(pair)) for pair in candidate.pairs]
    texts = {name: _text(unquoted(value, plus=True)) for name, value in params}
    typed = {name: _typed(value) for name, value in texts.items()}
    stamped = {n: int(v) if n in _INTEGERS and _DIGITS.fullmatch(v) else v for n, v in texts.items()}
    in_order = sorted(texts)
    for members in (texts, typed, stamped):
        written = {name: _written(name, value) for name, value in members.items()}
        for names in (members, in_order):
            compact, spaced, python = zip(*[written[name] for name in names], strict=True) if names else _NONE
            yield b"{%b}" % ",".join(compact).encode("utf-8", "replace")
            yield b"{%b}" % ", ".join(spaced).encode()
            yield b"{%b}" % ", ".join(python).encode("utf-8", "replace")


def _written(name: str, value: object) -> tuple[str, str, str]:
    """A member as JSON.stringify, json.dumps and str write it."""
    if isinstance(value, str):
        plain, ascii_only = _PLAIN(value), _ASCII(value)
    else:
        plain = ascii_only = _ASCII(value)
    return f"{_PLAIN(name)}:{plain}", f"{_ASCII(name)}: {ascii_only}", f"{name!r}: {value!r}"


_NONE: tuple[tuple[str, ...], ...] = ((), (), ())
_PLAIN = json.JSONEncoder(ensure_ascii=False).encode
_ASCII = json.JSONEncoder().encode
_INTEGERS = ("timestamp", "recvWindow", "orderId", "limit", "page", "rows")
_DIGITS = re.compile(r"[0-9]{1,20}")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")


def _typed(value: str) -> object:
    """A number where the text is one and reads back the same; true and false; else the text."""
    if _NUMBER.fullmatch(value):
        number = float(value) if "." in value else int(value)
        return number if repr(number) == value else value
    return {"true": True, "false": False}.get(value, value)


RULE = ScopeRule(
    about=RuleText(
        rule="scope-json-of-params-signed",
        says="The parameters were signed as JSON and sent as a query string.",
        why=("JSON.stringify(params) or json.dumps(params) was signed; Binance sees the url-encoded text."),
        see="The signed text begins with a brace.",
        remedy="Sign the url-encoded text that is actually sent.",
        example="payload = urlencode(params)",
    ),
    texts=texts,
    size=18,
    composed=18,
    usual=6,
)
