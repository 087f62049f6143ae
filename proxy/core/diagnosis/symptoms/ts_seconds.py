"""Seconds."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("timestamp")
    if sent is not None and re.fullmatch(r"[12][0-9]{9}", sent.value):
        return Sighting(PROVEN, (("characters", len(sent.value)),))
    return None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-seconds",
        says="The timestamp is in seconds instead of milliseconds.",
        why=("Unix time in seconds has 10 digits; Binance reads the number as milliseconds of January 1970."),
        see="The timestamp has 10 digits.",
        remedy="Multiply by 1000 and send a whole number.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1021, -1100}),
)
