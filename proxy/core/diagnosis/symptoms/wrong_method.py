"""The HTTP method is not one of this path, or an order was placed with the method of a query."""

from proxy.core.catalogue import Catalogue
from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import ORDER_PATHS


def detect(request: ParsedRequest) -> Sighting | None:
    if request.websocket or request.method == "OPTIONS":
        return None
    methods = Catalogue.builtin().methods_for(request.path_text)
    if methods and request.method not in methods:
        return Sighting(PROVEN, (("documented", ", ".join(methods)),))
    placing = request.param("side") is not None and request.param("type") is not None
    if request.method in ("GET", "DELETE") and request.path_text in ORDER_PATHS and placing:
        return Sighting(PROVEN, (("documented", "POST to place an order"),))
    return None


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
        remedy="Use the documented method.",
        example="POST /api/v3/order to place, DELETE /api/v3/order to cancel",
    ),
    detect=detect,
    codes=frozenset({-1101, -1104, -1102, 404, 405, -1106}),
)
