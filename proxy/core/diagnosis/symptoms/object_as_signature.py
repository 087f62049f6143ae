"""An object's text form as signature."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    text = scene.signature.text if scene.signature else b""
    return Sighting(PROVEN, (("length", len(text)),)) if _OBJECT.search(text) else None


_OBJECT = re.compile(
    rb"(?i)object|^b['\"]|^<|^\[B@|^[a-z_$][\w.$]*@[0-9a-f]+$|system\.byte|promise|^function"
)


SYMPTOM = Symptom(
    page=Page(
        rule="alg-object-as-signature",
        says="The text form of an object was sent as signature.",
        why="str() of bytes, a hash object or a Java array gives a description instead of the digest.",
        see="'object', b', '@' or blanks in the signature parameter.",
        remedy="Call the function that returns the hex text: hexdigest(), digest('hex').",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    look=look,
    codes=frozenset({-1100, -1022}),
)
