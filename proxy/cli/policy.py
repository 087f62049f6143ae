"""`policy show | test | learn`: what may be done, by which rule, and what was really needed."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import click
import msgspec

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.selection import journal_of, selection_options
from proxy.clients.store import ClientStore
from proxy.config.derived import catalogue_of
from proxy.config.load import Loaded, Overrides
from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.errors import RefusedError, UsageError
from proxy.core.guard import Ledger, Policy, decide
from proxy.core.guard.permit import PROFILES
from proxy.core.redaction import FlowRecord
from proxy.core.signing import prepare
from proxy.core.wire import body_kind
from proxy.journal import Reader, Selection

_REQUEST: Final = re.compile(r"(GET|POST|PUT|DELETE) (/\S*)")
_SYMBOL: Final = re.compile(r"[A-Z0-9]{2,30}")
_REFUSED: Final = ("endpoint_denied", "read_only", "limit_exceeded")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Show, test or learn what may be done."""


def _config(function: Any) -> Any:
    for option in (
        click.option("--client", metavar="NAME", help="The policy of this client, not the gateway's own."),
        click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml."),
        click.option("--clients", metavar="FILE", help="The file of virtual keys; default: clients_file."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object."),
    ):
        function = option(function)
    return function


@command.command()
@click.option("--all", "all_profiles", is_flag=True, help="Every profile, not only those in use.")
@_config
def show(
    *, client: str | None, config: str | None, clients: str | None, as_json: bool, all_profiles: bool
) -> None:
    """Show the policy: each profile with the endpoints that it lets through. Reading always passes."""
    loaded = open_settings(Overrides(config=config, clients=clients))
    policy = _policy_of(loaded, client)
    names = tuple(PROFILES) if all_profiles else policy.named
    profiles = {name: _endpoints(name, catalogue_of(loaded.settings)) for name in names}
    shown = {
        "policy": policy.place,
        "read_only": policy.read_only,
        "profiles": profiles,
        "allow": sorted(policy.allowed),
        "limits": [_limit(line) for line in policy.limits],
    }
    terminal.out(_json(shown) if as_json else terminal.plain("\n".join(_shown(shown))))


@command.command()
@click.argument("request", nargs=-1, required=True)
@click.option("-d", "--data", default="", help="The body, to hold it against limits as well.")
@_config
def test(
    *,
    request: tuple[str, ...],
    data: str,
    client: str | None,
    config: str | None,
    clients: str | None,
    as_json: bool,
) -> int:
    """Say what would happen to a request, and by which rule. Nothing is sent. Exit code 1: refused.

    REQUEST is a method and a path, with a query if limits matter: 'POST /api/v3/order?symbol=BTCUSDT&...'.
    """
    loaded = open_settings(Overrides(config=config, clients=clients))
    found = _REQUEST.fullmatch(" ".join(request).strip())
    if found is None:
        raise UsageError("the request must be a method and a path", "'POST /sapi/v1/capital/withdraw/apply'")
    path, _, query = found[2].partition("?")
    catalogue = catalogue_of(loaded.settings)
    endpoint = catalogue.find(found[1], path) or catalogue.unlisted(found[1], path)
    if endpoint is None:
        raise UsageError("the path begins with none of Binance's API prefixes", "for example /api/v3/order")
    outcome = _judged(endpoint, _policy_of(loaded, client), query, data)
    terminal.out(_json(outcome) if as_json else terminal.plain("\n".join(_lines(outcome))))
    return 0 if outcome["allowed"] else 1


@command.command()
@selection_options
def learn(*, loaded: Loaded, selection: Selection) -> None:
    """Propose the least policy that would have let through what the journal shows, as YAML.

    \b
      signing-proxy policy learn --since 7d --client grid-bot
    """
    catalogue = catalogue_of(loaded.settings)
    learned = _Learned()
    for entry in selection.of(Reader(journal_of(loaded)).entries()):
        if isinstance(entry.record, FlowRecord) and not entry.record.dry_run:
            learned.add(entry.record, catalogue)
    terminal.out(terminal.plain("\n".join(learned.proposal())))


def _policy_of(loaded: Loaded, client: str | None) -> Policy:
    """The gateway's policy, or the one that holds for a client."""
    settings = loaded.settings
    if client is None:
        return Policy.of(settings.policy)
    rights = settings.clients.get(client)
    if rights is None and settings.clients_file is not None:
        stored = ClientStore(settings.clients_file).read().get(client)
        rights = stored.rights if stored is not None else None
    if rights is None:
        raise UsageError("there is no client of that name", "signing-proxy clients list")
    return (
        Policy.of(rights.policy, f"clients.{client}.policy") if rights.policy else Policy.of(settings.policy)
    )


def _endpoints(profile: str, catalogue: Catalogue) -> list[str]:
    return sorted(one.name for one in catalogue if operation_of(one) in PROFILES[profile])


def _judged(endpoint: Endpoint, policy: Policy, query: str, data: str) -> dict[str, Any]:
    decision = decide(endpoint, policy)
    refusal, rule = decision.refusal, decision.rule
    if refusal is None and policy.limits:
        octets = data.encode("utf-8", "surrogateescape")
        prepared = prepare(
            query.encode("utf-8", "surrogateescape"), octets, body_kind(octets, None), signed=True
        )
        try:
            reservation = Ledger().reserve(endpoint, prepared, policy.limits, 0)
        except RefusedError as error:
            refusal, rule = error.refusal, error.refusal.message
        else:
            rule += f"; it fits {reservation.line.place}" if reservation else ""
    return {
        "request": endpoint.name,
        "operation": operation_of(endpoint).value,
        "listed": endpoint.listed,
        "allowed": refusal is None,
        "refusal": refusal.token if refusal else None,
        "rule": rule,
        "remedy": refusal.message if refusal and refusal.token == "endpoint_denied" else None,
    }


def _lines(outcome: dict[str, Any]) -> Iterator[str]:
    yield outcome["request"]
    yield f"  operation  {_words(outcome['operation'])}" + (
        "" if outcome["listed"] else ", not in the catalogue"
    )
    yield f"  outcome    {'allowed' if outcome['allowed'] else 'refused: ' + outcome['refusal']}"
    yield f"  rule       {outcome['rule']}"
    if outcome["remedy"]:
        yield f"  remedy     {outcome['remedy']}"


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


def _words(operation: str) -> str:
    return operation.replace("_", " ")


def _json(content: object) -> str:
    return msgspec.json.format(msgspec.json.encode(content)).decode()


@dataclass(slots=True)
class _Learned:
    """What a journal shows of writes: which endpoints, how often, with which symbols."""

    flows: int = 0
    used: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: dict[str, Operation] = field(default_factory=dict)
    symbols: dict[str, set[str]] = field(default_factory=dict)

    def add(self, record: FlowRecord, catalogue: Catalogue) -> None:
        endpoint = catalogue.find(record.method, record.path) or catalogue.unlisted(
            record.method, record.path
        )
        self.flows += 1
        if endpoint is None or "<" in endpoint.path:  # a path that was not fit to be shown
            return
        operation = operation_of(endpoint)
        if operation is Operation.READ:
            return
        self.groups[endpoint.name] = operation
        if record.error in _REFUSED:
            self.refused[endpoint.name, record.error] += 1
        elif record.execution != "not_sent":
            self.used[endpoint.name] += 1
            self.symbols.setdefault(endpoint.name, set()).add(_symbol(record))

    def proposal(self) -> Iterator[str]:
        yield f"# From {self.flows} requests. Reading needs no line; every endpoint below changes something."
        yield "policy:"
        yield "  profiles: [read-only]"
        yield "  allow:" if self.used else "  allow: []"
        for name, count in sorted(self.used.items()):
            yield f"    - {name}  # {_words(self.groups[name])}, {count} times"
        narrow = {name: sorted(found) for name, found in sorted(self.symbols.items()) if "" not in found}
        if narrow:
            yield "  limits:"
        for name, symbols in narrow.items():
            yield f"    - applies_to: {name}"
            yield f"      symbols: [{', '.join(symbols)}]"
        if self.refused:
            yield "# Refused, and so not allowed above:"
        for (name, error), count in sorted(self.refused.items()):
            yield f"#   {name}  # {_words(self.groups[name])}, {error} {count} times"


def _symbol(record: FlowRecord) -> str:
    """The one symbol of a request; empty where there is none, or it was not kept."""
    pairs = parse_qsl(record.came.query, keep_blank_values=True)
    pairs += parse_qsl(record.came.body, keep_blank_values=True) if record.came.body_kind == "form" else []
    found = [value for name, value in pairs if name == "symbol"]
    return found[0] if len(found) == 1 and _SYMBOL.fullmatch(found[0]) else ""
