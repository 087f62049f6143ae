"""Parameters that were added after the signature had been computed."""

from collections.abc import Iterator
from itertools import combinations

from proxy.core.diagnosis.departures.base import Candidate, Facts, Match, ParsedRequest, RuleText, ScopeRule


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    count = min(len(candidate.pairs), 24)
    less_one = [candidate.replaced(i) for i in range(count)]
    yield from (less.text for less in less_one)
    for i, j in combinations(range(count), 2):
        yield less_one[j].replaced(i).text
    for i in range(1, count):  # only the first ones, or only the last ones
        first, last = candidate.cut(i)
        yield first.text
        yield last.text


def facts(match: Match, request: ParsedRequest) -> Facts:
    """Names of the parameters that are not in the signed text."""
    signed = set(match.text.replace(b"?", b"&").split(b"&"))
    missing = [param.shown for param in request.params if request.base.pairs[param.index] not in signed]
    return (("not_signed", ", ".join(missing[:6])),) if missing and not request.websocket else ()


RULE = ScopeRule(
    about=RuleText(
        rule="scope-param-added-after-signing",
        says="A parameter was added after the signature had been computed.",
        why=(
            "A client library appends recvWindow, newClientOrderId or newOrderRespType to parameters "
            "that are already signed."
        ),
        see="Compare the signed text with the URL: one or two pairs are missing in it.",
        remedy="Add every parameter first and compute the signature last.",
        example=(
            "params['recvWindow'] = 5000; query = urlencode(params); query += '&signature=' + sign(query)"
        ),
    ),
    texts=texts,
    size=346,
    composed=346,
    facts=facts,
    alike=frozenset(
        {
            "scope-only-timestamp-signed",
            "param-empty-value",
            "scope-form-body-not-signed",
            "scope-only-body-signed",
            "ws-apikey-not-signed",
        }
    ),
)
