"""Pairs without a value were left out of the signed text."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Candidate, ParsedRequest, RuleText, ScopeRule
from proxy.core.wire import pair_value


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    full = Candidate(_filled(candidate.query), _filled(candidate.form))
    if full != candidate:
        yield full.text


def _filled(pairs: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(pair for pair in pairs if pair_value(pair))


RULE = ScopeRule(
    about=RuleText(
        rule="param-empty-value",
        says="A parameter without a value was sent but not signed.",
        why=(
            "Some helpers drop unset parameters when they sign and some HTTP clients still send them; "
            "Binance answers -1022 or -1105."
        ),
        see="A name with nothing behind its '=' in the URL.",
        remedy="Leave unset parameters out before signing and sending.",
        example="params = {name: value for name, value in params.items() if value not in (None, '')}",
    ),
    texts=texts,
    size=1,
    composed=1,
    codes=frozenset({-1022, -1105, -1102}),
    alike=frozenset({"scope-param-added-after-signing"}),
)
