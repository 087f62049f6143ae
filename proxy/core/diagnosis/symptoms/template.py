"""A placeholder as a value."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    found = [
        param for param in request.params if re.search(r"\{\{[^{}]{1,60}\}\}|\$\{[^{}]{1,60}\}", param.value)
    ]
    return Sighting(PROVEN, seen_in(found)) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-template-on-wire",
        says="A template placeholder was sent instead of its value.",
        why="The variable of Postman, n8n or a shell was not defined, so its name went out.",
        see="{{...}} or ${...} in the URL.",
        remedy="Define the variable, or put the value in.",
        example="price=60000",
    ),
    detect=detect,
    codes=frozenset({-1100, -1102, -1121, -1130, -1104}),
)
