"""`policy test`: what would happen to a request, and by which rule."""

import re
from collections.abc import Iterator
from typing import Any, Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.policy.options import as_json_text, policy_of, policy_options, words
from proxy.config.derived import catalogue_of
from proxy.config.load import Overrides
from proxy.core.catalogue import Endpoint
from proxy.core.catalogue.operations import operation_of
from proxy.core.errors import RefusedError, UsageError
from proxy.core.guard import Ledger, Policy, decide
from proxy.core.signing import prepare
from proxy.core.wire import body_kind

_REQUEST: Final = re.compile(r"(GET|POST|PUT|DELETE) (/\S*)")


@click.command()
@click.argument("request", nargs=-1, required=True)
@click.option("-d", "--data", default="", help="The body, to hold it against limits as well.")
@policy_options
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
    outcome = _judged(endpoint, policy_of(loaded, client), query, data)
    terminal.out(as_json_text(outcome) if as_json else terminal.plain("\n".join(_lines(outcome))))
    return 0 if outcome["allowed"] else 1


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
    yield f"  operation  {words(outcome['operation'])}" + (
        "" if outcome["listed"] else ", not in the catalogue"
    )
    yield f"  outcome    {'allowed' if outcome['allowed'] else 'refused: ' + outcome['refusal']}"
    yield f"  rule       {outcome['rule']}"
    if outcome["remedy"]:
        yield f"  remedy     {outcome['remedy']}"
