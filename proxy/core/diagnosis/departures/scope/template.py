"""A placeholder was signed instead of its value."""

from collections.abc import Iterator
from itertools import islice

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.diagnosis.departures.parts import changed_names
from proxy.core.wire import pair_name


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    pairs = candidate.pairs[:40]
    for place in _PLACEHOLDERS:
        for i, pair in enumerate(pairs):
            for name in _names(pair):
                yield _replaced(candidate, {i: place % name})
        yield _replaced(candidate, {i: place % pair_name(pair) for i, pair in enumerate(pairs)})
    stamped = [i for i, pair in enumerate(pairs) if pair_name(pair) in (b"timestamp", b"recvWindow")]
    yield _replaced(candidate, {i: b"{{%b}}" % pair_name(pairs[i]) for i in stamped})


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


def _names(pair: bytes) -> tuple[bytes, ...]:
    name = pair_name(pair)
    return (name, *_SYNONYMS.get(name, ()))


def _replaced(candidate: Candidate, values: dict[int, bytes]) -> bytes:
    pairs = (
        pair.partition(b"=")[0] + b"=" + values[i] if i in values else pair
        for i, pair in enumerate(candidate.pairs)
    )
    return candidate.with_pairs(tuple(pairs)).text


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
