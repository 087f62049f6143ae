"""An order lacks a parameter that its type must have."""

from proxy.core.diagnosis.symptoms.base import PROVEN, ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import ORDER_PATHS, elsewhere
from proxy.core.wire import BodyKind


def detect(request: ParsedRequest) -> Sighting | None:
    if not _places_order(request) or request.body_kind is BodyKind.JSON or elsewhere(request):
        return None
    sent = {param.name for param in request.params}
    if not sent - {"timestamp", "recvWindow", "apiKey"}:
        return None
    names = _missing(request, sent)
    return Sighting(PROVEN, (("missing", ", ".join(names)),)) if names else None


def _places_order(request: ParsedRequest) -> bool:
    if request.method == "POST" and request.path_text in ORDER_PATHS:
        return True
    return request.frame is not None and request.frame.method == "order.place"


def _missing(request: ParsedRequest, sent: set[str]) -> list[str]:
    """What the order's type asks for. A name in other letter case or with underscores is another mistake."""
    kind = request.param("type")
    kind_name = kind.value if kind else ""
    folded = {name.replace("_", "").lower() for name in sent}
    wanted = ("symbol", "side", "type", *_NEEDED.get(kind_name, ()))
    missing = [name for name in wanted if name.lower() not in folded]
    if kind_name == "MARKET" and not sent & {"quantity", "quoteOrderQty", "closePosition"}:
        missing.append("quantity or quoteOrderQty")
    return missing


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
