"""A value is none of the words that the table of parameters lists for it."""

import difflib

from proxy.core.catalogue.parameters import Parameter
from proxy.core.diagnosis.refusals.described import described, how_sure
from proxy.core.diagnosis.symptoms.base import (
    LIKELY,
    POSSIBLE,
    PROVEN,
    Param,
    ParsedRequest,
    RuleText,
    Sighting,
    Symptom,
)
from proxy.core.diagnosis.symptoms.parts import WORDS_FOR_NOTHING

_CODES = frozenset[int | str]({-1115, -1116, -1117, -1120, -1122, -1136, -1130, -1100})
_MOST_SHOWN = 8


def detect(request: ParsedRequest) -> Sighting | None:
    for one, parameter in described(request):
        if not _strange(one, parameter):
            continue
        strength = how_sure(request, _CODES, one.name)
        if strength is None:
            continue
        close = difflib.get_close_matches(one.value.upper()[:40], parameter.values, n=1, cutoff=0.75)
        if strength is not PROVEN:  # lists age
            strength = LIKELY if close else POSSIBLE
        words = ", ".join(parameter.values[:_MOST_SHOWN])
        more = " and more" if len(parameter.values) > _MOST_SHOWN else ""
        return Sighting(
            strength,
            (("parameter", one.name), *((("meant", close[0]),) if close else ())),
            says=f"The word in {one.name} is not one that this endpoint knows.",
            remedy=f"Send {one.name} as {close[0]}." if close else f"{one.name} is one of {words}{more}.",
        )
    return None


def _strange(one: Param, parameter: Parameter) -> bool:
    """Not another mistake of form: quotes, lists, empty values and placeholders have rules of their own."""
    words = {value.lower() for value in parameter.values}
    plain = one.value.replace("_", "").replace("-", "").isalnum()
    listed = parameter.type == "ENUM" and len(words) > 1
    return (
        plain
        and listed
        and one.value not in WORDS_FOR_NOTHING
        and one.value.lower() not in words | {"true", "false"}
    )


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-word-not-known",
        says="A side, order type or time in force is not one that Binance knows.",
        why="A misspelling, or a word of another product.",
        see="side, type and timeInForce of the request.",
        remedy="Send one of the words of the documentation, in capital letters.",
        example="type=STOP_LOSS_LIMIT   # spot; futures call it STOP",
    ),
    detect=detect,
    codes=_CODES,
)
