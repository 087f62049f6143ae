"""A fixed word such as side or timeInForce is in the wrong letter case: buy instead of BUY."""

from proxy.core.diagnosis.refusals.described import described, how_sure
from proxy.core.diagnosis.refusals.refusals import after_the_signature
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.diagnosis.symptoms.base import PROVEN, Param, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import WORDS_FOR_NOTHING, seen_in

_CODES = frozenset[int | str]({-1115, -1116, -1117, -1100, -1136, -1120, -1102, -1130})
_FIXED = frozenset({"side", "timeInForce", "positionSide", "newOrderRespType", "marginType"})
_SWITCHES = frozenset({"true", "false"})


def detect(request: ParsedRequest) -> Sighting | None:
    accepted = request.answer is not None and after_the_signature(request.answer.code)
    found = [] if accepted else [param for param in request.params if _is_in_small_letters(param)]
    if found:
        right = found[0].value.upper() if found[0].value.upper() in _WORDS else "the word in capitals"
        return Sighting(PROVEN, seen_in(found), remedy=f"Write {right} in {found[0].name}.")
    for one, parameter in described(request):
        values = parameter.values
        meant = next((value for value in values if value.lower() == one.value.lower()), None)
        if meant is None or one.value in values:
            continue
        if one.value.lower() in _SWITCHES and not _is_named(request, one.name):
            continue  # many calls take True as well
        strength = how_sure(request, _CODES, one.name)
        if strength is not None:
            return Sighting(
                strength,
                (("parameter", one.name), ("meant", meant)),
                says=f"The word in {one.name} is in the wrong letter case: it is written {meant}.",
                remedy=f"Send {one.name}={meant}.",
            )
    return None


def _is_named(request: ParsedRequest, name: str) -> bool:
    return request.answer is not None and name in named_parameters(request.answer.message)


def _is_in_small_letters(param: Param) -> bool:
    return (
        param.name in _FIXED
        and param.value.isalpha()
        and param.value != param.value.upper()
        and param.value not in WORDS_FOR_NOTHING
    )


_WORDS = frozenset(
    {"BUY", "SELL", "GTC", "IOC", "FOK", "GTX", "GTD", "LONG", "SHORT", "BOTH", "ISOLATED", "CROSSED"}
)

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-enum-case",
        says="A fixed word is written in small letters.",
        why="Sides, types and times in force are upper case and case-sensitive.",
        see="side=buy, type=limit or timeInForce=gtc.",
        remedy="Write the word in capital letters: side=BUY, type=LIMIT, timeInForce=GTC.",
        example="side=BUY&type=LIMIT&timeInForce=GTC",
    ),
    detect=detect,
    codes=_CODES,
)
