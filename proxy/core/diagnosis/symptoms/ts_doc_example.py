"""The timestamp is one that an example of Binance's documentation shows."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import DOCUMENTED_STAMPS


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("timestamp")
    return Sighting(PROVEN) if sent is not None and sent.value in DOCUMENTED_STAMPS else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-doc-example-timestamp",
        says="The timestamp is the one of an example in the documentation.",
        why="The example was copied as it is; its time is years ago.",
        see="timestamp=1499827319559 and the like.",
        remedy="Send the time of now, in milliseconds, not the one of the example.",
        example="params['timestamp'] = int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1021}),
)
