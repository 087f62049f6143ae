"""The timestamp is in nanoseconds: 19 digits."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-nanoseconds",
        says="The timestamp is in nanoseconds instead of milliseconds.",
        why=(
            "time_ns() and UnixNano() give 19 digits; Binance takes milliseconds (on spot also microseconds)."
        ),
        see="The timestamp has 19 digits.",
        remedy=("Divide the timestamp by 1 000 000 and send a whole number: 13 digits are milliseconds."),
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=value_is("timestamp", r"[12][0-9]{18}"),
    codes=frozenset({-1021, -1100}),
)
