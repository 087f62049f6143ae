"""`catalogue --endpoint`: all that the table knows of one endpoint."""

import difflib
import re
from collections.abc import Iterator
from typing import Any, Final

from proxy.cli.policy.options import kind_of, words
from proxy.core.catalogue import Catalogue, Endpoint, Needs
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.parameters import UNDESCRIBED, Parameter, parameters_of
from proxy.core.catalogue.weights import documented_weight
from proxy.core.errors import UsageError
from proxy.core.guard.limits import Measure, can_bound
from proxy.core.guard.limits.line import LISTS
from proxy.core.guard.permit import PROFILES

_NAME: Final = re.compile(r"(GET|POST|PUT|DELETE) (/[^\s?]*)(\?\S*)?")
_NEEDS: Final = {Needs.NONE: "nothing", Needs.KEY: "the key", Needs.SIGNED: "key, timestamp and signature"}
_BOUNDS: Final = (*LISTS, *(f"max_{measure.value}" for measure in Measure))


def _near(endpoint: Endpoint, catalogue: Catalogue) -> list[str]:
    """The listed endpoint that was perhaps meant."""
    return difflib.get_close_matches(endpoint.name, [one.name for one in catalogue], n=1, cutoff=0.8)


def about(text: str, catalogue: Catalogue) -> dict[str, Any]:
    """What is known of `METHOD /path`, as data. Raises UsageError where it is none, or has no prefix of Binance."""
    found = _NAME.fullmatch(text.strip())
    if found is None:
        raise UsageError("the endpoint must be a method and a path", "--endpoint 'POST /api/v3/order'")
    method, path = found[1], found[2]
    endpoint = catalogue.find(method, path) or catalogue.unlisted(method, path)
    if endpoint is None:
        raise UsageError("the path begins with none of Binance's API prefixes", "for example /api/v3/order")
    operation = operation_of(endpoint)
    return {
        "endpoint": endpoint.name,
        "listed": endpoint.listed,
        "other_methods": [one for one in catalogue.methods_for(path) if one != method],
        "resembles": endpoint.resembles,
        "near": [] if endpoint.listed else _near(endpoint, catalogue),
        "family": endpoint.family,
        "status": endpoint.status,
        "hosts": list(endpoint.hosts),
        "needs": endpoint.needs.value,
        "security": endpoint.security.value,
        "weight": _weight(endpoint),
        "weight_kind": endpoint.weight_kind,
        "operation": kind_of(endpoint),
        "profiles": [name for name, operations in PROFILES.items() if operation in operations],
        "changes_something": endpoint.mutates,
        "moves_funds": endpoint.moves_funds_kind if endpoint.moves_funds else "",
        "answer_holds": sorted(endpoint.sensitive_response),
        "limits": _limits(endpoint),
        "parameters": [_parameter(one) for one in parameters_of(method, path).values()],
        "parameters_known": _are_parameters_known(endpoint),
        "source": endpoint.source,
        "note": endpoint.note,
    }


def in_words(told: dict[str, Any]) -> Iterator[str]:
    """The same for people."""
    yield told["endpoint"]
    if not told["listed"]:
        yield "  no source knows it; what follows is assumed, so that nothing harmful passes"
        yield from (f"  did you mean {name}?" for name in told["near"])
    if told["resembles"]:
        yield f"  it is taken for {told['resembles']}, whose path it has but for details"
    if told["other_methods"]:
        yield f"  the path is also known with {', '.join(told['other_methods'])}"
    yield f"  family      {told['family']}, {words(told['status'])}{_at(told['hosts'])}"
    yield f"  needs       {_NEEDS[Needs(told['needs'])]} (Binance's label: {told['security']})"
    yield f"  weight      {told['weight']}{f', counted by {told["weight_kind"]}' if told['weight_kind'] else ''}"
    yield f"  operation   {words(told['operation'])}; {_profiles(told)}"
    yield f"  changes     {_changes(told)}"
    if told["answer_holds"]:
        yield f"  its answer  may hold: {', '.join(told['answer_holds'])}"
    if told["changes_something"]:
        yield f"  limits      {_bounds(told['limits'])}"
    yield from _parameters_in_words(told)
    yield f"  source      {told['source']}"
    if told["note"]:
        yield f"  note        {told['note']}"


def _weight(endpoint: Endpoint) -> int | str:
    """In words where it depends on the parameters."""
    if endpoint.weight == "":
        return "nobody says"
    if isinstance(endpoint.weight, int):
        return endpoint.weight
    plain = documented_weight(endpoint, b"")
    return endpoint.weight if plain is None else f"{endpoint.weight} ({plain} without parameters)"


def _limits(endpoint: Endpoint) -> list[str]:
    """The settings of a limits line that can bound it; a `max_...` also has its `..._per_day`."""
    if operation_of(endpoint) is Operation.READ:
        return []
    return [bound for bound in _BOUNDS if can_bound(endpoint, bound, prices=False)]


def _are_parameters_known(endpoint: Endpoint) -> bool:
    """Also where there are none: of a write without rows it is known that it takes nothing."""
    described = endpoint.listed and endpoint.name not in UNDESCRIBED
    return described and (endpoint.mutates or bool(parameters_of(endpoint.method, endpoint.path)))


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "place": one.place,
        "type": one.type,
        "required": one.required,
        "role": one.role.value,
        "values": list(one.values),
        "least": one.least,
        "most": one.most,
        "default": one.default,
        "note": one.note,
        "source": one.source,
    }


def _at(hosts: list[str]) -> str:
    return f", on {', '.join(hosts)}" if hosts else ""


def _profiles(told: dict[str, Any]) -> str:
    if told["operation"].startswith(f"{Operation.READ}:"):
        return "let through unless the policy's `read` leaves it out"
    if told["profiles"]:
        return f"in the profiles {', '.join(told['profiles'])}"
    return "in no profile: one allow line lets it through"


def _changes(told: dict[str, Any]) -> str:
    if not told["changes_something"]:
        return "nothing"
    return (
        f"something, and can move funds: {words(told['moves_funds'])}" if told["moves_funds"] else "something"
    )


def _bounds(limits: list[str]) -> str:
    if not limits:
        return "none can bound it"
    return f"{', '.join(limits)} (each max also per day)" if any(map(_is_most, limits)) else ", ".join(limits)


def _is_most(bound: str) -> bool:
    return bound.startswith("max_")


def _parameters_in_words(told: dict[str, Any]) -> Iterator[str]:
    rows = told["parameters"]
    if not rows:
        yield "  parameters  " + ("it takes none" if told["parameters_known"] else "no source tells them")
        return
    yield "  parameters  (name, needed, place, type, role)"
    width = max(len(one["name"]) for one in rows)
    for one in rows:
        needed = {"yes": "needed", "no": "", "conditional": "at times"}[one["required"]]
        head = f"    {one['name']:<{width}}  {needed:<8}  {one['place']:<5}  {one['type']:<8}  {one['role']}"
        yield "  ".join((head, *_details(one))).rstrip()
    if not told["parameters_known"]:
        yield "    and others, which no source tells"


def _details(one: dict[str, Any]) -> Iterator[str]:
    if one["values"]:
        yield "one of " + ", ".join(one["values"])
    if one["least"] or one["most"]:
        yield f"{one['least'] or '...'} to {one['most'] or '...'}"
    if one["default"]:
        yield f"else {one['default']}"
    if one["note"]:
        yield f"({one['note']})"
