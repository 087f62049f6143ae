"""A decimal comma."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import NUMERIC, seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    found = [
        param
        for param in request.params
        if param.name in NUMERIC and re.fullmatch(r"[-+]?[0-9.\u00a0 ]*,[0-9]+", param.value)
    ]
    return Sighting(PROVEN, seen_in(found)) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-decimal-comma",
        says="A number is written with a decimal comma.",
        why="A locale-aware formatter wrote 0,5 instead of 0.5.",
        see="',' or %2C in a price or quantity.",
        remedy="Format with the invariant culture.",
        example="quantity.ToString(CultureInfo.InvariantCulture)",
    ),
    detect=detect,
    codes=frozenset({-1100, -1102, -1130, -1111, -1013}),
)
