"""Lines of `limits:` that are legal and mostly mean something else: they leave a way around, or narrow nothing.

Warnings, not errors: each may be meant. Lines that could never bite are errors (limit_checks.py).
"""

from collections.abc import Iterable, Iterator
from itertools import combinations

from proxy.config.derived import catalogue_of, policies
from proxy.config.problems import dotted
from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.retired import retirement_of
from proxy.core.guard.limits import Line, bounds_of
from proxy.core.guard.limits.line import LISTS
from proxy.core.guard.permit import PROFILES, Policy
from proxy.core.settings import Settings


def doubtful_limits(settings: Settings) -> Iterator[str]:
    """Warnings for the lines of each policy. For settings that passed every check."""
    catalogue = catalogue_of(settings)
    writes = [one for one in catalogue if one.mutates and retirement_of(one, settings.environment) is None]
    for path, written in policies(settings):
        policy = Policy.of(written, dotted(path))
        if policy.limits:
            yield from _left_open(policy, writes)
            yield from _alternatives(policy.limits, catalogue)
            yield from _without_use(policy, catalogue)


def unlimited(profile: str, policy: Policy, endpoints: Iterable[Endpoint]) -> Iterator[Endpoint]:
    """Those of a profile that no line of the policy names."""
    for one in endpoints:
        if operation_of(one) in PROFILES[profile] and not any(line.names(one) for line in policy.limits):
            yield one


def _left_open(policy: Policy, writes: Iterable[Endpoint]) -> Iterator[str]:
    """Profiles of which lines name some operations, and not all that move funds."""
    for profile in policy.named:
        own = {one.name: one for one in writes if operation_of(one) in PROFILES[profile] and _binds(one)}
        if not any(line.endpoint in own for line in policy.limits):
            continue
        open_ones = sorted(one.name for one in unlimited(profile, policy, own.values()))
        if open_ones:
            yield (
                f"{policy.place}.limits leave {len(open_ones)} operations of profile {profile} without a limit, "
                f"for example {open_ones[0]}; a line on the profile covers them"
            )


def _binds(endpoint: Endpoint) -> bool:
    """Whether it moves funds, or sets a C2C advert, which binds its owner all the same."""
    return endpoint.moves_funds or "/ads/" in endpoint.path


def _alternatives(lines: Iterable[Line], catalogue: Catalogue) -> Iterator[str]:
    """Pairs of lines that look as if both had to hold.

    A line of its own amounts beside one for other symbols is what lines are for. One without any amount, and one that
    lets through all that another does and bounds it less, are mostly halves of one.
    """
    for first, second in combinations(lines, 2):
        if not _meet(first, second, catalogue):
            continue
        halves = (
            bool(first.measures) != bool(second.measures) or _covers(first, second) or _covers(second, first)
        )
        says = [*_not_held(first, second), *_not_held(second, first)]
        if halves and says:
            yield (
                "; ".join(says) + ": lines are alternatives, so write bounds that must all hold into one line"
            )


def _covers(wide: Line, narrow: Line) -> bool:
    """Whether whatever the lists of one line let through, those of the other do, and it bounds less."""
    lists = all(
        not allowed or (narrow.lists[name] and narrow.lists[name] <= allowed)
        for name, allowed in wide.lists.items()
    )
    return lists and not set(bounds_of(narrow)) - set(LISTS) <= set(bounds_of(wide))


def _not_held(line: Line, other: Line) -> Iterator[str]:
    lacks = [name for name in bounds_of(other) if name not in bounds_of(line)]
    if lacks:
        yield f"what fits {line.place} is not held to {' and '.join(lacks)} of {other.place}"


def _meet(first: Line, second: Line, catalogue: Catalogue) -> bool:
    """Whether one request that moves or binds something could fit both."""
    shared = ((first.lists[name], second.lists[name]) for name in first.lists)
    if any(one and other and one.isdisjoint(other) for one, other in shared):
        return False
    if first.endpoint == second.endpoint:
        return True
    wide, narrow = (first, second) if first.names_profile else (second, first)
    endpoint = _endpoint_of(narrow, catalogue)
    return endpoint is not None and _binds(endpoint) and wide.names(endpoint)


def _endpoint_of(line: Line, catalogue: Catalogue) -> Endpoint | None:
    """The one endpoint that a line names; None for a profile."""
    method, _, path = line.endpoint.partition(" ")
    return catalogue.find(method, path) if path else None


def _without_use(policy: Policy, catalogue: Catalogue) -> Iterator[str]:
    """Lines for what the policy does not let through. `read_only` may be taken back, and does not count."""
    for line in policy.limits:
        endpoint = _endpoint_of(line, catalogue)
        if endpoint is not None:
            if not _allows(policy, endpoint):
                yield (
                    f"{line.place} names {endpoint.name}, which neither a profile nor an allow line of "
                    f"{policy.place} lets through: a limit allows nothing"
                )
            continue
        named = [one for one in catalogue if one.mutates and line.names(one) and _allows(policy, one)]
        if not named:
            yield (
                f"{line.place} names profile {line.endpoint}, which is not among {policy.place}.profiles: "
                "a limit allows nothing"
            )
        elif line.measures and all(operation_of(one) is Operation.CANCELS for one in named):
            yield (
                f"{line.place} names profile {line.endpoint}, which is not among {policy.place}.profiles: "
                "it narrows the cancels of its orders alone"
            )


def _allows(policy: Policy, endpoint: Endpoint) -> bool:
    return endpoint.name in policy.allowed or operation_of(endpoint) in policy.operations
