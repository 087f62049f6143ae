"""Several values were sent in a parameter that takes one: symbol=["BTCUSDT","ETHUSDT"], orderId=1,2."""

import re

from proxy.core.catalogue.parameters import Parameter, Role
from proxy.core.diagnosis.refusals.described import described, how_sure, takes
from proxy.core.diagnosis.symptoms.base import (
    LIKELY,
    PROVEN,
    Param,
    ParsedRequest,
    RuleText,
    Sighting,
    Symptom,
)

_CODES = frozenset[int | str]({-1100, -1121, -1102, -1130})
_SINGLE = frozenset(
    {Role.SYMBOL, Role.COIN, Role.ORDER_ID, Role.SIDE, Role.ORDER_TYPE, Role.LIMIT, Role.TIME_RANGE}
)
_SEVERAL = re.compile(r'(?s)\[\s*[^\s\]].*\]|"?[A-Za-z0-9_.-]+"?(?:,\s*"?[A-Za-z0-9_.-]+"?)+')


def detect(request: ParsedRequest) -> Sighting | None:
    for one, parameter in described(request):
        if not _several(one, parameter):
            continue
        strength = how_sure(request, _CODES, one.name)
        if strength is None:
            continue
        table = takes(request)
        plural = next((name for name in (f"{one.name}s", f"{one.name}List") if name in table), None)
        return Sighting(
            PROVEN if strength is PROVEN else LIKELY,
            (("parameter", one.name),),
            says=f"A list was sent in {one.name}, which takes one value.",
            remedy=f"Send one value, or the list as JSON in {plural}."
            if plural
            else f"Send one request for each {one.name}.",
        )
    return None


def _several(one: Param, parameter: Parameter) -> bool:
    single = (
        parameter.role in _SINGLE
        and parameter.type not in ("ARRAY", "JSON")
        and not one.name.endswith(("s", "List"))
    )
    return (
        single
        and not re.search(r"list|several|comma|multiple", parameter.note)
        and _SEVERAL.fullmatch(one.value[:2000]) is not None
    )


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-list-in-scalar",
        says="A list was sent in a parameter that takes one value.",
        why="symbol takes one symbol; where several are allowed, the parameter is called symbols and holds JSON.",
        see="A bracket or a comma in the value.",
        remedy="Send one value in each request, or use the parameter for lists where there is one.",
        example='symbol=BTCUSDT   # or symbols=["BTCUSDT","ETHUSDT"], percent-encoded',
    ),
    detect=detect,
    codes=_CODES,
)
