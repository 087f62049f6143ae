"""snake_case in a frame."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    snakes = [param for param in scene.params if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", param.name)]
    return Sighting(PROVEN, (("count", len(snakes)),)) if scene.websocket and snakes else None


SYMPTOM = Symptom(
    page=Page(
        rule="ws-parameter-case",
        says="WebSocket params carry snake_case names.",
        why="The WebSocket API knows the same camelCase names as REST; others are refused with -1104.",
        see="An underscore in a param name.",
        remedy="Use camelCase names.",
        example="newClientOrderId, recvWindow, timeInForce",
    ),
    look=look,
    codes=frozenset({-1104, -1103, -1102, -1022}),
)
