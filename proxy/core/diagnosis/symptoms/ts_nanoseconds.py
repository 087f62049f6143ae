"""Nanoseconds."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("timestamp")
    if sent is not None and re.fullmatch(r"[12][0-9]{18}", sent.value):
        return Sighting(PROVEN, (("characters", len(sent.value)),))
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-nanoseconds",
        says="The timestamp is in nanoseconds instead of milliseconds.",
        why=(
            "time_ns() and UnixNano() give 19 digits; Binance takes milliseconds (on spot also microseconds)."
        ),
        see="The timestamp has 19 digits.",
        remedy="Divide by 1 000 000.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1021, -1100}),
)
