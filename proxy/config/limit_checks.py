"""Lines of `limits:` that could never bite: each is an error, because its author believes that it protects."""

import difflib
import re
from collections.abc import Iterator
from typing import Final, get_args

from proxy.config.derived import catalogue_of, policies
from proxy.config.problems import Path, Problem, dotted
from proxy.core.catalogue import Catalogue, CatalogueError, Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.parameters import UNDESCRIBED, parameters_of
from proxy.core.guard.limits import Line, bounds_of, can_bound
from proxy.core.guard.limits.line import LISTS
from proxy.core.guard.permit import Policy
from proxy.core.settings import LimitLineSettings, PermitSettings, Profile, Settings

_CLOSE: Final = 0.6
_NO_SYMBOL: Final = re.compile(r"[a-z/\s]|^$")
"""In no symbol of a market, from BTCUSDT over BTCUSD_PERP to BTC-260626-140000-C; shares are left alone."""
_SHARES: Final = "/sapi/v1/equity/"
_BOUNDS: Final = (
    "name what it bounds: symbols, coins, addresses, networks, recipients, side_effects, max_quantity, max_quote, "
    "max_contracts, or one of the last three with _per_day"
)


def limit_lines(settings: Settings) -> Iterator[Problem]:
    """One problem a line at most: the first that is found."""
    try:
        catalogue = catalogue_of(settings)
    except CatalogueError:
        return  # told by the check of `endpoints`
    for path, policy in policies(settings):
        lines = Policy.of(policy).limits
        for index, (line, written) in enumerate(zip(lines, policy.limits, strict=True)):
            where: Path = (*path, "limits", index)
            if said := _what_is_wrong(line, written, policy, catalogue):
                name, says, hint = said
                yield Problem(
                    ((*where, name),) if name else (where,),
                    f"{dotted((*where, name) if name else where)} {says}",
                    hint,
                )


def _what_is_wrong(
    line: Line, written: LimitLineSettings, policy: PermitSettings, catalogue: Catalogue
) -> tuple[str, str, str] | None:
    """The setting, what is wrong with it, and what to do."""
    for name in LISTS:
        if getattr(written, name) == ():
            return name, "is empty, and so would allow nothing or anything", "name a value, or leave it out"
    bounds = bounds_of(line)
    if not bounds:
        return "", "bounds nothing", _BOUNDS
    if _SHARES not in written.applies_to and any(map(_NO_SYMBOL.search, written.symbols or ())):
        return "symbols", "has one that no market bears", "write it as the exchange does: BTCUSDT"
    if line.names_profile:
        return _profile(line, bounds, policy, catalogue)
    if written.applies_to in get_args(Profile.__value__):
        return (
            "applies_to",
            "names a profile that allows nothing which could be limited",
            "name another profile",
        )
    method, _, path = written.applies_to.partition(" ")
    if not path:
        return None  # told by the check of its form
    endpoint = catalogue.find(method, path)
    if endpoint is None:
        close = difflib.get_close_matches(
            written.applies_to, [one.name for one in catalogue if one.mutates], 1, _CLOSE
        )
        hint = f"did you mean {close[0]}?" if close else "signing-proxy policy show --all lists what there is"
        return "applies_to", "names no endpoint that is known here", hint
    return _endpoint(endpoint, bounds, policy)


def _profile(
    line: Line, bounds: tuple[str, ...], policy: PermitSettings, catalogue: Catalogue
) -> tuple[str, str, str] | None:
    own = [one for one in catalogue if one.mutates and line.names(one)]
    for bound in bounds:
        if not any(can_bound(one, bound, prices=policy.prices == "exchange") for one in own):
            return bound, "bounds what no operation of this profile has", _instead(own, bound, policy)
    return None


def _endpoint(
    endpoint: Endpoint, bounds: tuple[str, ...], policy: PermitSettings
) -> tuple[str, str, str] | None:
    if operation_of(endpoint) is Operation.READ:
        return "applies_to", "names an operation that changes nothing, and limits hold for writes only", ""
    if endpoint.name in UNDESCRIBED or not parameters_of(endpoint.method, endpoint.path):
        hint = "take the line away, and with it what allows the endpoint"
        return (
            "applies_to",
            "names an endpoint of which nobody says what it takes: nothing of it can be limited",
            hint,
        )
    for bound in bounds:
        if not can_bound(endpoint, bound, prices=policy.prices == "exchange"):
            return bound, f"bounds what {endpoint.name} does not have", _instead([endpoint], bound, policy)
    return None


def _instead(endpoints: list[Endpoint], bound: str, policy: PermitSettings) -> str:
    """What of these endpoints can be bounded."""
    prices = policy.prices == "exchange"
    if not prices and any(can_bound(one, bound, prices=True) for one in endpoints):
        return "it would need a price: set `prices: exchange` in this policy"
    names = (*LISTS, "max_quantity", "max_quote", "max_contracts")
    found = [name for name in names if any(can_bound(one, name, prices=prices) for one in endpoints)]
    return "what can be bounded: " + ", ".join(found) if found else "nothing of it can be bounded"
