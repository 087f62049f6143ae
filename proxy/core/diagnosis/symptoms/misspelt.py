"""A host one letter away."""

from proxy.core.diagnosis.symptoms.base import LIKELY, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.hosts import SERVED, near


def look(scene: Scene) -> Sighting | None:
    if not scene.host or scene.host in SERVED or "." not in scene.host:
        return None
    return Sighting(LIKELY) if any(near(scene.host, known) for known in SERVED) else None


SYMPTOM = Symptom(
    page=Page(
        rule="host-misspelt",
        says="The host name is misspelt.",
        why="One or two letters differ from a host of Binance: nobody, or somebody else, answers.",
        see="DNS failure, TLS failure or an unexpected answer.",
        remedy="Correct the host name.",
        example="https://api.binance.com",
    ),
    look=look,
    codes=frozenset({0, 404, 403}),
)
