"""A decimal point."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("timestamp")
    if sent is not None and re.fullmatch(
        r"[0-9]+\.[0-9]*|\s*[0-9]+(\.[0-9]+)?\s+|\s+[0-9]+(\.[0-9]+)?", sent.value
    ):
        return Sighting(PROVEN, (("characters", len(sent.value)),))
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-fractional",
        says="The timestamp has a decimal point or a blank in it.",
        why="A floating-point clock was turned into text without rounding.",
        see="A '.' in the timestamp.",
        remedy="Convert it to an integer before building the text.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1100, -1021, -1102}),
)
