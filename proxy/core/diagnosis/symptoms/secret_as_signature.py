"""The secret was sent where the signature belongs."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    if request.signature is None:
        return None
    text = request.signature.text
    if len(text) >= 16 and text in request.all_secrets:
        return Sighting(PROVEN)
    if request.secret is None and _KEYLIKE.fullmatch(text) and not _HEX.fullmatch(text):
        return Sighting(LIKELY)
    return None


_KEYLIKE = re.compile(rb"[A-Za-z0-9]{64}")
_HEX = re.compile(rb"[0-9A-Fa-f]{64}")


SYMPTOM = Symptom(
    about=RuleText(
        rule="alg-secret-sent-as-signature",
        says="The secret itself was sent as signature.",
        why="No HMAC was computed; the secret has been disclosed.",
        see="The signature parameter has letters beyond f.",
        remedy="Compute HMAC-SHA256 of the payload, and revoke this key: its secret has been sent.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    detect=detect,
    codes=frozenset({-1100, -1022}),
    always=True,
)
