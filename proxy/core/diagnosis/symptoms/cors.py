"""A signed call from a browser."""

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.method == "OPTIONS" or scene.request.header(b"access-control-request-method") is not None:
        return Sighting(PROVEN)
    origin = scene.request.header(b"origin") or b""
    unanswered = scene.evidence.answer is not None and scene.evidence.answer.status == 0
    return Sighting(LIKELY) if origin.startswith(b"http") and unanswered else None


SYMPTOM = Symptom(
    page=Page(
        rule="transport-cors",
        says="The call came from a browser, whose CORS check stops it.",
        why=(
            "Before a request with X-MBX-APIKEY the browser asks for leave with OPTIONS; Binance does "
            "not grant it."
        ),
        see="'blocked by CORS policy' in the console; an OPTIONS request in the network view.",
        remedy="Call from a server, or through a gateway on your own machine.",
    ),
    look=look,
    codes=frozenset({0, 403}),
)
