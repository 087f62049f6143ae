"""The secret in place of a signature."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    if scene.signature is None:
        return None
    text = scene.signature.text
    if len(text) >= 16 and text in scene.all_secrets:
        return Sighting(PROVEN)
    if scene.secret is None and _KEYLIKE.fullmatch(text) and not _HEX.fullmatch(text):
        return Sighting(LIKELY)
    return None


_KEYLIKE = re.compile(rb"[A-Za-z0-9]{64}")
_HEX = re.compile(rb"[0-9A-Fa-f]{64}")


SYMPTOM = Symptom(
    page=Page(
        rule="alg-secret-sent-as-signature",
        says="The secret itself was sent as signature.",
        why="No HMAC was computed; the secret has been disclosed.",
        see="The signature parameter has letters beyond f.",
        remedy="Compute HMAC-SHA256 of the payload, and revoke this key: its secret has been sent.",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    look=look,
    codes=frozenset({-1100, -1022}),
    always=True,
)
