"""The timestamp holds letters or braces, as NaN, undefined and an object do."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import value_is_not

SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-not-a-number",
        says="The timestamp is not a number.",
        why=(
            "An offset from a failed /time call gave NaN, or the whole {'serverTime': ...} object was passed."
        ),
        see="Letters or braces in the timestamp.",
        remedy=(
            "Send the milliseconds since 1970 as 13 digits. From GET /api/v3/time take the value of "
            "serverTime, not the whole answer."
        ),
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=value_is_not("timestamp", r"[\s0-9.,eE+'\u00a0\u202f]*"),
    codes=frozenset({-1100, -1102, -1021}),
)
