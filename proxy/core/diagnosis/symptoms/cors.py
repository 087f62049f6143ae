"""A browser asked for permission first (CORS), or got no answer: Binance takes no signed calls from pages."""

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.method == "OPTIONS" or request.raw.header(b"access-control-request-method") is not None:
        return Sighting(PROVEN)
    origin = request.raw.header(b"origin") or b""
    unanswered = request.observation.answer is not None and request.observation.answer.status == 0
    return Sighting(LIKELY) if origin.startswith(b"http") and unanswered else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="transport-cors",
        says="The call came from a browser, whose CORS check stops it.",
        why=(
            "Before a request with X-MBX-APIKEY the browser asks for leave with OPTIONS; Binance does "
            "not grant it."
        ),
        see="'blocked by CORS policy' in the console; an OPTIONS request in the network view.",
        remedy="Call from a server, or through a gateway on your own machine.",
    ),
    detect=detect,
    codes=frozenset({0, 403}),
)
