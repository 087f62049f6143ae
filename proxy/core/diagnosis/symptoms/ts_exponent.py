"""The timestamp has separators between thousands or an exponent: 1,655,716,096,498 or 1.6E+12."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-thousands-or-exponent",
        says="The timestamp was formatted with thousands separators or in scientific notation.",
        why="A spreadsheet, a locale-aware formatter or a float cast wrote the number.",
        see="A ',' or 'E' in the timestamp.",
        remedy="Send the timestamp as 13 digits, without separators and without 'e'.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=value_is(
        "timestamp", r"[0-9]{1,3}(?:[,'. \u00a0\u202f][0-9]{3})+|[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+"
    ),
    codes=frozenset({-1100, -1021, -1102}),
)
