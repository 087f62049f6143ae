"""A name or value was signed in other letter case than it was sent."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import (
    Axis,
    Candidate,
    PairsRule,
    ParsedRequest,
    RuleText,
)
from proxy.core.diagnosis.departures.parts import changed_names


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    for change in (bytes.lower, bytes.upper):
        for i, pair in enumerate(candidate.pairs[:30]):
            name, sign, value = pair.partition(b"=")
            yield candidate.replaced(i, name + sign + change(value))
            yield candidate.replaced(i, change(name) + sign + value)
        yield candidate.map(change)


RULE = PairsRule(
    about=RuleText(
        rule="enc-letter-case-changed",
        says="A value or name was signed in other letter case than it was sent.",
        why=("The symbol was upper-cased for the URL after signing, or a helper changed the case of names."),
        see="Compare signed text and URL: they differ in letter case only.",
        remedy=(
            "Bring names and values into their final letter case first, then sign, then send the same text."
        ),
        example="params['symbol'] = params['symbol'].upper()   # then sign",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=122,
    composed=122,
    facts=changed_names,
    alike=frozenset({"enc-hex-digit-case", "enc-json-list-spacing", "enc-boolean-text"}),
)
