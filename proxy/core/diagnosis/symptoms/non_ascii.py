"""Octets beyond ASCII on the wire."""

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, Page, Scene, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import entity_on_wire


def look(scene: Scene) -> Sighting | None:
    octets = scene.request.query + scene.base.form_text
    if scene.websocket or octets.isascii() or entity_on_wire(scene):
        return None
    raw = sum(octet > 0x7F for octet in octets)
    return Sighting(PROVEN if scene.verified else LIKELY, (("octets", raw),))


SYMPTOM = Symptom(
    page=Page(
        rule="enc-non-ascii-sent-raw",
        says="Non-ASCII characters were sent, and signed, without percent-encoding.",
        why=(
            "Since January 2026 Binance refuses payloads that were signed before they were percent-encoded."
        ),
        see="Characters outside ASCII in the URL or form body.",
        remedy="Percent-encode the UTF-8 bytes before signing, and send that text.",
        example="quote('\\u5e01\\u5b89\\u4eba\\u751fUSDT', safe='')   # %E5%B8%81...",
    ),
    look=look,
    codes=frozenset({-1022, 400}),
)
