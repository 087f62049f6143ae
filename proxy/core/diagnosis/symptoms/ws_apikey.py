"""A signed frame without apiKey."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.frame is not None and scene.signatures and scene.frame.api_key is None:
        return Sighting(PROVEN)
    return None


SYMPTOM = Symptom(
    page=Page(
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
    look=look,
    codes=frozenset({-1102, -2014, -1022}),
)
