"""The timestamp has a decimal point or blanks around it."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-fractional",
        says="The timestamp has a decimal point or a blank in it.",
        why="A floating-point clock was turned into text without rounding.",
        see="A '.' in the timestamp.",
        remedy=(
            "Turn the timestamp into a whole number before you build the text: 13 digits, no point, no blank."
        ),
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=value_is("timestamp", r"[0-9]+\.[0-9]*|\s*[0-9]+(\.[0-9]+)?\s+|\s+[0-9]+(\.[0-9]+)?"),
    codes=frozenset({-1100, -1021, -1102}),
)
