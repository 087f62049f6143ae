"""NaN, undefined or an object."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("timestamp")
    if sent is not None and sent.value.strip() and not re.search(r"^[\s0-9.,eE+'\u00a0\u202f]*$", sent.value):
        return Sighting(PROVEN, (("characters", len(sent.value)),))
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-not-a-number",
        says="The timestamp is not a number.",
        why=(
            "An offset from a failed /time call gave NaN, or the whole {'serverTime': ...} object was passed."
        ),
        see="Letters or braces in the timestamp.",
        remedy="Check that the value is an integer; take serverTime out of the reply.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1100, -1102, -1021}),
)
