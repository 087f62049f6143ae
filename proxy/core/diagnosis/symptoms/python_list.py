"""A list printed by its language."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    found = [param for param in request.params if re.fullmatch(r"\[\s*'.*'\s*\]", param.value, re.DOTALL)]
    return Sighting(PROVEN, seen_in(found)) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-list-as-text",
        says="A list was sent as Python or PHP prints it, with single quotes.",
        why="str(list) was sent where JSON is expected.",
        see="['BTC', 'ETH'] in the URL.",
        remedy="Send compact JSON with double quotes, percent-encoded.",
        example="json.dumps(symbols, separators=(',', ':'))",
    ),
    detect=detect,
    codes=frozenset({-1130, -1100, -1135, -1101, -1102}),
)
