"""`policy show`: what is allowed, endpoint by endpoint."""

from collections.abc import Iterator
from typing import Any

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.policy.options import as_json_text, policy_of, policy_options
from proxy.config.derived import catalogue_of
from proxy.config.load import Overrides
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.operations import operation_of
from proxy.core.guard.permit import PROFILES


@click.command()
@click.option("--all", "all_profiles", is_flag=True, help="Every profile, not only those in use.")
@policy_options
def show(
    *, client: str | None, config: str | None, clients: str | None, as_json: bool, all_profiles: bool
) -> None:
    """Show the policy: each profile with the endpoints that it lets through. Reading always passes."""
    loaded = open_settings(Overrides(config=config, clients=clients))
    policy = policy_of(loaded, client)
    names = tuple(PROFILES) if all_profiles else policy.named
    profiles = {name: _endpoints(name, catalogue_of(loaded.settings)) for name in names}
    shown = {
        "policy": policy.place,
        "read_only": policy.read_only,
        "profiles": profiles,
        "allow": sorted(policy.allowed),
        "limits": [_limit(line) for line in policy.limits],
    }
    terminal.out(as_json_text(shown) if as_json else terminal.plain("\n".join(_shown(shown))))


def _endpoints(profile: str, catalogue: Catalogue) -> list[str]:
    return sorted(one.name for one in catalogue if operation_of(one) in PROFILES[profile])


def _limit(line: Any) -> dict[str, Any]:
    """A line of limits as it was written, without what it leaves open."""
    parts = {
        "symbols": sorted(line.symbols),
        "coins": sorted(line.coins),
        "addresses": sorted(line.addresses),
        "max_quantity": line.quantity,
        "max_quote": line.quote,
        "max_quantity_per_day": line.quantity_per_day,
        "max_quote_per_day": line.quote_per_day,
    }
    plain = {name: value if isinstance(value, list) else str(value) for name, value in parts.items() if value}
    return {"applies_to": line.endpoint, **plain}


def _shown(shown: dict[str, Any]) -> Iterator[str]:
    yield f"{shown['policy']}" + (
        "  read-only: nothing that changes anything passes" if shown["read_only"] else ""
    )
    for name, endpoints in shown["profiles"].items():
        yield f"profile {name}: {len(endpoints)} endpoints that change something"
        yield from (f"  {endpoint}" for endpoint in endpoints)
    if shown["allow"]:
        yield "allow"
        yield from (f"  {line}" for line in shown["allow"])
    for line in shown["limits"]:
        yield f"limit on {line.pop('applies_to')}"
        yield from (
            f"  {name}  {', '.join(value) if isinstance(value, list) else value}"
            for name, value in line.items()
        )
    yield "in no profile, one allow line each: money out, keys and switches, irreversible P2P steps, other writes"
