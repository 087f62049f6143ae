"""Nanoseconds."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, Page, Scene, Sighting, Symptom


def look(scene: Scene) -> Sighting | None:
    sent = scene.param("timestamp")
    if sent is not None and re.fullmatch(r"[12][0-9]{18}", sent.value):
        return Sighting(PROVEN, (("characters", len(sent.value)),))
    return None


SYMPTOM = Symptom(
    page=Page(
        rule="ts-nanoseconds",
        says="The timestamp is in nanoseconds instead of milliseconds.",
        why=(
            "time_ns() and UnixNano() give 19 digits; Binance takes milliseconds (on spot also microseconds)."
        ),
        see="The timestamp has 19 digits.",
        remedy="Divide by 1 000 000.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    look=look,
    codes=frozenset({-1021, -1100}),
)
