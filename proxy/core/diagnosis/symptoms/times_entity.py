"""`&timestamp` was taken for the HTML entity `&times`, a multiplication sign."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import entity_on_wire


def detect(request: ParsedRequest) -> Sighting | None:
    return Sighting(PROVEN) if not request.websocket and entity_on_wire(request) else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="enc-times-entity-on-wire",
        says=(
            "'&timestamp' was turned into a multiplication sign by HTML rendering, so no timestamp arrives."
        ),
        why="Copied from, or rendered as, HTML: '&times' is the entity of the multiplication sign.",
        see="The URL contains 'tamp=' without 'times' in front.",
        remedy="Copy the URL from plain text, or write '&amp;' where it passes through HTML.",
        example="...&recvWindow=5000&timestamp=1700000000000",
    ),
    detect=detect,
    codes=frozenset({-1102, -1022}),
)
