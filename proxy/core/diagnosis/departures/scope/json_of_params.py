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
    for members in (texts, typed, stamped):
        for ordered in (members, dict(sorted(members.items()))):
            yield _COMPACT.encode(ordered).encode("utf-8", "replace")
            yield _SPACED.encode(ordered).encode()
            yield repr(ordered).encode("utf-8", "replace")


_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_SPACED = json.JSONEncoder()
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
