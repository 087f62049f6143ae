"""A parameter that was signed and then not sent."""

from collections.abc import Iterator
from typing import Final

from proxy.core.diagnosis.departures.base import Candidate, Facts, Match, ParsedRequest, RuleText, ScopeRule
from proxy.core.wire import pair_name

_DEFAULTS: Final = (
    *(
        b"recvWindow=%d" % window
        for window in (5000, 60000, 10000, 6000, 20000, 30000, 50000, 1000, 3000, 15000)
    ),
    b"recvWindow=",
    b"newOrderRespType=RESULT",
    b"newOrderRespType=FULL",
    b"newOrderRespType=ACK",
    b"signatureMethod=HmacSHA256",
)
"""What a signer adds for itself."""

_SETTINGS: Final = (
    *(b"requests_params={'timeout': %d}" % seconds for seconds in (10, 5, 15, 20, 30, 60, 100, 1, 2, 3)),
    b"requests_params={}",
    b"requests_params=None",
    b"force_params=True",
    *(b"timeout=%d" % text for text in (10, 5, 30, 60, 5000, 10000, 30000)),
    b"timeout=None",
    b"verify=False",
    b"proxies=None",
    b"headers={}",
    b"signed=True",
    b"signed=true",
    b"test=True",
    b"test=true",
    b"testnet=True",
    b"type=spot",
    b"type=future",
    b"defaultType=future",
    b"method=GET",
    b"method=POST",
)
"""What is meant for the HTTP client or the library, and was among the parameters when they were signed."""


def texts(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    yield from narrow(candidate, request)
    gaps = _gaps(candidate)
    names = [pair_name(pair) for pair in candidate.query]
    for extra in _missing(_DEFAULTS, candidate):
        yield extra.join(gaps[_sorted_place(names, extra)])
    for extra in _missing(_SETTINGS, candidate):
        for place in sorted({0, len(names), _sorted_place(names, extra)}):
            yield extra.join(gaps[place])


def narrow(candidate: Candidate, request: ParsedRequest) -> Iterator[bytes]:
    """Defaults alone, where signers put them: in front, at the end, beside the timestamp."""
    stamps = [i for i, pair in enumerate(candidate.query) if pair_name(pair) == b"timestamp"]
    places = {0, len(candidate.query), *stamps, *(i + 1 for i in stamps)}
    gaps = [candidate.around(place, place) for place in sorted(places)]
    for extra in _missing(_DEFAULTS, candidate):
        yield from map(extra.join, gaps)
        if candidate.form:
            yield candidate.text + b"&" + extra


def _gaps(candidate: Candidate) -> list[tuple[bytes, bytes]]:
    """What stands in front of an extra pair and behind it, for each place in the query."""
    return [candidate.around(place, place) for place in range(len(candidate.query) + 1)]


def _missing(extras: tuple[bytes, ...], candidate: Candidate) -> list[bytes]:
    names = {pair_name(pair) for pair in candidate.pairs}
    return [pair for pair in extras if _NAMES[pair] not in names]


_NAMES: Final = {pair: pair_name(pair) for pair in (*_DEFAULTS, *_SETTINGS)}


def _sorted_place(names: list[bytes], extra: bytes) -> int:
    """Where a signer that sorts by name puts it."""
    later = (i for i, name in enumerate(names) if name > _NAMES[extra])
    return next(later, len(names))


def facts(match: Match, request: ParsedRequest) -> Facts:
    """The name of what was signed and not sent. These names are the rule's own."""
    more = set(match.text.split(b"&")).difference(request.base.pairs)
    names = [pair_name(pair) for pair in (*_DEFAULTS, *_SETTINGS) if pair in more]
    return (("signed_and_not_sent", names[0].decode("ascii")),) if names else ()


RULE = ScopeRule(
    about=RuleText(
        rule="scope-param-dropped-after-signing",
        says="A parameter was signed that was not sent.",
        why=(
            "A default such as recvWindow=5000 was added for the signature only, or a setting of the HTTP client such"
            " as requests_params was still among the parameters when they were signed."
        ),
        see="Compare the signed text with the URL: the signed text is longer.",
        remedy="Send exactly the text that was signed, and keep settings out of the parameters.",
        example="query = urlencode(params); url = base + '?' + query + '&signature=' + sign(query)",
    ),
    texts=texts,
    narrow=narrow,
    size=210,
    composed=90,
    facts=facts,
    usual=18,
)
