"""A value is the text of a missing one: undefined, null, None."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.parts import FREE_TEXT, WORDS_FOR_NOTHING
from proxy.core.diagnosis.symptoms.values import any_param

_OWN_WORDS = FREE_TEXT | {"timestamp"}  # a timestamp that is no number has a rule of its own

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-literal-undefined",
        says="A missing value was sent as the word undefined, null or None.",
        why="An unset variable was turned into text.",
        see="undefined, null, None or NaN behind a '='.",
        remedy="Drop unset parameters before building the query.",
        example="params = {name: value for name, value in params.items() if value is not None}",
    ),
    detect=any_param(lambda param: param.value in WORDS_FOR_NOTHING and param.name not in _OWN_WORDS),
    codes=frozenset({-1100, -1102, -1105, -1121, -1130, -1116, -1115, -1117}),
)
