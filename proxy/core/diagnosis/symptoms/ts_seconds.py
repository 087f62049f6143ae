"""The timestamp is in seconds: ten digits."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-seconds",
        says="The timestamp is in seconds instead of milliseconds.",
        why=("Unix time in seconds has 10 digits; Binance reads the number as milliseconds of January 1970."),
        see="The timestamp has 10 digits.",
        remedy=("Multiply the timestamp by 1000 and send a whole number: 13 digits are milliseconds."),
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=value_is("timestamp", r"[12][0-9]{9}"),
    codes=frozenset({-1021, -1100}),
)
