"""A parameter that the endpoint, or this order type, must have was left out."""

from proxy.core.catalogue.order_rules import OrderRule, order_rule
from proxy.core.diagnosis.frames.frame_methods import served_families
from proxy.core.diagnosis.refusals.described import COMMON, how_sure, left_out, not_misspelt, sent_names
from proxy.core.diagnosis.symptoms.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    ParsedRequest,
    RuleText,
    Sighting,
    Symptom,
)
from proxy.core.diagnosis.symptoms.parts import ORDER_PATHS, elsewhere, reads_json
from proxy.core.findings import Strength
from proxy.core.wire import BodyKind

_CODES = frozenset[int | str]({-1102, -1105, -1117, -1116, -1115})
_INSTEAD = {"price": {"pegPriceType", "priceMatch"}, "quantity": {"closePosition"}}
"""What makes another one needless."""


def detect(request: ParsedRequest) -> Sighting | None:
    if elsewhere(request):
        return None
    return _of_an_order(request) or _of_an_endpoint(request)


# -- orders: known well enough to be sure without an answer -------------------------------------------


def _of_an_order(request: ParsedRequest) -> Sighting | None:
    if not _places_order(request) or request.body_kind is BodyKind.JSON:
        return None
    sent = {param.name for param in request.params}
    if not sent - COMMON:
        return None
    names = _missing(request, sent)
    return _sighting(PROVEN, names, request) if names and not _blames_another(request, names) else None


def _places_order(request: ParsedRequest) -> bool:
    if request.method == "POST" and request.path_text in ORDER_PATHS:
        return True
    return request.frame is not None and request.frame.method == "order.place"


def _missing(request: ParsedRequest, sent: set[str]) -> list[str]:
    """What the order's type asks for. A name in other letter case or with underscores is another mistake."""
    kind = request.param("type")
    kind_name = kind.value if kind else ""
    folded = {name.replace("_", "").lower() for name in sent}
    path = _order_path(request) if request.websocket else request.path_text
    rule = order_rule("POST", path, kind_name)
    missing = [name for name in ("symbol", "side", "type") if name.lower() not in folded]
    return not_misspelt(request, [*missing, *_by_type(rule, sent, folded)] if rule else missing)


def _order_path(request: ParsedRequest) -> str:
    """The call of REST whose order types a frame's order has."""
    families = served_families(request)
    return f"/{next(iter(families))}/v1/order" if len(families) == 1 else "/api/v3/order"


def _by_type(rule: OrderRule, sent: set[str], folded: set[str]) -> list[str]:
    needed = [name for name in rule.mandatory if not sent & _INSTEAD.get(name, set())]
    missing = [name for name in needed if name.lower() not in folded]
    groups = [group for group in rule.one_of if not {name.lower() for name in group} & folded]
    return [*missing, *(" or ".join(group) for group in groups if not sent & _INSTEAD.get(group[0], set()))]


# -- everything else: by the table, which does not know all -------------------------------------------


def _of_an_endpoint(request: ParsedRequest) -> Sighting | None:
    if request.json_fields and not reads_json(request.endpoint, request):
        return None  # where nobody reads them
    names, missing = sent_names(request), left_out(request)
    if not missing:
        return None
    shown = [one.name for one in missing]
    strength = how_sure(request, _CODES, *shown)
    if strength is None or (request.answered(-1102, -1105) and not _named(request, shown)):
        return None
    if strength is not PROVEN and (not names - COMMON or any(one.note for one in missing)):
        strength = POSSIBLE
    if strength is POSSIBLE and request.answer is None:
        return None
    return _sighting(strength if strength is PROVEN or strength is POSSIBLE else LIKELY, shown, request)


def _named(request: ParsedRequest, names: list[str]) -> bool:
    message = request.answer.message if request.answer else ""
    return "'" not in message or any(f"'{name}'" in message for name in names)


def _blames_another(request: ParsedRequest, names: list[str]) -> bool:
    """Whether the answer names a parameter that is there: then the missing one is not what it speaks of."""
    return request.answered(-1102, -1105) and not _named(
        request, [n for one in names for n in one.split(" or ")]
    )


def _sighting(strength: Strength, names: list[str], request: ParsedRequest) -> Sighting:
    message = request.answer.message if request.answer else ""
    first = next((name for name in names if f"'{name}'" in message), names[0])
    kind = request.param("type")
    for_type = " for this order type" if kind and first not in ("symbol", "side", "type") else ""
    return Sighting(
        strength,
        (("missing", ", ".join(names)),),
        says=f"The parameter {first} is needed here{for_type} and was left out.",
        remedy=f"Add {', '.join(names)} before signing.",
    )


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-mandatory-missing",
        says="A parameter that this call needs was left out.",
        why=(
            "A LIMIT order needs timeInForce, price and quantity, a MARKET order quantity or quoteOrderQty; other"
            " calls have parameters of their own that must be there."
        ),
        see="-1102 names the parameter.",
        remedy="Add the missing parameter before signing.",
        example="type=LIMIT&timeInForce=GTC&quantity=1&price=60000",
    ),
    detect=detect,
    codes=_CODES,
)
