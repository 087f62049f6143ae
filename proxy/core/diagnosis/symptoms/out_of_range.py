"""A number lies outside the bounds that the table of parameters gives for this endpoint."""

from decimal import Decimal, InvalidOperation

from proxy.core.catalogue.parameters import Parameter
from proxy.core.diagnosis.refusals.described import described, how_sure
from proxy.core.diagnosis.symptoms.base import ParsedRequest, RuleText, Sighting, Symptom

_CODES = frozenset[int | str]({-1130, -1100, -1102, -1013, -1131, -1135, -4028, -4003})


def detect(request: ParsedRequest) -> Sighting | None:
    for one, parameter in described(request):
        if "character" in parameter.note:
            continue
        bound = broken_bound(one.value, parameter)
        strength = how_sure(request, _CODES, one.name) if bound else None
        if bound and strength is not None:
            return Sighting(
                strength,
                (("parameter", one.name), ("allowed", bound)),
                says=f"The number in {one.name} is out of range: this endpoint takes {bound}.",
                remedy=f"Send {one.name} as a number that is {bound}.",
            )
    return None


def broken_bound(value: str, parameter: Parameter) -> str | None:
    """The bound that the value breaks, in words; None where it keeps them, or is no number."""
    number, least, most = _number(value), _number(parameter.least), _number(parameter.most)
    if number is None:
        return None
    if most is not None and number > most:
        return f"at most {parameter.most}"
    if least is None or number > least:
        return None
    if "more than 0" in parameter.note and least == 0 == number:
        return "more than 0"
    return f"at least {parameter.least}" if number < least else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text) if text and len(text) <= 40 and "_" not in text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-out-of-range",
        says="A number is larger or smaller than this endpoint takes.",
        why="Each endpoint has bounds of its own: limit goes up to 5000 for the depth, and up to 1000 for klines.",
        see="-1130 or -1100 names the parameter; the documentation of the endpoint gives the bound.",
        remedy="Send a number within the documented bounds, and ask for more in pages.",
        example="limit=1000   # then the next page with startTime or fromId",
    ),
    detect=detect,
    codes=_CODES,
)
