"""A fixed word such as side or timeInForce is not in capitals: buy instead of BUY."""

from proxy.core.diagnosis.symptoms.base import Param, RuleText, Symptom
from proxy.core.diagnosis.symptoms.parts import WORDS_FOR_NOTHING
from proxy.core.diagnosis.symptoms.values import any_param

_FIXED = frozenset({"side", "timeInForce", "positionSide", "newOrderRespType", "marginType"})


def _is_in_small_letters(param: Param) -> bool:
    return (
        param.name in _FIXED
        and param.value.isalpha()
        and param.value != param.value.upper()
        and param.value not in WORDS_FOR_NOTHING
    )


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-enum-case",
        says="A fixed word is written in small letters.",
        why="Sides, types and times in force are upper case and case-sensitive.",
        see="side=buy, type=limit or timeInForce=gtc.",
        remedy="Use the documented upper-case word.",
        example="side=BUY&type=LIMIT&timeInForce=GTC",
    ),
    detect=any_param(_is_in_small_letters),
    codes=frozenset({-1115, -1116, -1117, -1100, -1136}),
)
