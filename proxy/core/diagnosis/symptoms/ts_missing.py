"""No timestamp."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import elsewhere, needs_signature


def look(scene: Scene) -> Sighting | None:
    if not needs_signature(scene) or elsewhere(scene):
        return None
    sent = scene.param("timestamp")
    if sent is None:
        return Sighting(PROVEN)
    return Sighting(PROVEN, (("value", "empty"),)) if not sent.value.strip() else None


SYMPTOM = Symptom(
    page=Page(
        rule="ts-missing",
        says="No timestamp was sent.",
        why="Every signed request needs one; Binance looks for it in the query and the form body.",
        see="No 'timestamp=' in URL or form body, or nothing behind it.",
        remedy="Add timestamp (milliseconds since 1970, UTC) before signing.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    look=look,
    codes=frozenset({-1102, -1105, -1021, -1022}),
)
