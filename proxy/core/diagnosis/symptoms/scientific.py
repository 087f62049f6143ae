"""A number like 9.6e-05."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import NUMERIC, seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    found = [
        param
        for param in request.params
        if param.name in NUMERIC and re.fullmatch(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+", param.value)
    ]
    return Sighting(PROVEN, seen_in(found)) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-scientific-notation",
        says="A number is written in scientific notation.",
        why=(
            "Default float formatting writes small numbers with an exponent; Binance takes digits and "
            "one point only."
        ),
        see="An 'e' or 'E' in a price or quantity.",
        remedy="Format decimals as plain text.",
        example="format(Decimal('0.000096'), 'f')",
    ),
    detect=detect,
    codes=frozenset({-1100, -1102, -1111, -1130, -1013}),
)
