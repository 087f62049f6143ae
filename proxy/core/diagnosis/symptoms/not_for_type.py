"""A parameter was sent that this order type does not take: price on a MARKET order."""

from proxy.core.catalogue.order_rules import order_rule
from proxy.core.diagnosis.refusals.described import how_sure, sent
from proxy.core.diagnosis.symptoms.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    ParsedRequest,
    RuleText,
    Sighting,
    Symptom,
)

_CODES = frozenset[int | str]({-1106, -1114, -1128, -1104})


def detect(request: ParsedRequest) -> Sighting | None:
    kind = request.param("type")
    rule = (
        order_rule(request.method, request.path_text, kind.value) if kind and not request.websocket else None
    )
    if rule is None or kind is None:
        return None
    wrong = [
        one for one in sent(request) if one.name in rule.forbidden and one.value.lower() not in ("", "false")
    ]
    for one in wrong:
        strength = how_sure(request, _CODES, one.name)
        if strength is None:
            continue
        if strength is PROVEN and not _says_so(request, one.name):
            strength = LIKELY
        if request.answer is None and rule.basis != "documented":
            strength = POSSIBLE  # too much may be ignored instead of refused
        return Sighting(
            strength,
            (("parameter", one.name), ("type", rule.order_type)),
            says=f"The parameter {one.name} is not allowed with type={rule.order_type}.",
            remedy=f"Leave {one.name} out, or choose the order type that takes it.",
        )
    return None


def _says_so(request: ParsedRequest, name: str) -> bool:
    return request.answer is not None and (f"'{name}'" in request.answer.message or request.answered(-1114))


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-not-required",
        says="A parameter was sent that this combination does not allow.",
        why="timeInForce or price on a MARKET order, startTime together with fromId.",
        see="The answer names the parameter.",
        remedy="Leave the parameter out: this order type does not take it.",
        example="type=MARKET&quantity=1   # without price and timeInForce",
    ),
    detect=detect,
    codes=_CODES,
)
