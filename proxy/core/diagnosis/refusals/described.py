"""A request held against the table of parameters: what its endpoint takes, and how sure a difference is.

The table ages, and lists in it are not complete, so a difference alone is never a proof: the exchange's answer has to
speak of it too. Read only for requests that were refused or were not answered yet.
"""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from proxy.core.catalogue.parameters import Parameter, parameters_of
from proxy.core.diagnosis.examination.parsed_request import Param, ParsedRequest
from proxy.core.diagnosis.frames.frame_methods import takes_in_frame
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.findings import Strength

COMMON: Final = frozenset({"timestamp", "recvWindow", "signature", "apiKey"})
"""What every signed request has: rules of their own judge it."""

_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE"})
_PARAMETER_CODES: Final = range(-1136, -1099)
_VAGUE: Final = frozenset({-1000, -9000, -31002, "-31002", "ILLEGAL_PARAMETERS", "000002", -3000, -1013})
"""Codes behind which a wrong parameter may hide."""


def takes(request: ParsedRequest) -> Mapping[str, Parameter]:
    """What the endpoint takes, by name; empty where the table does not tell. A call of version 1 of spot is
    read as the one of version 3 that took its place. Of a frame its method is looked up."""
    if request.websocket:
        return takes_in_frame(request)
    if request.method not in _METHODS:
        return {}
    found = parameters_of(request.method, _lined(request.path_text))
    if not found and request.path_text.startswith("/api/v1/"):
        found = parameters_of(request.method, "/api/v3/" + _lined(request.path_text[8:]))
    return found


def _lined(path: str) -> str:
    """A path that can stand in the table at all."""
    return path if path.isascii() and "," not in path and "\n" not in path else ""


def own_names(found: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Documented names without those that every signed request has; members of lists and objects are not names."""
    return tuple(name for name in found if name not in COMMON and "." not in name and "[" not in name)


def tops(found: Mapping[str, Parameter]) -> frozenset[str]:
    """All that may stand at the top: `batchOrders[].price` means that `batchOrders` may."""
    return frozenset(name.partition(".")[0].partition("[")[0] for name in found)


def sent(request: ParsedRequest) -> tuple[Param, ...]:
    """Query, form, and the plain fields of a JSON body, without what every signed request has."""
    fields = (
        Param(name, _text(value), b"", b"", len(request.params) + number)
        for number, (name, value) in enumerate(request.json_fields.items())
        if isinstance(value, str | int | float | bool)
    )
    return tuple(one for one in (*request.params, *fields) if one.name not in COMMON and one.name)


def described(request: ParsedRequest) -> Iterator[tuple[Param, Parameter]]:
    """What was sent and stands in the table, each with its row."""
    table = takes(request)
    if table:  # reading the body for nothing is spared
        for one in sent(request):
            if (parameter := table.get(one.name)) is not None:
                yield one, parameter


def sent_names(request: ParsedRequest) -> frozenset[str]:
    """Every name that travelled, wherever."""
    return frozenset(one.name for one in request.params) | frozenset(request.json_fields)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def left_out(request: ParsedRequest) -> list[Parameter]:
    """What the endpoint must have by the table and was not sent, less what was sent under a misspelt name."""
    names, table = sent_names(request), takes(request)
    folded = {name.replace("_", "").partition("[")[0].lower() for name in names}
    missing = [one for one in table.values() if _is_needed(one) and one.name.lower() not in folded]
    kept = frozenset(not_misspelt(request, [one.name for one in missing]))
    return [one for one in missing if one.name in kept]


def not_misspelt(request: ParsedRequest, missing: list[str]) -> list[str]:
    """Of what was not sent (`side`, `price or stopPrice`) the names that no unknown name was probably meant for."""
    table = takes(request)
    strange = sorted(sent_names(request) - table.keys())[:20] if missing and table else []
    singly = tuple(name for names in missing for name in names.split(" or "))
    meant = {nearest(name, singly) for name in strange}
    return [names for names in missing if not meant & set(names.split(" or "))]


def _is_needed(one: Parameter) -> bool:
    return one.required == "yes" and one.name not in COMMON and not set(one.name) & {".", "["}


def how_sure(request: ParsedRequest, codes: frozenset[int | str], *names: str) -> Strength | None:
    """How sure it is that a difference about these parameters explains the answer; None where it is beside the point.

    Proven where the answer says it with one of `codes` and names no other parameter; likely without an answer, and
    where a wrong parameter may hide behind the code.
    """
    answer = request.answer
    if answer is None:
        return Strength.LIKELY
    if answer.success or answer.status in (401, 403, 418, 429) or answer.status >= 500:
        return None
    blamed = named_parameters(answer.message)
    if blamed and not blamed & set(names):
        return None
    if answer.code in codes:
        return Strength.PROVEN
    vague = answer.code in _VAGUE or (isinstance(answer.code, int) and answer.code in _PARAMETER_CODES)
    return Strength.LIKELY if vague or blamed else None


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The documented name that was most probably meant."""
    folded = {_folded(one): one for one in known}
    if _folded(name) in folded:
        return folded[_folded(name)]
    close = difflib.get_close_matches(_folded(name), folded, n=1, cutoff=0.75)
    return folded[close[0]] if close else None


def _folded(name: str) -> str:
    return name[:60].replace("_", "").replace("-", "").strip(" :\t").lower()
