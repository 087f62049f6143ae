"""`policy show`: what is allowed, endpoint by endpoint."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.policy.options import as_json_text, policy_of, policy_options
from proxy.config.derived import catalogue_of
from proxy.config.load import Overrides
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.operations import CANCELS, Operation, operation_of
from proxy.core.catalogue.reads import Reads, read_group_of
from proxy.core.guard import Policy
from proxy.core.guard.limits import Line, bounds_of
from proxy.core.guard.permit import PROFILES


@click.command()
@click.option("--all", "all_profiles", is_flag=True, help="Every profile, not only those in use.")
@policy_options
def show(
    *, client: str | None, config: str | None, clients: str | None, as_json: bool, all_profiles: bool
) -> None:
    """Show the policy: each profile with the endpoints that it lets through, cancels, and the reads it names."""
    loaded = open_settings(Overrides(config=config, clients=clients))
    policy = policy_of(loaded, client)
    names = tuple(PROFILES) if all_profiles else policy.named
    profiles = {name: _endpoints(name, catalogue_of(loaded.settings)) for name in names}
    shown = {
        "policy": policy.place,
        "read_only": policy.read_only,
        "profiles": profiles,
        "cancels": sorted(CANCELS) if Operation.CANCELS in policy.operations else [],
        "read": None if policy.read is None else _reads(policy.read, catalogue_of(loaded.settings)),
        "allow": sorted(policy.allowed),
        "limits": [_limit(line) for line in policy.limits],
        "confirm": _confirm(policy),
    }
    terminal.out(as_json_text(shown) if as_json else terminal.plain("\n".join(_shown(shown))))


def _endpoints(profile: str, catalogue: Catalogue) -> list[str]:
    return sorted(one.name for one in catalogue if operation_of(one) in PROFILES[profile])


def _reads(read: Reads, catalogue: Catalogue) -> dict[str, Any]:
    """What `read` names, and of each group how many endpoints."""
    groups = Counter(read_group_of(one).value for one in catalogue if operation_of(one) is Operation.READ)
    return {
        "groups": {group.value: groups[group.value] for group in sorted(read.groups)},
        "endpoints": sorted({*read.endpoints, *(f"{below}*" for below in read.below)}),
    }


def _limit(line: Line) -> dict[str, Any]:
    """A line of limits as it was written, without what it leaves open."""
    return {"applies_to": line.endpoint} | {name: line.bound(name) for name in bounds_of(line)}


def _confirm(policy: Policy) -> list[str]:
    """What a person must approve, as it was written."""
    rule = policy.confirm
    return sorted([*rule.operations, *rule.endpoints]) if rule is not None else []


def _shown(shown: dict[str, Any]) -> Iterator[str]:
    yield f"{shown['policy']}" + (
        "  read-only: nothing that changes anything passes" if shown["read_only"] else ""
    )
    for name, endpoints in shown["profiles"].items():
        yield f"profile {name}: {len(endpoints)} endpoints that change something"
        yield from (f"  {endpoint}" for endpoint in endpoints)
    if shown["cancels"]:
        yield f"cancels, in every profile but read-only: {len(shown['cancels'])} endpoints"
        yield from (f"  {endpoint}" for endpoint in shown["cancels"])
    yield from _shown_reads(shown["read"])
    if shown["allow"]:
        yield "allow"
        yield from (f"  {line}" for line in shown["allow"])
    for line in shown["limits"]:
        yield f"limit on {line.pop('applies_to')}"
        yield from (
            f"  {name}  {', '.join(value) if isinstance(value, list) else value}"
            for name, value in line.items()
        )
    if shown["confirm"]:
        yield "a person must approve"
        yield from (f"  {line}" for line in shown["confirm"])
    yield "in no profile, one allow line each: money out, keys and switches, irreversible P2P steps, other writes"


def _shown_reads(read: dict[str, Any] | None) -> Iterator[str]:
    if read is None:
        yield "read: everything"
        return
    yield "read: only" if read["groups"] or read["endpoints"] else "read: nothing"
    yield from (f"  {group}  {count} endpoints" for group, count in read["groups"].items())
    yield from (f"  {endpoint}" for endpoint in read["endpoints"])
