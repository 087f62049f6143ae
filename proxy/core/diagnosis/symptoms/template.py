"""The placeholder of a template, such as {{price}} or ${price}, was sent as a value."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import any_value_is

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-template-on-wire",
        says="The name of a variable was sent instead of its value.",
        why="The variable of Postman, n8n or a shell was not defined, so its name went out.",
        see="{{...}} or ${...} in the URL.",
        remedy="Define the variable, or put the value in.",
        example="price=60000",
    ),
    detect=any_value_is(r"(?s).*(\{\{[^{}]{1,60}\}\}|\$\{[^{}]{1,60}\}).*"),
    codes=frozenset({-1100, -1102, -1121, -1130, -1104}),
)
