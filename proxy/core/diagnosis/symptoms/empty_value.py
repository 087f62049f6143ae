"""A parameter was sent with nothing behind its `=`."""

from proxy.core.diagnosis.symptoms.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    ParsedRequest,
    RuleText,
    Sighting,
    Symptom,
)
from proxy.core.diagnosis.symptoms.parts import seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    empty = [
        param for param in request.params if not param.raw_value and param.raw_name not in (b"", b"timestamp")
    ]
    if not empty or request.websocket:
        return None
    if request.answered(-1022, -1105, -1102, -1100):
        return Sighting(PROVEN if request.verified or not request.answered(-1022) else LIKELY, seen_in(empty))
    return Sighting(LIKELY if request.answer is None else POSSIBLE, seen_in(empty))


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-empty-value",
        says="A parameter was sent without a value.",
        why=("An unset field was sent as 'name='. Binance drops or refuses it, often with -1022 or -1105."),
        see="A name with nothing behind its '=' in the URL.",
        remedy="Leave unset parameters out before signing.",
        example="params = {name: value for name, value in params.items() if value not in (None, '')}",
    ),
    detect=detect,
    codes=frozenset({-1022, -1105, -1102, -1100}),
)
