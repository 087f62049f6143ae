"""A value was sent with quotation marks around it."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.parts import FREE_TEXT
from proxy.core.diagnosis.symptoms.values import any_value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-quoted-value",
        says="A value was sent with quotation marks around it.",
        why="The value was serialised as JSON, or quoted for a shell that did not remove the quotes.",
        see="%22 at both ends of a value.",
        remedy="Send the value without quotation marks: symbol=BTCUSDT.",
        example='symbol=BTCUSDT   # not symbol=\\"BTCUSDT\\"',
    ),
    detect=any_value_is(r"(?s)([\"']).*\1", but=FREE_TEXT),
    codes=frozenset({-1100, -1121, -1102, -1130, -1116, -1117, -1115}),
)
