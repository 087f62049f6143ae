"""recvWindow above 60000."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    sent = scene.param("recvWindow")
    if sent is None or not re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?", sent.value):
        return None
    return Sighting(PROVEN, (("digits", len(sent.value)),)) if float(sent.value) > 60_000 else None


SYMPTOM = Symptom(
    page=Page(
        rule="ts-recvwindow-too-large",
        says="recvWindow is larger than 60000 ms.",
        why="Old examples show 9999999; the maximum is 60000.",
        see="The number behind 'recvWindow='.",
        remedy="Use 5000, at most 60000.",
        example="recvWindow=5000",
    ),
    look=look,
    codes=frozenset({-1131, -1100, -1021}),
)
