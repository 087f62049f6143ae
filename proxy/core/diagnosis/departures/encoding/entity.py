"""`&timestamp` went out with the multiplication sign of the HTML entity `&times`; it was signed as meant."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import escape


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    if not any(spelling in candidate.text for spelling in _SPELLINGS):
        return
    plain = candidate.map(_restored)
    if plain != candidate:
        yield Candidate(tuple(plain.query_text.split(b"&")), plain.form)


_ENTITIES = (
    ("\u00d7", b"&times"), ("\u00a9", b"&copy"), ("\u00ae", b"&reg"), ("\u00a7", b"&sect"), ("\u00b6", b"&para"),
    ("\u00ac", b"&not"), ("\u00a4", b"&curren"), ("\u00b1", b"&plusmn"), ("\u00b7", b"&middot"),
)  # fmt: skip


def _spellings(sign: str) -> Iterator[bytes]:
    """The sign in UTF-8 and in Latin-1, raw and percent-encoded."""
    raw, latin = sign.encode(), sign.encode("latin-1")
    yield raw
    yield escape(raw, frozenset())
    yield escape(raw, frozenset(), lower=True)
    yield escape(latin, frozenset())
    if latin not in raw:
        yield latin


_SPELLINGS = {spelling: name for sign, name in _ENTITIES for spelling in _spellings(sign)}


def _restored(pair: bytes) -> bytes:
    for spelling, name in _SPELLINGS.items():
        pair = pair.replace(spelling, name)
    return pair


RULE = PairsRule(
    about=RuleText(
        rule="enc-times-entity-on-wire",
        says=(
            "'&timestamp' was turned into a multiplication sign by HTML rendering, so no timestamp arrives."
        ),
        why=(
            "Copied from, or rendered as, HTML: '&times' is the entity of the multiplication sign "
            "(others: &copy, &reg, &sect, &para, &not, &curren)."
        ),
        see="The URL contains 'tamp=' without 'times' in front.",
        remedy="Copy the URL from plain text, or write '&amp;' where it passes through HTML.",
        example="...&recvWindow=5000&timestamp=1700000000000",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=1,
    composed=1,
    codes=frozenset({-1022, -1102}),
)
