"""A boolean was signed in another spelling than it was sent: true, True, TRUE or 1."""

import re
from collections.abc import Iterator
from functools import partial

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if not _BOOLEAN.search(b"&" + candidate.text):
        return
    for yes, no in ((b"true", b"false"), (b"True", b"False"), (b"TRUE", b"FALSE"), (b"1", b"0"), (b"1", b"")):
        yield candidate.map(partial(_spelt, yes=yes, no=no))


_BOOLEAN = re.compile(rb"=(?:true|false)(?:&|$)", re.IGNORECASE)


def _spelt(pair: bytes, yes: bytes, no: bytes) -> bytes:
    name, sign, value = pair.partition(b"=")
    return name + sign + {b"true": yes, b"false": no}.get(value.lower(), value)


RULE = PairsRule(
    about=RuleText(
        rule="enc-boolean-text",
        says="A boolean was signed in another spelling than it was sent.",
        why="True of Python or 1 of PHP was signed, and the HTTP client wrote true.",
        see="true or false in the URL, True, TRUE or 1 in the signed text.",
        remedy="Write booleans as the text true or false before signing.",
        example="params['reduceOnly'] = 'true'",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=5,
    composed=5,
    alike=frozenset({"enc-letter-case-changed"}),
)
