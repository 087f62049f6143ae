"""`policy test`: what would happen to a request, and by which rule."""

import re
from collections.abc import Iterator
from typing import Any, Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.policy.options import as_json_text, kind_of, policy_of, policy_options, words
from proxy.config.derived import catalogue_of
from proxy.config.load import Overrides
from proxy.core.catalogue import Endpoint
from proxy.core.errors import UsageError
from proxy.core.guard import Policy, decide
from proxy.core.guard.confirm import needs_confirmation
from proxy.core.guard.limits import concerned, judge, limit_refusal
from proxy.core.signing import prepare
from proxy.core.wire import body_kind

_DENIALS: Final = ("endpoint_denied", "read_denied")
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
        lines = concerned(endpoint, policy.limits)
        judged = judge(endpoint, prepared, lines, margin=policy.margin)
        if judged.fits:
            rule += f"; it fits {judged.fits[0].line.place}"
        elif lines:
            refusal = limit_refusal(judged.whys[0], lines)
            asks = (
                "; the gateway would ask the exchange, which this command does not" if judged.missing else ""
            )
            rule = refusal.message + asks
    return {
        "request": endpoint.name,
        "operation": kind_of(endpoint),
        "listed": endpoint.listed,
        "allowed": refusal is None,
        "refusal": refusal.token if refusal else None,
        "rule": rule,
        "confirm": policy.confirm.mode
        if policy.confirm and needs_confirmation(endpoint, policy.confirm)
        else None,
        "remedy": refusal.message if refusal and refusal.token in _DENIALS else None,
    }


def _lines(outcome: dict[str, Any]) -> Iterator[str]:
    yield outcome["request"]
    yield f"  operation  {words(outcome['operation'])}" + (
        "" if outcome["listed"] else ", not in the catalogue"
    )
    yield f"  outcome    {'allowed' if outcome['allowed'] else 'refused: ' + outcome['refusal']}"
    yield f"  rule       {outcome['rule']}"
    if outcome["allowed"] and outcome["confirm"]:
        yield f"  confirm    a person must approve it first ({outcome['confirm']})"
    if outcome["remedy"]:
        yield f"  remedy     {outcome['remedy']}"
