"""Other parameters follow the signature."""

from proxy.core.diagnosis.symptoms.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    ParsedRequest,
    RuleText,
    Sighting,
    Symptom,
)


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.signature
    if sent is None or sent.last or len(request.signatures) > 1 or not request.answered(-1022):
        return None
    if not request.verified:
        return Sighting(POSSIBLE)
    return Sighting(PROVEN if request.path_text.startswith(_DEMANDED) else LIKELY)


_DEMANDED = ("/fapi/", "/dapi/", "/eapi/", "/papi/")
"""Whose documentation asks for it as the last parameter. Spot takes it anywhere, some of /sapi does not."""


SYMPTOM = Symptom(
    about=RuleText(
        rule="order-signature-not-last",
        says="The signature is not the last parameter.",
        why=(
            "It was put into the parameter map. Current spot servers accept that; several futures and "
            "wallet gateways did not."
        ),
        see="Something stands behind 'signature=...'.",
        remedy="Put signature=... at the very end, after all other parameters.",
        example="url = base + '?' + query + '&signature=' + sign(query)",
    ),
    detect=detect,
    codes=frozenset({-1022}),
)
