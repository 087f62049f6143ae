"""The signature was sent in a header, where Binance does not look for it."""

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import header_signature


def detect(request: ParsedRequest) -> Sighting | None:
    value = header_signature(request)
    if value is None or any(sent.text for sent in request.signatures):
        return None
    signing = request.known.signing if request.known else None
    right = signing is not None and signing.verify(request.expected, value.decode("latin-1"))
    return Sighting(PROVEN if right else LIKELY, (("recomputed", "equal" if right else "no"),))


SYMPTOM = Symptom(
    about=RuleText(
        rule="place-signature-in-header",
        says="The signature was sent as a header instead of a parameter.",
        why="Other exchanges want it in a header; Binance reads the signature parameter only.",
        see="A header named signature, sign or X-MBX-SIGNATURE.",
        remedy="Send signature as the last parameter of the query.",
        example="url = base + '?' + query + '&signature=' + sign(query)",
    ),
    detect=detect,
    codes=frozenset({-1102, -1022}),
)
