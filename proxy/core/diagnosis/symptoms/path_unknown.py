"""A path nobody lists."""

from proxy.core.catalogue import Catalogue
from proxy.core.diagnosis.symptoms.base import LIKELY, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.websocket or scene.answer is None or scene.answer.status != 404 or not scene.path_text.isascii():
        return None
    methods = Catalogue.builtin().methods_for(scene.path_text)
    return Sighting(LIKELY) if not methods and b"//" not in scene.path else None


SYMPTOM = Symptom(
    page=Page(
        rule="host-path-unknown",
        says="The path is not known to any published list of endpoints.",
        why="A typing error, a retired version, or a path of another product.",
        see="HTTP 404.",
        remedy="Compare with the documentation: version number, spelling and letter case count.",
        example="/api/v3/account",
    ),
    look=look,
    codes=frozenset({404, -1099}),
)
