"""The host is a host of Binance with one or two letters wrong."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.hosts import SERVED, near


def detect(request: ParsedRequest) -> Sighting | None:
    if not request.host or request.host in SERVED or "." not in request.host:
        return None
    return Sighting(LIKELY) if any(near(request.host, known) for known in SERVED) else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="host-misspelt",
        says="The host name is misspelt.",
        why="One or two letters differ from a host of Binance: nobody, or somebody else, answers.",
        see="DNS failure, TLS failure or an unexpected answer.",
        remedy=("Correct the host name: api.binance.com for spot, fapi.binance.com for USD-M futures."),
        example="https://api.binance.com",
    ),
    detect=detect,
    codes=frozenset({0, 404, 403}),
)
