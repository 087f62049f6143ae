"""`policy test`: what would happen to a request, and by which rule."""

import re
from collections.abc import Iterator
from typing import Any, Final

import click
import msgspec

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.policy.options import environment_of, kind_of, policy_of, policy_options, words
from proxy.config.derived import catalogue_of
from proxy.config.load import Overrides
from proxy.core.catalogue import Catalogue, Endpoint, Environment
from proxy.core.errors import Refusal, RefusedError, UsageError
from proxy.core.foreign import Foreign
from proxy.core.guard import IngressPolicy, Policy, check_head, decide
from proxy.core.guard.body import label_refusal
from proxy.core.guard.confirm import needs_confirmation
from proxy.core.guard.limits import Fit, Line, concerned, judge, limit_refusal
from proxy.core.guard.once import once_step, order_number
from proxy.core.head import Head, read_head
from proxy.core.http.prepare import clean_request
from proxy.core.key_shapes import without_keys
from proxy.core.market import MarketNeed
from proxy.core.routing import Route, route as route_of
from proxy.core.signing import PreparedRequest
from proxy.gateway.written_policy import WrittenPolicy

_DENIALS: Final = ("endpoint_denied", "read_denied")
_REQUEST: Final = re.compile(r"(GET|POST|PUT|DELETE) +(/\S*)", re.IGNORECASE)
_DAY: Final = "what is left of the day is not asked here: signing-proxy policy usage"
_ONCE: Final = "it is sent once for each order and account; a repeat within 90 days is refused (already_done)"


class _Verdict(msgspec.Struct, frozen=True):
    """What the gateway would say. `depends`: what it depends on where that is not known here."""

    refusal: Refusal | None
    rule: str
    depends: str = ""
    notes: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool | None:
        return None if self.depends else self.refusal is None


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
    """Say what would happen to a request, and by which rule. Nothing is sent. Exit code 1: refused, or not known.

    REQUEST is a method and a path, with a query if limits matter: 'POST /api/v3/order?symbol=BTCUSDT&...'.
    """
    loaded = open_settings(Overrides(config=config, clients=clients))
    found = _REQUEST.fullmatch(" ".join(request).strip())
    if found is None:
        raise UsageError("the request must be a method and a path", "'POST /sapi/v1/capital/withdraw/apply'")
    target = found[2].encode("utf-8", "surrogateescape")
    method = found[1].upper()
    head = read_head(method, target, (1, 1), ((b"Host", b"localhost"),))
    policy, catalogue = policy_of(loaded, client), catalogue_of(loaded.settings)
    body = data.encode("utf-8", "surrogateescape")
    verdict = _judged(head, body, policy, catalogue, environment_of(loaded, client))
    path = found[2].partition("?")[0]
    endpoint = catalogue.find(method, path) or catalogue.unlisted(method, path)
    outcome = _outcome(f"{method} {path}", endpoint, policy, verdict, WrittenPolicy().stands_in(loaded))
    if as_json:
        terminal.out_json(outcome, indent=2)
    else:
        terminal.out("\n".join(_lines(outcome)))
    return 0 if verdict.allowed else 1


def _judged(
    head: Head, body: bytes, policy: Policy, catalogue: Catalogue, environment: Environment
) -> _Verdict:
    """The corridor's rooms in its order."""
    if refusal := check_head(head, IngressPolicy()):
        return _Verdict(refusal, refusal.message)
    try:
        route = route_of(head, catalogue, environment)
        decision = decide(route.endpoint, policy)
        if decision.refusal is not None:
            return _Verdict(decision.refusal, decision.rule)
        return _by_parameters(head, body, route, policy, decision.rule)
    except RefusedError as refused:
        return _Verdict(refused.refusal, refused.refusal.message)


def _by_parameters(head: Head, body: bytes, route: Route, policy: Policy, rule: str) -> _Verdict:
    """What the endpoint alone does not decide: limits, and the steps that are done once. Raises RefusedError."""
    endpoint = route.endpoint
    lines = concerned(endpoint, policy.limits)
    step = once_step(endpoint)
    notes = (_ONCE,) if step else ()
    if not body and b"?" not in head.target:
        asks = f"its limits ({_places(lines)}) are judged with a query or -d"
        return _Verdict(None, rule, notes=(*notes, asks) if lines else notes)
    if refusal := label_refusal(head, has_body=bool(body)):
        raise RefusedError(refusal)
    prepared = clean_request(head, body, route).prepared
    verdict = _by_limits(endpoint, prepared, lines, policy, rule) if lines else _Verdict(None, rule)
    if step and verdict.allowed:
        order_number(endpoint, prepared)
    return msgspec.structs.replace(verdict, notes=(*notes, *verdict.notes))


def _by_limits(
    endpoint: Endpoint, prepared: PreparedRequest, lines: tuple[Line, ...], policy: Policy, rule: str
) -> _Verdict:
    judged = judge(endpoint, prepared, lines, margin=policy.margin)
    if judged.fits:
        fit = min(judged.fits, key=_counts)  # where one takes nothing of a day, no count is asked
        return _Verdict(None, f"{rule}; it fits {fit.line.place}", notes=(_DAY,) if _counts(fit) else ())
    why = _surely_not(endpoint, prepared, lines, policy) if judged.missing else judged.whys[0]
    if why is not None:
        refusal = limit_refusal(why, lines)
        return _Verdict(refusal, refusal.message)
    return _Verdict(None, f"{rule}; {_places(lines)} may refuse it", depends=_unknown(judged.missing))


def _counts(fit: Fit) -> bool:
    """Whether it takes something of the day."""
    return any(fit.amounts[measure] for measure in fit.line.most_per_day)


def _surely_not(
    endpoint: Endpoint, prepared: PreparedRequest, lines: tuple[Line, ...], policy: Policy
) -> str | None:
    """Why it fits none of the lines, whatever the exchange says; None where that decides."""
    whys = []
    for line in lines:
        alone = (judge(endpoint, prepared, [part], margin=policy.margin) for part in _parts(line))
        why = next((one.whys[0] for one in alone if not one.fits and not one.missing), None)
        if why is None:
            return None
        whys.append(why)
    return whys[0]


def _parts(line: Line) -> Iterator[Line]:
    """The bounds of a line one by one, with its lists."""
    for measure, most in line.most.items():
        yield msgspec.structs.replace(line, most={measure: most}, most_per_day={})
    for measure, most in line.most_per_day.items():
        yield msgspec.structs.replace(line, most={}, most_per_day={measure: most})


def _unknown(missing: frozenset[MarketNeed]) -> str:
    what = "a price of" if any(need.kind == "book" for need in missing) else "the size of a contract at"
    return f"it depends on {what} the exchange, which this command does not ask"


def _places(lines: tuple[Line, ...]) -> str:
    return ", ".join(line.place for line in lines)


def _outcome(
    request: str, endpoint: Endpoint | None, policy: Policy, verdict: _Verdict, written: WrittenPolicy
) -> dict[str, Any]:
    refusal = verdict.refusal and written.advised(verdict.refusal, local=True)
    confirm = policy.confirm if endpoint and needs_confirmation(endpoint, policy.confirm) else None
    return {
        "request": endpoint.name if endpoint else request,
        "operation": kind_of(endpoint) if endpoint else None,
        "listed": endpoint is not None and endpoint.listed,
        "allowed": verdict.allowed,
        "refusal": refusal.token if refusal else None,
        "depends": verdict.depends or None,
        "rule": verdict.rule,
        "notes": list(verdict.notes),
        "confirm": confirm.mode if confirm else None,
        "remedy": refusal.message if refusal and refusal.token in _DENIALS else None,
    }


def _lines(outcome: dict[str, Any]) -> Iterator[str]:
    yield Foreign(without_keys(outcome["request"])).terminal()
    if outcome["operation"]:
        listed = "" if outcome["listed"] else ", not in the catalogue"
        yield f"  operation  {words(outcome['operation'])}{listed}"
    yield f"  outcome    {_said(outcome)}"
    yield f"  rule       {outcome['rule']}"
    yield from (f"  note       {note}" for note in outcome["notes"])
    if outcome["allowed"] is not False and outcome["confirm"]:
        yield f"  confirm    a person must approve it first ({outcome['confirm']})"
    if outcome["remedy"]:
        yield f"  remedy     {outcome['remedy']}"


def _said(outcome: dict[str, Any]) -> str:
    if outcome["depends"]:
        return f"unknown: {outcome['depends']}"
    return "allowed" if outcome["allowed"] else f"refused: {outcome['refusal']}"
