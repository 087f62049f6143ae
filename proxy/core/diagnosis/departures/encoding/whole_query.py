"""`=` and `&` of the query were percent-encoded on the way to the wire."""

from collections.abc import Iterator

from proxy.core.diagnosis.departures.base import Axis, Candidate, PairsRule, ParsedRequest, RuleText
from proxy.core.diagnosis.departures.parts import unquoted


def candidates(candidate: Candidate, request: ParsedRequest) -> Iterator[Candidate]:
    blobs = [i for i, pair in enumerate(candidate.query) if b"%3d" in pair.partition(b"=")[0].lower()]
    if not blobs:
        return
    i = blobs[0]
    blob, rest = candidate.query[i], (*candidate.query[:i], *candidate.query[i + 1 :])
    name = blob.partition(b"=")[0]
    for text in dict.fromkeys(
        (unquoted(blob, plus=False), unquoted(blob, plus=True), unquoted(name, plus=False), blob)
    ):
        yield Candidate((text,), candidate.form)
        pairs = text.split(b"&")
        yield Candidate((*pairs, *(pair for pair in rest if pair not in pairs)), candidate.form)
        yield Candidate((*rest, text), candidate.form)


RULE = PairsRule(
    about=RuleText(
        rule="enc-whole-query-encoded",
        says="The separators '=' and '&' were percent-encoded: the whole query went out as one name.",
        why=("The finished query was encoded as if it were one value, so Binance finds no parameter in it."),
        see="%3D and %26 in the URL where '=' and '&' belong.",
        remedy="Encode each value, not the joined text.",
        example="'&'.join(f'{name}={quote(value, safe=\"\")}' for name, value in params)",
    ),
    axis=Axis.ENCODING,
    candidates=candidates,
    size=12,
    composed=12,
    codes=frozenset({-1022, -1102}),
    alike=frozenset(
        {"enc-raw-signed-encoded-sent", "enc-safe-characters-differ", "scope-param-added-after-signing"}
    ),
)
