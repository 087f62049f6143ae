"""Two signatures."""

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    count = len(scene.signatures)
    return Sighting(PROVEN, (("count", count),)) if count > 1 else None


SYMPTOM = Symptom(
    page=Page(
        rule="place-signature-twice",
        says="The signature parameter was sent twice.",
        why="An old signature stayed in the parameter list and a new one was appended.",
        see="'signature=' stands twice in URL and body.",
        remedy="Remove the old signature before signing.",
        example="params.pop('signature', None)",
    ),
    look=look,
    codes=frozenset({-1101}),
)
