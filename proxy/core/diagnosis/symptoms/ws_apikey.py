"""A signed WebSocket frame has no `apiKey` among its params."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.frame is not None and request.signatures and request.frame.api_key is None:
        return Sighting(PROVEN)
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ws-apikey-missing",
        says="A signed WebSocket request has no apiKey among its params.",
        why=(
            "On the WebSocket API the key is a param (except after session.logon, when no signature is "
            "needed either)."
        ),
        see="No apiKey in params although there is a signature.",
        remedy="Add apiKey to params before signing.",
        example="params = {'apiKey': api_key, 'timestamp': now_ms, ...}",
    ),
    detect=detect,
    codes=frozenset({-1102, -2014, -1022}),
)
