"""A value was percent-encoded twice: %25XX on the wire."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, POSSIBLE, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    doubled = [p for p in request.params if re.search(rb"%25[0-9A-Fa-f]{2}", p.raw_value)]
    if request.websocket or not doubled or not request.answered(-1022, -1100, -1121, -1130, -1135):
        return None
    return Sighting(POSSIBLE if request.verified is not None else LIKELY, seen_in(doubled))


SYMPTOM = Symptom(
    about=RuleText(
        rule="enc-double-encoded-on-wire",
        says="A value seems to be percent-encoded twice.",
        why="A client that encodes by itself was given an encoded text: every % became %25.",
        see="%25 followed by two hex digits in the URL.",
        remedy=(
            "Give the finished URL to the HTTP client as 'already encoded', so that it does not "
            "encode it a second time."
        ),
        example="yarl.URL(url, encoded=True)",
    ),
    detect=detect,
    codes=frozenset({-1022, -1100, -1121, -1130, -1135}),
)
