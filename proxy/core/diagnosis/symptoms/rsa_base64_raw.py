"""A base64 signature was sent with its `+` and `/` not percent-encoded."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.signature
    if sent is None or sent.place == "frame" or len(sent.raw) < 80 or not _BASE64.fullmatch(sent.raw):
        return None
    if b"+" in sent.raw:
        return Sighting(PROVEN, (("raw_plus_signs", sent.raw.count(b"+")),))
    return Sighting(LIKELY) if b"/" in sent.raw and request.answered(-1022, -1100) else None


_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")


SYMPTOM = Symptom(
    about=RuleText(
        rule="alg-rsa-base64-not-encoded",
        says="The base64 signature was put into the URL without percent-encoding.",
        why="A raw '+' in a query is read as a blank, so the signature arrives damaged.",
        see="A bare '+' or '/' in the signature parameter.",
        remedy="Percent-encode the base64 signature: '+' as %2B, '/' as %2F, '=' as %3D.",
        example="urllib.parse.quote(signature, safe='')",
    ),
    detect=detect,
    codes=frozenset({-1022, -1100}),
)
