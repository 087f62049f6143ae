"""A signature was sent to an endpoint that takes none, and the answer counts it as surplus."""

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.endpoint is None or request.endpoint.needs is Needs.SIGNED or not request.signatures:
        return None
    return Sighting(LIKELY) if request.answered(-1101, -1104, -1103, -1106) else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-signature-on-public-endpoint",
        says="A signature was sent to an endpoint that takes none.",
        why="Public endpoints count timestamp and signature as unknown parameters.",
        see="-1101 or -1104 on a market data path.",
        remedy="Leave timestamp, recvWindow and signature out: public endpoints take none.",
        example="GET /api/v3/ticker/price?symbol=BTCUSDT",
    ),
    detect=detect,
    codes=frozenset({-1101, -1104, -1103, -1106}),
)
