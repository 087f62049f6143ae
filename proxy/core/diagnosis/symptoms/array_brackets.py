"""A list was sent as `name[]=a&name[]=b`, or with numbers in the brackets."""

import re

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    if request.websocket:
        return None
    named = [param for param in request.params if re.fullmatch(r"[A-Za-z]+\[\]", param.name)]
    if named:
        return Sighting(PROVEN, seen_in(named))
    indexed = [param for param in request.params if re.fullmatch(r"[A-Za-z]+\[[0-9]+\]", param.name)]
    return Sighting(LIKELY, seen_in(indexed)) if indexed else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="enc-array-brackets",
        says="A list was sent as repeated names with brackets.",
        why="PHP, axios and jQuery write lists as name[]=...; Binance wants one JSON array.",
        see="'[]' or %5B%5D at the end of a parameter name.",
        remedy="Send one JSON array, percent-encoded.",
        example="symbols=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D",
    ),
    detect=detect,
    codes=frozenset({-1101, -1104, -1102, -1130, -1100}),
)
