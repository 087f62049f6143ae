"""`sign`: a dry run without a running gateway. The same rooms as `gateway/pipeline.py`, up to the sender."""

import re
import sys
from dataclasses import dataclass
from typing import Any, Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_accounts, open_settings, settings_options
from proxy.config.derived import catalogue_of, environments_of
from proxy.config.load import Overrides
from proxy.core.catalogue import Needs
from proxy.core.errors import ConfigError, RefusedError, UsageError
from proxy.core.foreign import Foreign
from proxy.core.guard import IngressPolicy, Policy, check_head, permit
from proxy.core.guard.body import label_refusal
from proxy.core.head import Head, read_head
from proxy.core.http.dry_run import dry_run
from proxy.core.http.outgoing import outgoing_headers
from proxy.core.http.prepare import CleanRequest, clean_request
from proxy.core.http.repairs import LABEL_MENDED
from proxy.core.routing import Route, route as route_of
from proxy.core.settings import Settings
from proxy.core.signing import PreparedRequest, SignedRequest, finish, sign
from proxy.credentials.accounts import Account, Accounts
from proxy.runtime.clock import LocalClock

_REQUEST: Final = re.compile(r"(?:([A-Za-z]+)\s+)?(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What would go out, as data, and what is worth saying beside it."""

    request: dict[str, Any]
    notes: tuple[str, ...]


@click.command()
@click.argument("request", nargs=-1, required=True)
@click.option("-d", "--data", help="The body, form or JSON, exactly as your tool would send it.")
@click.option("--account", metavar="NAME", help="Sign with this account instead of the default one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@settings_options
def command(
    overrides: Overrides, request: tuple[str, ...], data: str | None, account: str | None, as_json: bool
) -> None:
    """Show what would be sent for a request, without sending it.

    REQUEST is a method and a request target: 'POST /api/v3/order?symbol=BTCUSDT'. The signed text is marked; the
    signature and the key are stars, because a fresh signature is as good as an order.
    """
    loaded = open_settings(overrides)
    accounts = open_accounts(loaded)
    head, body = _parse(" ".join(request), data)
    try:
        outcome = _walk(head, body, loaded.settings, _chosen(accounts, account))
    except RefusedError as refused:
        terminal.error(f"the gateway would refuse this: {refused.refusal.token}", refused.refusal.message)
        sys.exit(1)
    for note in outcome.notes:
        terminal.say(f"note: {note}")
    if as_json:
        terminal.out_json(outcome.request)
    else:
        terminal.out("\n".join(_lines(outcome.request)))


def _parse(request: str, data: str | None) -> tuple[Head, bytes]:
    """The request as a client would send it. A missing method is GET, or POST with a body."""
    found = _REQUEST.fullmatch(request.strip())
    if found is None or not found[2].startswith("/"):
        raise UsageError(
            "the request must be a method and a path", "signing-proxy sign 'GET /api/v3/account' (no host)"
        )
    if any(character.isspace() for character in found[2].partition("?")[0]):
        raise UsageError(
            "a path holds no blanks: parameters follow a ?, or are the body",
            "signing-proxy sign 'POST /api/v3/order?symbol=BTCUSDT', or 'POST /api/v3/order' -d 'symbol=BTCUSDT'",
        )
    method = (found[1] or ("GET" if data is None else "POST")).upper()
    body = (data or "").encode("utf-8", "surrogateescape")
    target = found[2].encode("utf-8", "surrogateescape")
    return read_head(method, target, (1, 1), ((b"Host", b"localhost"),)), body


def _chosen(accounts: Accounts, name: str | None) -> Account | None:
    if name is None:
        return accounts.default
    account = accounts.get(name)
    if account is None:
        raise UsageError(
            "--account names no account", "known: " + (", ".join(one.name for one in accounts) or "none")
        )
    return account


def _walk(head: Head, body: bytes, settings: Settings, account: Account | None) -> _Shown:
    """The corridor's rooms in its order. Raises RefusedError."""
    if refusal := check_head(head, IngressPolicy()):
        raise RefusedError(refusal)
    environment = environments_of(settings)[account.environment if account else settings.environment]
    route = route_of(head, catalogue_of(settings), environment)
    if refusal := permit(route.endpoint, Policy.of(settings.policy)) or label_refusal(
        head, has_body=bool(body)
    ):
        raise RefusedError(refusal)
    clean = clean_request(head, body, route, repair=settings.signing.repair == "on")
    signed = _signed(head, route, clean.prepared, settings, account)
    headers = outgoing_headers(
        head,
        signed,
        host=route.base.partition("://")[2],
        api_key=account.api_key if account else None,
        content_type=clean.content_type,
        client_type=settings.signing.client_type,
    )
    return _Shown(dry_run(route.base, signed, headers), tuple(_notes(route, clean, account)))


def _signed(
    head: Head, route: Route, prepared: PreparedRequest, settings: Settings, account: Account | None
) -> SignedRequest:
    if route.needs is Needs.NONE:
        return finish(head.method, head.path, prepared, route.needs)
    if account is None:
        raise ConfigError(
            f"{route.endpoint.name} needs a key and none is configured",
            "set BINANCE_API_KEY and BINANCE_API_SECRET_FILE, or configure an account",
        )
    if route.needs is Needs.KEY:
        return finish(head.method, head.path, prepared, route.needs)
    return sign(
        head.method,
        head.path,
        prepared,
        account.signing,
        timestamp_ms=LocalClock().unix_ms(),
        recv_window_ms=settings.signing.recv_window_ms,
    )


def _notes(route: Route, clean: CleanRequest, account: Account | None) -> list[str]:
    """What the person should know about what is shown."""
    notes = [
        finding.says for finding in clean.repairs if finding.rule != LABEL_MENDED
    ]  # there is no label to repair
    notes += [
        f"cut from the {cut.place}: {Foreign(cut.name).terminal()}, {cut.value_octets} octets"
        for cut in clean.prepared.cuts
    ]
    if route.needs is Needs.SIGNED and account is not None:
        notes.append(f"signed with the {account.signing.key_type.value} key of account {account.name}")
        notes.append("timestamp is this machine's time; a running gateway uses the exchange's")
    else:
        notes.append("this endpoint is not signed")
    return notes


def _lines(shown: dict[str, Any]) -> list[str]:
    """The request for people: line, headers, body, then the signed text by its two parts."""
    lines = [Foreign(f"{shown['method']} {shown['url']}").terminal()]
    lines += [Foreign(f"{name}: {value}").terminal() for name, value in shown["headers"]]
    if shown["body"]:
        lines += ["", *Foreign(shown["body"]).terminal_lines()]
    payload = shown["payload"]
    if payload is not None:
        octets = sum(len(part.encode()) for part in payload.values())
        lines += ["", f"signed text, {octets} octets: query and form body, nothing in between"]
        lines += [f"  {part:<5} {Foreign(text).terminal()}" for part, text in payload.items() if text]
    return lines
