"""A price or amount has a decimal comma."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.parts import NUMERIC
from proxy.core.diagnosis.symptoms.values import any_value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-decimal-comma",
        says="A number is written with a comma instead of a point.",
        why="A locale-aware formatter wrote 0,5 instead of 0.5.",
        see="',' or %2C in a price or quantity.",
        remedy=(
            "Write the number with a point: 0.01, not 0,01. In C# use CultureInfo.InvariantCulture, "
            "in Java Locale.ROOT."
        ),
        example="quantity.ToString(CultureInfo.InvariantCulture)",
    ),
    detect=any_value_is(r"[-+]?[0-9.\u00a0 ]*,[0-9]+", of=NUMERIC),
    codes=frozenset({-1100, -1102, -1130, -1111, -1013}),
)
