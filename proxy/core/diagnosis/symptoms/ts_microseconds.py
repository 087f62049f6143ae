"""Microseconds beyond spot."""

from proxy.core.diagnosis.symptoms.base import LIKELY, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    sent = scene.param("timestamp")
    micro = sent is not None and len(sent.value) == 16 and sent.value.isdigit()
    if not micro or scene.websocket or scene.path.startswith(b"/api/") or not scene.answered(-1021, -1100):
        return None
    return Sighting(LIKELY)


SYMPTOM = Symptom(
    page=Page(
        rule="ts-microseconds-not-spot",
        says="The timestamp is in microseconds, which only spot understands.",
        why=(
            "Spot tells the unit by the size of the number; futures and wallet services expect milliseconds."
        ),
        see="The timestamp has 16 digits and the path does not begin with /api.",
        remedy="Send milliseconds: 13 digits.",
        example="int(time.time() * 1000)",
    ),
    look=look,
    codes=frozenset({-1021, -1100}),
)
