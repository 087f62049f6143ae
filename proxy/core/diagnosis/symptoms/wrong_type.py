"""A value is of another type than the table of parameters gives: a decimal point in a whole number, a word in one."""

import re

from proxy.core.catalogue.parameters import Parameter
from proxy.core.diagnosis.refusals.described import described, how_sure
from proxy.core.diagnosis.symptoms.base import ParsedRequest, RuleText, Sighting, Symptom
from proxy.core.diagnosis.symptoms.parts import WORDS_FOR_NOTHING

_CODES = frozenset[int | str]({-1100, -1102, -1130, -1135, -1101, -1128})
_WHOLE = frozenset({"LONG", "INT"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")


def detect(request: ParsedRequest) -> Sighting | None:
    for one, parameter in described(request):
        wrong = wrong_form(one.value, parameter)
        strength = how_sure(request, _CODES, one.name) if wrong else None
        if wrong and strength is not None:
            what, instead = wrong
            return Sighting(
                strength,
                (("parameter", one.name), ("characters", len(one.value))),
                says=f"The value of {one.name} {what}.",
                remedy=f"Send {one.name} as {instead}.",
            )
    return None


def wrong_form(value: str, parameter: Parameter) -> tuple[str, str] | None:
    """What is wrong with the form, and what to send instead; None where it fits or another rule speaks of it."""
    if value == "" or value in WORDS_FOR_NOTHING or value[:1] in "[{\"'" or parameter.values or "${" in value:
        return None
    if parameter.type in _WHOLE:
        return _no_whole_number(value)
    if parameter.type == "DECIMAL" and not re.fullmatch(r"[-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?", value):
        return "is not a number", "digits and at most one point, such as 0.001"
    if parameter.type == "BOOLEAN" and value.lower() not in ("true", "false"):
        return "is neither true nor false", "true or false"
    return None


def _no_whole_number(value: str) -> tuple[str, str] | None:
    if re.fullmatch(r"[-+]?[0-9]+", value):
        return None
    whole = "a whole number, without a decimal point"
    if re.fullmatch(r"[-+]?[0-9]*\.[0-9]*", value):
        return "has a decimal point, where a whole number is expected", f"{whole}: int(value)"
    if re.fullmatch(r"[-+]?[0-9.]+[eE][-+]?[0-9]+", value):
        return "is written with an exponent, where a whole number is expected", whole
    if _DAY.fullmatch(value):
        return "is a date in words, where a whole number is expected", "milliseconds since 1970, 13 digits"
    if "," in value or " " in value.strip():
        return "holds several values, where one whole number is expected", "one whole number"
    return "is not a whole number", whole


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-wrong-type",
        says="A value is of another type than this endpoint expects.",
        why="A float went out with '.0', a date as text, a word where digits are expected.",
        see="-1100 names the parameter; its legal range shows the form.",
        remedy="Send whole numbers as digits, times as milliseconds, switches as true or false.",
        example="startTime=1795132800000   # not 1795132800000.0, not 2026-11-20",
    ),
    detect=detect,
    codes=_CODES,
)
