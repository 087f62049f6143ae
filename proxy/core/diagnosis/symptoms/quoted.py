"""A value in quotes."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import FREE_TEXT, seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    found = [
        param
        for param in request.params
        if len(param.value) >= 2
        and param.value[0] == param.value[-1]
        and param.value[0] in "\"'"
        and param.name not in FREE_TEXT
    ]
    return Sighting(PROVEN, seen_in(found)) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-quoted-value",
        says="A value was sent with quotation marks around it.",
        why="The value was serialised as JSON, or quoted for a shell that did not remove the quotes.",
        see="%22 at both ends of a value.",
        remedy="Send the bare value.",
        example='symbol=BTCUSDT   # not symbol=\\"BTCUSDT\\"',
    ),
    detect=detect,
    codes=frozenset({-1100, -1121, -1102, -1130, -1116, -1117, -1115}),
)
