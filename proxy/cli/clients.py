"""`clients add | list | rotate | revoke`: virtual keys. A running gateway follows within a second."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.clients.registry import doubtful_clients
from proxy.clients.store import ClientStore, NewKey, StoredClient, StoredKey
from proxy.config.checks import ACCOUNT_NAME, KEY_AS_NAME
from proxy.config.derived import catalogue_of
from proxy.config.load import Loaded, Overrides
from proxy.config.policy_checks import ALLOW_LINE, unknown_endpoint
from proxy.core.errors import ConfigError, UsageError
from proxy.core.foreign import Foreign, joined
from proxy.core.key_shapes import described, is_key_as_name
from proxy.core.settings import ClientSettings, PermitSettings, Profile, SignatureRule
from proxy.runtime.clock import LocalClock

_SPAN: Final = re.compile(r"([0-9]{1,6})(s|m|h|d)")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_FILES: Final = (
    click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists."),
    click.option("--clients", metavar="FILE", help="The file of virtual keys; default: clients_file."),
)
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


def _span(_context: click.Context, _option: click.Parameter, value: str) -> int:
    found = _SPAN.fullmatch(value)
    if value != "0" and found is None:
        raise click.BadParameter("0, or a number with s, m, h or d: 24h")
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
    return int(span.total_seconds() * 1000)


def _files(command: Any) -> Any:
    for option in reversed(_FILES):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Give each of your tools a made-up key of its own. The real key stays in the gateway.

    A tool sends its virtual key where every SDK puts the real one. Changes hold in a running gateway within a second.
    """


@command.command()
@click.argument("name")
@click.option("--account", multiple=True, metavar="NAME", help="It may use this; the first is its default.")
@click.option(
    "--profile", multiple=True, type=click.Choice(get_args(Profile.__value__)), help="Policy of its own."
)
@click.option("--allow", multiple=True, metavar="LINE", help="'METHOD /path': one more endpoint.")
@click.option(
    "--signature",
    type=click.Choice(get_args(SignatureRule.__value__)),
    help="Its own wrong signature is repaired (default), or refused.",
)
@click.option("--no-secret", is_flag=True, help="A key only: its own signature is never looked at.")
@_JSON
@_files
def add(
    *,
    name: str,
    account: tuple[str, ...],
    profile: tuple[Profile, ...],
    allow: tuple[str, ...],
    signature: SignatureRule | None,
    no_secret: bool,
    as_json: bool,
    config: str | None,
    clients: str | None,
) -> None:
    """Make a client with a virtual key. The key is shown once.

    Without --profile and --allow the policy of the gateway holds. Rights in the configuration (clients: NAME:)
    win, and limits can stand only there. A name that stands there almost like this one is told.
    """
    loaded, store = _open(config, clients)
    given = bool(account or profile or allow or signature)
    _check(name, account, allow, loaded, given=given)
    rights = ClientSettings(
        accounts=account,
        policy=PermitSettings(profiles=profile, allow=allow) if profile or allow else None,
        signature=signature or "repair",
    )
    holds = loaded.settings.clients.get(name, rights)
    if holds.signature == "require" and no_secret:
        raise UsageError("--no-secret: with `signature: require` there must be one", "leave one of them away")
    _show(name, store.add(name, rights, with_secret=not no_secret, now_ms=_now_ms()), as_json)
    for doubt in doubtful_clients(loaded.settings, store.read()):
        if name in (doubt.client, doubt.close):
            terminal.warn(doubt.says)


@command.command("list")
@_JSON
@_files
def list_(*, as_json: bool, config: str | None, clients: str | None) -> None:
    """Show all clients, their rights and the state of their keys. No key is shown."""
    loaded, store = _open(config, clients)
    stored = store.read()
    for name in loaded.settings.clients:
        stored.setdefault(name, StoredClient())
    rows = [_row(name, client, loaded, _now_ms()) for name, client in stored.items()]
    if as_json:
        terminal.out_json(rows, indent=2)
        return
    for row in rows:
        terminal.out("\n".join(_lines(row)))
    if not rows:
        terminal.say("no client; signing-proxy clients add NAME makes one")


@command.command()
@click.argument("name")
@click.option(
    "--overlap",
    default="24h",
    metavar="SPAN",
    callback=_span,
    help="The old key holds so long; 0: not at all.",
)
@_JSON
@_files
def rotate(*, name: str, overlap: int, as_json: bool, config: str | None, clients: str | None) -> None:
    """Make a new key beside the old one, which ends after the overlap (24h)."""
    _, store = _open(config, clients)
    _show(name, store.rotate(name, overlap_ms=overlap, now_ms=_now_ms()), as_json)


@command.command()
@click.argument("name")
@_files
def revoke(*, name: str, config: str | None, clients: str | None) -> None:
    """Take a client's keys: its next request is refused."""
    _, store = _open(config, clients)
    store.revoke(name, now_ms=_now_ms())
    terminal.say(f"revoked: {name}")


def _open(config: str | None, clients: str | None) -> tuple[Loaded, ClientStore]:
    loaded = open_settings(Overrides(config=config, clients=clients))
    if loaded.settings.clients_file is None:
        raise ConfigError(
            "there is no file for virtual keys: clients_file is not set",
            "write `clients_file: clients.json` into config.yaml, or use --clients FILE here and with `run`",
        )
    return loaded, ClientStore(loaded.settings.clients_file)


def _check(
    name: str, accounts: tuple[str, ...], allow: tuple[str, ...], loaded: Loaded, *, given: bool
) -> None:
    if not ACCOUNT_NAME.fullmatch(name):
        raise UsageError("the name must be letters, digits, dot, dash or underscore, at most 64")
    if is_key_as_name(name):
        raise UsageError(f"this is no name for a client: {described(name)}", KEY_AS_NAME)
    if given and name in loaded.settings.clients:
        raise UsageError(
            f"the rights of {name} stand in the configuration (clients.{name})", "leave the options away"
        )
    known = tuple(loaded.settings.accounts) or ("default",)
    if any(account not in known for account in accounts):
        raise UsageError("--account names no account", f"known: {', '.join(known)}")
    if not all(ALLOW_LINE.fullmatch(line) for line in allow):
        raise UsageError("--allow must be a method and a path", "'POST /sapi/v1/asset/transfer'")
    catalogue = catalogue_of(loaded.settings)
    for says in filter(None, (unknown_endpoint(line, catalogue) for line in allow)):
        raise UsageError(
            f"--allow {says}", "one that Binance has added is described under `endpoints:` first"
        )


def _show(name: str, new: NewKey, as_json: bool) -> None:
    """The one time that the key is seen."""
    secret = new.api_secret.reveal().decode() if new.api_secret is not None else None
    if as_json:
        terminal.out_json({"client": name, "api_key": new.api_key, "api_secret": secret})
    else:
        terminal.out(f"api key     {new.api_key}")
        terminal.out(f"api secret  {secret or 'any word: it is not looked at'}")
    terminal.say(f"client {name}: put these into its configuration now, they are never shown again")


def _row(name: str, client: StoredClient, loaded: Loaded, now_ms: int) -> dict[str, Any]:
    configured = loaded.settings.clients.get(name)
    rights = configured or client.rights
    policy = rights.policy
    keys = [_key(key) for key in client.keys if not key.expired(now_ms)]
    return {
        "client": name,
        "state": "active" if keys else "revoked" if client.revoked_ms is not None else "no key",
        "accounts": list(rights.accounts) or ["the default one"],
        "profiles": list(policy.profiles) if policy else None,
        "allow": list(policy.allow) if policy else [],
        "limits": len(policy.limits) if policy else 0,
        "signature": rights.signature,
        "rights_from": "configuration" if configured else "clients_file",
        "keys": keys,
    }


def _key(key: StoredKey) -> dict[str, Any]:
    return {
        "fingerprint": key.fingerprint,
        "secret": bool(key.secret),
        "created": _time(key.created_ms),
        "expires": _time(key.expires_ms),
    }


def _lines(row: dict[str, Any]) -> Iterator[str]:
    yield f"{Foreign(row['client']).terminal()}  {row['state']}"
    profiles = "the gateway's" if row["profiles"] is None else ", ".join(row["profiles"]) or "none"
    yield f"  accounts   {joined(*row['accounts'], between=', ').terminal()}"
    yield f"  policy     {profiles}" + "".join(f"; {Foreign(line).terminal()}" for line in row["allow"])
    yield f"  signature  {row['signature']}"
    for key in row["keys"]:
        kind = "key and secret" if key["secret"] else "key only"
        ends = f", ends {key['expires']}" if key["expires"] else ""
        yield f"  key        {Foreign(key['fingerprint']).terminal()}  {kind}, made {key['created']}{ends}"


def _time(unix_ms: int | None) -> str | None:
    if unix_ms is None:
        return None
    return datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="seconds")[:-6] + "Z"


def _now_ms() -> int:
    return LocalClock().unix_ms()
