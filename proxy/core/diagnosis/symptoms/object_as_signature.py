"""The signature is the text form of an object, such as [object Object] or b'...'."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    text = request.signature.text if request.signature else b""
    return Sighting(PROVEN, (("length", len(text)),)) if _OBJECT.search(text) else None


# `<signature>` is no object: people write it in the place of the real one
_OBJECT = re.compile(
    rb"(?i)object|^b['\"]|^<(?:built-in|bound\b|function|buffer)|^<.*\b0x[0-9a-f]+|^\[B@|^[a-z_$][\w.$]*@[0-9a-f]+$|system\.byte|promise|^function"
)


SYMPTOM = Symptom(
    about=RuleText(
        rule="alg-object-as-signature",
        says="The text form of an object was sent as signature.",
        why="str() of bytes, a hash object or a Java array gives a description instead of the digest.",
        see="'object', b', '@' or blanks in the signature parameter.",
        remedy="Call the function that returns the hex text: hexdigest(), digest('hex').",
        example="hmac.new(secret, payload, 'sha256').hexdigest()",
    ),
    detect=detect,
    codes=frozenset({-1100, -1022}),
)
