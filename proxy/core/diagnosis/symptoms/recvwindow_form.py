"""recvWindow is not a plain number with at most three decimals."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import value_is_not

SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-recvwindow-malformed",
        says="The recvWindow is not a number of milliseconds with at most three decimals.",
        why="A word, an empty text or a fraction with more than three decimals was sent.",
        see="The text behind 'recvWindow='.",
        remedy="Send a whole number of milliseconds between 1 and 60000.",
        example="recvWindow=5000",
    ),
    detect=value_is_not("recvWindow", r"[0-9]{1,20}(\.[0-9]{1,3})?"),
    codes=frozenset({-1131, -1100, -1102}),
)
