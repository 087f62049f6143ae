"""recvWindow is not a number Binance takes."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("recvWindow")
    if sent is None or not sent.value or re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,3})?", sent.value):
        return None
    return Sighting(PROVEN, (("characters", len(sent.value)),))


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-recvwindow-malformed",
        says="recvWindow is not a number of milliseconds with at most three decimals.",
        why="A word, an empty text or a fraction with more than three decimals was sent.",
        see="The text behind 'recvWindow='.",
        remedy="Send a whole number of milliseconds between 1 and 60000.",
        example="recvWindow=5000",
    ),
    detect=detect,
    codes=frozenset({-1131, -1100, -1102}),
)
