"""A number carries the noise of binary fractions, such as 0.30000000000000004."""

import re

from proxy.core.diagnosis.symptoms.base import Param, RuleText, Symptom
from proxy.core.diagnosis.symptoms.parts import NUMERIC
from proxy.core.diagnosis.symptoms.values import any_param

_LONGEST = 40
"""Characters: a double has 17 digits, and the search of a long text takes the square of its length."""


def _has_noise(param: Param) -> bool:
    return (
        param.name in NUMERIC
        and 16 <= len(param.value) <= _LONGEST
        and re.fullmatch(r"[0-9]+\.[0-9]*?(?:0{6,}|9{6,})[0-9]{1,4}", param.value) is not None
    )


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-float-noise",
        says=("A number has the rounding error of a floating-point sum, such as 0.30000000000000004."),
        why=(
            "0.1 + 0.2 is 0.30000000000000004 in floating point; Binance answers that the precision is "
            "too high."
        ),
        see="A long run of zeros or nines in a price or quantity.",
        remedy=(
            "Calculate with Decimal (or whole numbers), and round to the step of the symbol before you send."
        ),
        example="Decimal('0.1') + Decimal('0.2')",
    ),
    detect=any_param(_has_noise),
    codes=frozenset({-1111, -1100, -1013}),
)
