"""A name Binance does not know."""

from proxy.core.diagnosis.names import known_spelling
from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.websocket:
        return None
    misspelt = [param for param in scene.params if known_spelling(param.name) is not None]
    if misspelt:
        meant = ", ".join(dict.fromkeys(str(known_spelling(param.name)) for param in misspelt[:6]))
        return Sighting(PROVEN if scene.answered(-1104, -1103) else LIKELY, (("meant", meant),))
    return None


SYMPTOM = Symptom(
    page=Page(
        rule="param-unknown-name",
        says="A parameter name is misspelt, or unknown to this endpoint.",
        why=(
            "Names are case-sensitive camelCase: recvWindow, not recv_window; unknown ones are refused "
            "with -1104."
        ),
        see="-1104 says how many parameters were read and how many were sent.",
        remedy="Remove or correct the name.",
        example="recvWindow=5000   # not recv_window, recvwindow",
    ),
    look=look,
    codes=frozenset({-1104, -1103, -1101, -1102}),
)
