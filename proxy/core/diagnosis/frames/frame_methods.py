"""The method of a WebSocket frame in the table: whose it is, and what it takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from proxy.core.catalogue.parameters import Parameter
from proxy.core.catalogue.websocket_methods import Method, methods_of
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest

_MARGIN: Final = "margin"
_FAMILIES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ws-fapi": frozenset({"fapi"}),
        "ws-dapi": frozenset({"dapi"}),
        "ws-api": frozenset({"spot", _MARGIN}),
    }
)
"""Which families a host serves, by the first part of its name or of its path."""


def served_families(request: ParsedRequest) -> frozenset[str]:
    """The families that the host of a frame serves; all where the frame was given without its host."""
    first, path = request.host.partition(".")[0], request.path_text.strip("/").partition("/")[0]
    for name, families in _FAMILIES.items():
        if (first if request.host else path if path != "ws-api" else "") in (name, f"testnet-{name}"):
            return families
    return frozenset().union(*_FAMILIES.values())


def methods_meant(request: ParsedRequest) -> tuple[Method, ...]:
    """What the method of the frame may be, on the host that it goes to."""
    if request.frame is None:
        return ()
    families = served_families(request)
    return tuple(one for one in methods_of(request.frame.method) if one.family in families)


def takes_in_frame(request: ParsedRequest) -> Mapping[str, Parameter]:
    """What the method takes, by name. Where several families have it: what any takes, as needed what all need."""
    methods = methods_meant(request)
    if not methods or not all(one.parameters for one in methods):
        return {}
    found: dict[str, Parameter] = {}
    for method in methods:
        for name, parameter in method.parameters.items():
            found.setdefault(name, parameter)
    return {name: _common(one, methods) for name, one in found.items()}


def _common(one: Parameter, methods: tuple[Method, ...]) -> Parameter:
    """As strict as every family is: a bound or a list of words that one of them lacks is none."""
    others = [method.parameters.get(one.name) for method in methods]
    same = [other for other in others if other is not None]
    if len(methods) == 1:
        return one
    return replace(
        one,
        required="yes" if all(other is not None and other.required == "yes" for other in others) else "no",
        values=one.values if all(other.values == one.values for other in same) else (),
        least=one.least if all(other.least == one.least for other in same) else "",
        most=one.most if all(other.most == one.most for other in same) else "",
        type=one.type if all(other.type == one.type for other in same) else "STRING",
    )
