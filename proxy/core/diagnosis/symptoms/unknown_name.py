"""A parameter name is none that this endpoint takes: misspelt, of another endpoint, or invented."""

from proxy.core.diagnosis.names import KNOWN_NAMES, known_spelling
from proxy.core.diagnosis.refusals.described import (
    COMMON,
    how_sure,
    left_out,
    nearest,
    own_names,
    sent,
    takes,
    tops,
)
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
from proxy.core.diagnosis.symptoms.parts import other_method
from proxy.core.findings import Strength

_CODES = frozenset[int | str]({-1104, -1103, -1101, -1102})


def detect(request: ParsedRequest) -> Sighting | None:
    misspelt = [param for param in request.params if _is_misspelt(param, request)]
    if misspelt:
        return _spelling(request, misspelt)
    if other_method(request) is not None:
        return None  # the names are right for the method that was meant
    table = takes(request)
    known = own_names(table)
    strange = [one for one in sent(request) if _strange(one, tops(table))] if table else []
    strange = [one for one in strange if not (request.websocket and "_" in one.name)]
    return _strangers(request, strange, known) if strange else None


def _is_misspelt(param: Param, request: ParsedRequest) -> bool:
    """Names with underscores in a frame are another rule's."""
    return known_spelling(param.name) is not None and not (request.websocket and "_" in param.name)


def _spelling(request: ParsedRequest, misspelt: list[Param]) -> Sighting:
    """Another letter case or underscores: that is seen without any table."""
    meant = ", ".join(dict.fromkeys(str(known_spelling(param.name)) for param in misspelt[:6]))
    strength = PROVEN if request.answered(-1104, -1103) or _misses(request, meant) else LIKELY
    one = misspelt[0]
    right = known_spelling(one.name)
    return Sighting(
        strength,
        (("meant", meant),),
        says=f"The parameter {one.name.strip()} is misspelt: its name is {right}.",
        remedy=f"Write {right}; names are case-sensitive.",
    )


def _misses(request: ParsedRequest, meant: str) -> bool:
    return request.answered(-1102) and request.answer is not None and f"'{meant}'" in request.answer.message


def _strange(one: Param, known: frozenset[str]) -> bool:
    """Names in brackets, and separators that were encoded, are other mistakes."""
    return one.name not in known and one.name not in COMMON and not set(one.name) & set("[]=&$ \t")


def _strangers(request: ParsedRequest, strange: list[Param], known: tuple[str, ...]) -> Sighting | None:
    one = strange[0]
    if request.answered(-1022):
        return _instead(request, one)
    present = {param.name for param in sent(request)}
    meant = nearest(one.name, tuple(name for name in known if name not in present))
    strength = _strength(request, one.name, meant)
    if strength is None:
        return None
    safe = one.name in KNOWN_NAMES or meant is not None
    name = f"The parameter {one.name}" if safe else f"Parameter number {one.index + 1}"
    others = ", ".join(other.name for other in strange[1:6] if other.name in KNOWN_NAMES)
    facts = (("parameter", one.name if safe else one.shown), *((("also", others),) if others else ()))
    hint = f": {meant} is, and was probably meant" if meant else ""
    taken = ", ".join(known[:12]) or "no parameters"
    return Sighting(
        strength,
        (*facts, *((("meant", meant),) if meant else ())),
        says=f"{name} is not one that this {_call(request)} takes{hint}.",
        remedy=f"Write {meant}." if meant else f"Leave it out. This {_call(request)} takes {taken}.",
    )


def _call(request: ParsedRequest) -> str:
    return "method" if request.websocket else "endpoint"


def _instead(request: ParsedRequest, one: Param) -> Sighting | None:
    """Some services say -1022 to a form that they cannot read. Only where the signature is right, and another name
    that the endpoint must have was not sent."""
    needed = [parameter.name for parameter in left_out(request) if not parameter.note]
    if not request.verified or not needed or one.name not in KNOWN_NAMES:
        return None
    return Sighting(
        LIKELY,
        (("parameter", one.name), ("missing", ", ".join(needed))),
        says=f"The parameter {one.name} is not one that this endpoint takes; {needed[0]} is needed and was not sent.",
        remedy=f"Send {needed[0]} instead of {one.name}.",
    )


def _strength(request: ParsedRequest, name: str, meant: str | None) -> Strength | None:
    """A name that the table lacks may be newer than the table: it is likely where another is close to it."""
    if request.answered(-1104, -1103, -1101):
        return PROVEN if not request.answered(-1101) else LIKELY
    if request.answered(-1102) and meant is not None and _misses(request, meant):
        return PROVEN
    strength = how_sure(request, frozenset(), *(one for one in (name, meant) if one))
    if strength is None or (request.answer is None and meant is None):
        return None
    return LIKELY if meant is not None else POSSIBLE


SYMPTOM = Symptom(
    about=RuleText(
        rule="param-unknown-name",
        says="A parameter name is misspelt, or unknown to this endpoint.",
        why=(
            "Names are case-sensitive camelCase: recvWindow, not recv_window; unknown ones are refused "
            "with -1104."
        ),
        see="-1104 says how many parameters were read and how many were sent.",
        remedy="Correct the name of the parameter, or leave it out.",
        example="recvWindow=5000   # not recv_window, recvwindow",
    ),
    detect=detect,
    codes=_CODES,
)
