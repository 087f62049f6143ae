"""buy instead of BUY."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import WORDS_FOR_NOTHING, seen_in

_FIXED = frozenset({"side", "timeInForce", "positionSide", "newOrderRespType", "marginType"})


def detect(request: ParsedRequest) -> Sighting | None:
    found = [
        param
        for param in request.params
        if param.name in _FIXED
        and param.value.isalpha()
        and param.value != param.value.upper()
        and param.value not in WORDS_FOR_NOTHING
    ]
    return Sighting(PROVEN, seen_in(found)) if found else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-enum-case",
        says="A fixed word is written in small letters.",
        why="Sides, types and times in force are upper case and case-sensitive.",
        see="side=buy, type=limit or timeInForce=gtc.",
        remedy="Use the documented upper-case word.",
        example="side=BUY&type=LIMIT&timeInForce=GTC",
    ),
    detect=detect,
    codes=frozenset({-1115, -1116, -1117, -1100, -1136}),
)
