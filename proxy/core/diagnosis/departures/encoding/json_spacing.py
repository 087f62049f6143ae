"""A JSON value was serialised twice, with other blanks or another order the second time."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import UNRESERVED, escape, unquoted
from proxy.core.foreign_json import UnreadableError, read_digits


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    found = {
        i: value for i, pair in enumerate(candidate.pairs[:60]) if (value := _json_value(pair)) is not None
    }
    if not found:
        return
    for dump in _DUMPS:
        for encode in _ENCODERS:
            pairs = list(candidate.pairs)
            for i, value in found.items():
                name = pairs[i].partition(b"=")[0]
                pairs[i] = name + b"=" + encode(dump(value).encode("utf-8", "replace"))
            yield candidate.with_pairs(tuple(pairs))


def _json_value(pair: bytes) -> Any:
    """The parsed list or object, None for any other value."""
    text = unquoted(pair.partition(b"=")[2], plus=True)
    if text[:1] not in (b"[", b"{"):
        return None
    try:
        return read_digits(text)
    except UnreadableError:
        return None


_DUMPS: tuple[Callable[[Any], str], ...] = (
    lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
    lambda value: json.dumps(value, ensure_ascii=False),
    lambda value: json.dumps(value, separators=(", ", ":"), ensure_ascii=False),
    lambda value: json.dumps(value, separators=(",", ": "), ensure_ascii=False),
    lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True),
    str,
)
_ENCODERS: tuple[Callable[[bytes], bytes], ...] = (
    lambda text: escape(text, UNRESERVED),
    lambda text: escape(text, UNRESERVED, plus=True),
    lambda text: text,
    lambda text: text.replace(b" ", b"%20"),
    lambda text: text.replace(b" ", b"+"),
    lambda text: escape(text, UNRESERVED, lower=True),
    lambda text: escape(text, UNRESERVED | frozenset(b":,[]")),
)

RULE = PairsRule(
    about=RuleText(
        rule="enc-json-list-spacing",
        says="A JSON list or object was signed with other spacing than it was sent.",
        why=(
            "The value was serialised twice with different separators, or as a Python list with single "
            "quotes."
        ),
        see="Blanks after commas or colons in the signed text and none in the URL, or the reverse.",
        remedy="Serialise the list once, without blanks, then encode, sign and send that text.",
        example="json.dumps(orders, separators=(',', ':'))",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=42,
    composed=42,
    alike=frozenset(
        {
            "enc-safe-characters-differ",
            "enc-raw-signed-encoded-sent",
            "enc-space-plus-vs-percent20",
            "enc-hex-digit-case",
            "enc-plus-sign",
        }
    ),
)
