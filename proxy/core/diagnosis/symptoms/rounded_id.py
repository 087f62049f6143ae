"""An id of 18 digits or more ends in zeros: it went through a floating-point number."""

import re

from proxy.core.diagnosis.names import shown
from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    failed = request.answer is not None and not request.succeeded
    named = {**{p.name: p.value for p in request.params}, **request.json_fields}
    for name, value in named.items():
        items = value if isinstance(value, list) else [value]
        for item in items[:50]:
            number = isinstance(item, int) and not isinstance(item, bool)
            if _rounded(str(item)) and (failed or number):
                return Sighting(LIKELY, (("digits", len(str(item))), ("name", shown(name, 0))))
    return None


def _rounded(text: str) -> bool:
    """Whether a double would print as exactly this text, with at least two zeros at the end."""
    if not re.fullmatch(r"[1-9][0-9]{17,21}", text) or not text.endswith("00"):
        return False
    digits = repr(float(text)).partition("e")[0].replace(".", "")
    return len(digits) <= 17 and digits.rstrip("0") == text.rstrip("0")


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-rounded-id",
        says="A long id was rounded: its last digits are zeros.",
        why=(
            "JavaScript and spreadsheets keep some 16 digits of a number; ids of 19 and more digits "
            "lose the rest."
        ),
        see="An id of 19 or more digits that ends in several zeros.",
        remedy="Keep ids as text, not as numbers, from the answer to the next request.",
        example="JSON.parse with a bigint reviver, or adOrderNo as a string",
    ),
    detect=detect,
    codes=frozenset({-2013, -2011, -9000, -31002, -1000, -1002, -1102, -1100}),
)
