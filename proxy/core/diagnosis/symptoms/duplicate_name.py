"""A parameter that may come once came twice."""

from collections import Counter

from proxy.core.diagnosis.symptoms.base import LIKELY, PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import seen_in


def detect(request: ParsedRequest) -> Sighting | None:
    if request.websocket:
        return None
    counts = Counter(param.name for param in request.params if param.name in _SINGLE)
    twice = [param for param in request.params if counts[param.name] > 1]
    return Sighting(PROVEN if request.answered(-1101) else LIKELY, seen_in(twice)) if twice else None


_SINGLE = frozenset(
    {
        "timestamp",
        "recvWindow",
        "symbol",
        "side",
        "type",
        "quantity",
        "price",
        "timeInForce",
        "orderId",
        "limit",
    }
)


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-duplicate-name",
        says="A parameter was sent twice.",
        why="The caller and the library both added it, or it stands in query and body.",
        see="The same name twice in URL and body.",
        remedy=("Send every parameter once: replace the old value instead of adding a second one."),
        example="params['recvWindow'] = 5000   # a mapping keeps one value",
    ),
    detect=detect,
    codes=frozenset({-1101, -1022}),
)
