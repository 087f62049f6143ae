"""A list was sent as Python prints it, with single quotes: ['BTC', 'ETH']."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import any_value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-list-as-text",
        says="A list was sent as Python or PHP prints it, with single quotes.",
        why="str(list) was sent where JSON is expected.",
        see="['BTC', 'ETH'] in the URL.",
        remedy="Send compact JSON with double quotes, percent-encoded.",
        example="json.dumps(symbols, separators=(',', ':'))",
    ),
    detect=any_value_is(r"(?s)\[\s*'.*'\s*\]"),
    codes=frozenset({-1130, -1100, -1135, -1101, -1102}),
)
