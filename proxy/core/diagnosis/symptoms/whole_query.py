"""`=` and `&` of the query were percent-encoded too, so that it is one long name."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import whole_query_encoded


def detect(request: ParsedRequest) -> Sighting | None:
    return Sighting(PROVEN) if whole_query_encoded(request) else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="enc-whole-query-encoded",
        says="The separators '=' and '&' were percent-encoded: the whole query went out as one name.",
        why=("The finished query was encoded as if it were one value, so Binance finds no parameter in it."),
        see="%3D and %26 in the URL where '=' and '&' belong.",
        remedy="Encode each value, not the joined text.",
        example="'&'.join(f'{name}={quote(value)}' for name, value in params)",
    ),
    detect=detect,
    codes=frozenset({-1102, -1022}),
)
