"""The word undefined as a value."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import FREE_TEXT, WORDS_FOR_NOTHING, seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    found = [
        param
        for param in request.params
        if param.value in WORDS_FOR_NOTHING and param.name not in FREE_TEXT | {"timestamp"}
    ]
    return Sighting(PROVEN, seen_in(found)) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-literal-undefined",
        says="A missing value was sent as the word undefined, null or None.",
        why="An unset variable was turned into text.",
        see="undefined, null, None or NaN behind a '='.",
        remedy="Drop unset parameters before building the query.",
        example="params = {name: value for name, value in params.items() if value is not None}",
    ),
    detect=detect,
    codes=frozenset({-1100, -1102, -1105, -1121, -1130, -1116, -1115, -1117}),
)
