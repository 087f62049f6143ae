"""An order id Binance does not take."""

import re

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("newClientOrderId")
    if sent is None or not sent.value or re.fullmatch(r"[.A-Z:/a-z0-9_-]{1,36}", sent.value):
        return None
    return Sighting(PROVEN, (("characters", len(sent.value)),))


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-client-order-id",
        says="The client order id is longer than 36 characters or has characters that are not allowed.",
        why="Allowed are letters, digits and . : / _ - , at most 36 of them.",
        see="newClientOrderId with blanks, umlauts or more than 36 characters.",
        remedy="Use letters, digits, '-' and '_', at most 36.",
        example="newClientOrderId=bot-000123",
    ),
    detect=detect,
    codes=frozenset({-1100, -4015}),
)
