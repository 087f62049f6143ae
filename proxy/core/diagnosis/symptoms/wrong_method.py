"""The HTTP method is not one of this path, or an order was placed with the method of a query."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import other_method


def detect(request: ParsedRequest) -> Sighting | None:
    documented = other_method(request)
    return Sighting(PROVEN, (("documented", documented),)) if documented else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="host-wrong-method",
        says=(
            "The HTTP method is not the one of this endpoint, or belongs to another call on the same path."
        ),
        why=(
            "GET /order asks for an order, POST places one, DELETE cancels it; each counts the "
            "parameters of the others as surplus."
        ),
        see="-1101 or -1104 although all parameters are right.",
        remedy=(
            "Use the HTTP method of the documentation: POST places an order, DELETE cancels it, GET reads it."
        ),
        example="POST /api/v3/order to place, DELETE /api/v3/order to cancel",
    ),
    detect=detect,
    codes=frozenset({-1101, -1104, -1102, 404, 405, -1106}),
)
