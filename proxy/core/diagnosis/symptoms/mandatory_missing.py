"""An order lacks a parameter that its type must have."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import ORDER_PATHS, elsewhere
from proxy.core.wire import BodyKind


def detect(request: ParsedRequest) -> Sighting | None:
    ordering = request.method == "POST" and request.path_text in ORDER_PATHS
    if not (ordering or (request.frame is not None and request.frame.method == "order.place")):
        return None
    sent = {param.name for param in request.params}
    folded = {name.replace("_", "").lower() for name in sent}
    kind = request.param("type")
    wanted = ["symbol", "side", "type", *_NEEDED.get(kind.value if kind else "", ())]
    missing = [name for name in wanted if name.lower() not in folded]
    market = (
        kind is not None
        and kind.value == "MARKET"
        and not sent & {"quantity", "quoteOrderQty", "closePosition"}
    )
    if (
        request.body_kind is BodyKind.JSON
        or elsewhere(request)
        or not sent - {"timestamp", "recvWindow", "apiKey"}
    ):
        return None
    names = [*missing, *(["quantity or quoteOrderQty"] if market else [])]
    return Sighting(PROVEN, (("missing", ", ".join(names)),)) if names else None


_NEEDED = {
    "LIMIT": ("timeInForce", "price", "quantity"),
    "LIMIT_MAKER": ("price", "quantity"),
    "STOP_LOSS_LIMIT": ("timeInForce", "price", "quantity"),
    "TAKE_PROFIT_LIMIT": ("timeInForce", "price", "quantity"),
}


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-mandatory-missing",
        says="A parameter that this order type needs was left out.",
        why=(
            "A LIMIT order needs timeInForce, price and quantity, a MARKET order quantity or quoteOrderQty."
        ),
        see="-1102 names the parameter.",
        remedy="Add the missing parameter before signing.",
        example="type=LIMIT&timeInForce=GTC&quantity=1&price=60000",
    ),
    detect=detect,
    codes=frozenset({-1102, -1105}),
)
