"""A placeholder was signed instead of its value."""

from collections.abc import Iterator
from itertools import islice

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import changed_names
from proxy.core.wire import pair_name


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    pairs = candidate.pairs[:40]
    starts = [pair.partition(b"=")[0] + b"=" for pair in pairs]
    names = [pair_name(pair) for pair in pairs]
    gaps = [candidate.around(i, i + 1) for i in range(len(pairs))]
    rest = candidate.pairs[40:]
    for place in _PLACEHOLDERS:
        for (before, after), start, name in zip(gaps, starts, names, strict=True):
            for known in (name, *_SYNONYMS.get(name, ())):
                yield before + start + place % known + after
        every = [start + place % name for start, name in zip(starts, names, strict=True)]
        yield candidate.with_pairs((*every, *rest)).text
    stamped = [
        start + b"{{%b}}" % name if name in (b"timestamp", b"recvWindow") else pair
        for pair, start, name in zip(pairs, starts, names, strict=True)
    ]
    yield candidate.with_pairs((*stamped, *rest)).text


_PLACEHOLDERS = (
    b"{{%b}}",
    b"${%b}",
    b"$%b",
    b"{%b}",
    b"%%%b%%",
    b"<%b>",
    b":%b",
    b"{{ %b }}",
    b"{{$%b}}",
    b"%%7B%%7B%b%%7D%%7D",
)
_SYNONYMS = {
    b"timestamp": (b"ts", b"time", b"now", b"current_timestamp"),
    b"quantity": (b"qty", b"amount"),
    b"symbol": (b"pair", b"ticker"),
    b"newClientOrderId": (b"clientOrderId",),
    b"recvWindow": (b"recv_window",),
}


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    """The commonest placeholders come first."""
    return islice(texts(candidate, request), 4 * len(candidate.pairs[:15]) + 4)


RULE = ScopeRule(
    about=RuleText(
        rule="scope-template-variable-unresolved",
        says="A template placeholder was signed instead of its value.",
        why=(
            "The signing script of Postman, n8n or a shell ran before the variable was expanded; the "
            "real value went over the wire."
        ),
        see="The signed text contains {{...}} or ${...}.",
        remedy="Expand all variables before signing, and sign the expanded text.",
        example="pm.variables.replaceIn(query)   // then sign",
    ),
    texts=texts,
    size=1700,
    composed=64,
    usual=12,
    narrow=narrow,
    facts=changed_names,
)
