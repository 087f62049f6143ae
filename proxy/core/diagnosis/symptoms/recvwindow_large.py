"""recvWindow is above 60000, the largest that Binance takes."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("recvWindow")
    if sent is None or not re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?", sent.value):
        return None
    return Sighting(PROVEN, (("digits", len(sent.value)),)) if float(sent.value) > 60_000 else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-recvwindow-too-large",
        says="The recvWindow is larger than 60000 ms.",
        why="Old examples show 9999999; the maximum is 60000.",
        see="The number behind 'recvWindow='.",
        remedy="Send recvWindow=5000; 60000 is the most.",
        example="recvWindow=5000",
    ),
    detect=detect,
    codes=frozenset({-1131, -1100, -1021}),
)
