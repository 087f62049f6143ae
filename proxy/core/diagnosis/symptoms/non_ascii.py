"""Octets beyond ASCII went out without percent-encoding."""

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import entity_on_wire


def detect(request: ParsedRequest) -> Sighting | None:
    octets = request.raw.query + request.base.form_text
    if request.websocket or octets.isascii() or entity_on_wire(request):
        return None
    raw = sum(octet > 0x7F for octet in octets)
    return Sighting(PROVEN if request.verified else LIKELY, (("octets", raw),))


SYMPTOM = Symptom(
    about=RuleText(
        rule="enc-non-ascii-sent-raw",
        says="Non-ASCII characters were sent, and signed, without percent-encoding.",
        why=(
            "Since January 2026 Binance refuses payloads that were signed before they were percent-encoded."
        ),
        see="Characters outside ASCII in the URL or form body.",
        remedy="Percent-encode the UTF-8 bytes before signing, and send that text.",
        example="quote('\\u5e01\\u5b89\\u4eba\\u751fUSDT', safe='')   # %E5%B8%81...",
    ),
    detect=detect,
    codes=frozenset({-1022, 400}),
)
