"""A signature where none belongs."""

from proxy.core.catalogue import Needs
from proxy.core.diagnosis.symptoms.base import LIKELY, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.endpoint is None or scene.endpoint.needs is Needs.SIGNED or not scene.signatures:
        return None
    return Sighting(LIKELY) if scene.answered(-1101, -1104, -1103, -1106) else None


SYMPTOM = Symptom(
    page=Page(
        rule="place-signature-on-public-endpoint",
        says="A signature was sent to an endpoint that takes none.",
        why="Public endpoints count timestamp and signature as unknown parameters.",
        see="-1101 or -1104 on a market data path.",
        remedy="Send no timestamp, recvWindow or signature to public endpoints.",
        example="GET /api/v3/ticker/price?symbol=BTCUSDT",
    ),
    look=look,
    codes=frozenset({-1101, -1104, -1103, -1106}),
)
