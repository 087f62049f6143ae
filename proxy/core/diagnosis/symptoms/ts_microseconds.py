"""The timestamp is in microseconds, on a product other than spot."""

from proxy.core.diagnosis.symptoms.base import LIKELY, ParsedRequest, RuleText, Sighting, Symptom


def detect(request: ParsedRequest) -> Sighting | None:
    sent = request.param("timestamp")
    micro = sent is not None and len(sent.value) == 16 and sent.value.isdigit()
    if (
        not micro
        or request.websocket
        or request.path.startswith(b"/api/")
        or not request.answered(-1021, -1100)
    ):
        return None
    return Sighting(LIKELY)


SYMPTOM = Symptom(
    about=RuleText(
        rule="ts-microseconds-not-spot",
        says="The timestamp is in microseconds, which only spot understands.",
        why=(
            "Spot tells the unit by the size of the number; futures and wallet services expect milliseconds."
        ),
        see="The timestamp has 16 digits and the path does not begin with /api.",
        remedy="Send milliseconds: 13 digits.",
        example="int(time.time() * 1000)",
    ),
    detect=detect,
    codes=frozenset({-1021, -1100}),
)
