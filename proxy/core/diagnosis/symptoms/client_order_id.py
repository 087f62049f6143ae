"""A client order id is longer than 36 characters or has characters that Binance refuses."""

from proxy.core.diagnosis.symptoms.base import RuleText, Symptom
from proxy.core.diagnosis.symptoms.values import value_is_not

SYMPTOM = Symptom(
    about=RuleText(
        rule="param-client-order-id",
        says="The client order id is longer than 36 characters or has characters that are not allowed.",
        why="Allowed are letters, digits and . : / _ - , at most 36 of them.",
        see="newClientOrderId with blanks, umlauts or more than 36 characters.",
        remedy="Use letters, digits, '-' and '_', at most 36.",
        example="newClientOrderId=bot-000123",
    ),
    detect=value_is_not("newClientOrderId", r"[.A-Z:/a-z0-9_-]{1,36}"),
    codes=frozenset({-1100, -4015}),
)
