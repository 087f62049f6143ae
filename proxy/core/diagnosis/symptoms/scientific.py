"""A price or amount is in scientific notation, such as 9.6e-05."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.parts import NUMERIC
from proxy.core.diagnosis.symptoms.values import any_value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-scientific-notation",
        says="A number is written in scientific notation.",
        why=(
            "Default float formatting writes small numbers with an exponent; Binance takes digits and "
            "one point only."
        ),
        see="An 'e' or 'E' in a price or quantity.",
        remedy="Write the number out: 0.000096, without e-05.",
        example="format(Decimal('0.000096'), 'f')",
    ),
    detect=any_value_is(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+", of=NUMERIC),
    codes=frozenset({-1100, -1102, -1111, -1130, -1013}),
)
