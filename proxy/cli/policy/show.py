"""`policy show`: what is allowed, endpoint by endpoint."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.policy.options import policy_of, policy_options
from proxy.config.derived import catalogue_of
from proxy.config.limit_doubts import unlimited
from proxy.config.load import Overrides
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.operations import CANCELS, Operation, operation_of
from proxy.core.catalogue.reads import ReadGroup, Reads, read_group_of
from proxy.core.guard import Policy
from proxy.core.guard.limits import Line, bounds_of, concerned
from proxy.core.guard.permit import PROFILES


@click.command()
@click.option(
    "--all", "everything", is_flag=True, help="Every profile, not only those in use; each cancel by name."
)
@click.option(
    "--reads",
    "group",
    metavar="GROUP",
    type=click.Choice([group.value for group in ReadGroup]),
    help="Only list the endpoints of this group of reads: market, orders ...",
)
@policy_options
def show(
    *,
    client: str | None,
    config: str | None,
    clients: str | None,
    as_json: bool,
    everything: bool,
    group: str | None,
) -> None:
    """Show the policy: profiles with the endpoints that they let through, limits and what has none, cancels, reads.

    \b
      signing-proxy policy show --reads balances     # what a group of `policy.read` holds
    """
    loaded = open_settings(Overrides(config=config, clients=clients))
    catalogue = catalogue_of(loaded.settings)
    if group is not None:
        names = _read_group(ReadGroup(group), catalogue)
        if as_json:
            terminal.out_json({"group": group, "endpoints": names}, indent=2)
        else:
            terminal.out("\n".join(_told(group, names)))
        return
    policy = policy_of(loaded, client)
    profiles = {name: _endpoints(name, catalogue) for name in (PROFILES if everything else policy.named)}
    shown = {
        "policy": policy.place,
        "read_only": policy.read_only,
        "profiles": profiles,
        "cancels": sorted(CANCELS) if Operation.CANCELS in policy.operations else [],
        "read": None if policy.read is None else _reads(policy.read, catalogue),
        "allow": sorted(policy.allowed),
        "limits": [_limit(line) for line in policy.limits],
        "unlimited": _unlimited(policy, catalogue),
        "prices": "request" if policy.margin is None else "exchange",
        "price_margin": None if policy.margin is None else str(policy.margin),
        "confirm": _confirm(policy),
        "confirm_mode": policy.confirm.mode if policy.confirm else None,
        "confirm_seconds": policy.confirm.seconds if policy.confirm else None,
    }
    lines = _shown(shown, everything=everything)
    if as_json:
        terminal.out_json(shown, indent=2)
    else:
        terminal.out("\n".join(lines))


def _endpoints(profile: str, catalogue: Catalogue) -> list[str]:
    return sorted(one.name for one in catalogue if operation_of(one) in PROFILES[profile])


def _read_group(group: ReadGroup, catalogue: Catalogue) -> list[str]:
    """The endpoints of a group of reads."""
    reads = (one for one in catalogue if operation_of(one) is Operation.READ)
    return sorted(one.name for one in reads if read_group_of(one) is group)


def _told(group: str, names: list[str]) -> Iterator[str]:
    yield f"{group}: {len(names)} endpoints"
    yield from (f"  {name}" for name in names)
    if group == ReadGroup.UNLISTED:
        yield "  a GET that no table knows; so there is none to list"


def _unlimited(policy: Policy, catalogue: Catalogue) -> dict[str, list[str]]:
    """What no line of limits names: of each profile in use, and under `allow`. Nothing where there are no lines."""
    if not policy.limits:
        return {}
    found = {profile: [one.name for one in unlimited(profile, policy, catalogue)] for profile in policy.named}
    listed = {name: catalogue.find(*name.split(" ", 1)) for name in policy.allowed}
    found["allow"] = [
        name for name, one in listed.items() if one is None or not concerned(one, policy.limits)
    ]
    return {place: sorted(names) for place, names in found.items() if names}


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


def _shown(shown: dict[str, Any], *, everything: bool) -> Iterator[str]:
    yield f"{shown['policy']}" + (
        "  read-only: nothing that changes anything passes" if shown["read_only"] else ""
    )
    for name, endpoints in shown["profiles"].items():
        title = f"profile {name}: {len(endpoints)} endpoints that change something"
        yield from _list(title, endpoints, shown["unlimited"].get(name, []))
    if shown["cancels"]:
        names = "" if everything else " (--all names them)"
        yield f"cancels, in every profile but read-only: {len(shown['cancels'])} endpoints{names}"
        yield from (f"  {endpoint}" for endpoint in shown["cancels"] if everything)
    yield from _shown_reads(shown["read"])
    if shown["allow"]:
        yield from _list("allow", shown["allow"], shown["unlimited"].get("allow", []))
    yield from _shown_limits(shown)
    if shown["confirm"]:
        yield f"a person must approve ({shown['confirm_mode']}, {shown['confirm_seconds']:g} s; orders 8 s at most)"
        yield from (f"  {line}" for line in shown["confirm"])
    yield "in no profile, one allow line each: money out, keys and switches, irreversible P2P steps, other writes"


def _list(title: str, endpoints: list[str], free: list[str]) -> Iterator[str]:
    """A list in which those are marked that no line of limits names, where the policy has such lines."""
    how_many = "all" if len(free) == len(endpoints) else str(len(free))
    yield title + (f", {how_many} of them without a limit" if free else "")
    yield from (f"  {one}" + ("  (no limit)" if one in free else "") for one in endpoints)


def _shown_limits(shown: dict[str, Any]) -> Iterator[str]:
    if not shown["limits"]:
        yield "limits: none"
        return
    for line in shown["limits"]:
        yield f"limit on {line.pop('applies_to')}"
        yield from (
            f"  {name}  {', '.join(value) if isinstance(value, list) else value}"
            for name, value in line.items()
        )
    if shown["prices"] == "exchange":
        yield f"prices of limits: the request's own and the exchange's, with a margin of {shown['price_margin']}"
    else:
        yield "prices of limits: the request's own"


def _shown_reads(read: dict[str, Any] | None) -> Iterator[str]:
    if read is None:
        yield "read: everything"
        return
    yield "read: only" if read["groups"] or read["endpoints"] else "read: nothing"
    yield from (f"  {group}  {count} endpoints" for group, count in read["groups"].items())
    yield from (f"  {endpoint}" for endpoint in read["endpoints"])
