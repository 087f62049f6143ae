"""The payload was encoded as a whole before it was signed."""

import base64
from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import UNRESERVED, escape


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    text = candidate.text
    yield escape(text, UNRESERVED)
    yield escape(text, UNRESERVED, plus=True)
    yield escape(text, UNRESERVED, lower=True)
    yield escape(text, UNRESERVED | frozenset(b"!'()*"))
    yield base64.b64encode(text)
    yield base64.urlsafe_b64encode(text).rstrip(b"=")
    yield text.hex().encode()
    wide = text.decode("utf-8", "replace")
    yield wide.encode("utf-16-le")
    yield wide.encode("utf-16")
    yield wide.encode("utf-16-be")
    yield text.upper()
    yield text.lower()


RULE = ScopeRule(
    about=RuleText(
        rule="scope-payload-transformed",
        says="The whole payload was encoded (percent, base64, hex or UTF-16) before it was signed.",
        why="Binance signs the text as it stands in the URL, octet for octet.",
        see="The signed text holds no plain '&', or a zero octet behind every character.",
        remedy="Sign the query as it is sent; encode single values only.",
        example="payload.encode('ascii')   # not base64, not UTF-16",
    ),
    texts=texts,
    size=12,
    composed=12,
)
