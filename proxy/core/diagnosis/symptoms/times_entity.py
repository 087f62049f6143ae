"""'&times' became a multiplication sign."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import entity_on_wire


def look(scene: Scene) -> Sighting | None:
    return Sighting(PROVEN) if not scene.websocket and entity_on_wire(scene) else None


SYMPTOM = Symptom(
    page=Page(
        rule="enc-times-entity-on-wire",
        says=(
            "'&timestamp' was turned into a multiplication sign by HTML rendering, so no timestamp arrives."
        ),
        why="Copied from, or rendered as, HTML: '&times' is the entity of the multiplication sign.",
        see="The URL contains 'tamp=' without 'times' in front.",
        remedy="Copy the URL from plain text, or write '&amp;' where it passes through HTML.",
        example="...&recvWindow=5000&timestamp=1700000000000",
    ),
    look=look,
    codes=frozenset({-1102, -1022}),
)
