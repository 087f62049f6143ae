"""Options that several verbs share, and the one way from them to settings and accounts."""

import difflib
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Literal, get_args

import click

from proxy.cli import terminal
from proxy.config.addresses import parse_address, socket_path
from proxy.config.environment_names import meant
from proxy.config.load import Loaded, Overrides, load_settings
from proxy.core.settings import EnvironmentName, Profile
from proxy.credentials.accounts import Accounts, load_accounts, remove_secrets
from proxy.credentials.process_hardening import shield_process

type Tell = Literal["nothing", "doubts", "all"]


def checked_address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A malformed address on the command line is a matter of usage (exit 2), not of configuration."""
    if value is not None:
        try:
            parse_address(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return value


def _place(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """The same for the gateway itself, which may also have a Unix socket."""
    try:
        if value is not None and socket_path(value) is not None:
            return value
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return checked_address(context, option, value)


class EnvironmentChoice(click.Choice[str]):
    """One of Binance's environments; what other tools call one is answered with its name here."""

    def __init__(self) -> None:
        super().__init__(get_args(EnvironmentName.__value__))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if name := meant(str(value)):
                self.fail(f"{error.message.rstrip('.')}; did you mean {name}?", param, ctx)
            raise


def _profiles(
    _context: click.Context, _option: click.Parameter, names: tuple[str, ...]
) -> tuple[str, ...] | None:
    """`--profile spot --profile merchant`, or `--profile spot,merchant`; None where it was not given."""
    given = tuple(name.strip() for text in names for name in text.split(","))
    known: tuple[str, ...] = get_args(Profile.__value__)
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name.lower(), known, n=1)
            raise click.BadParameter(
                f"must be one of {', '.join(known)}" + (f"; did you mean {close[0]}?" if close else "")
            )
    return given or None


profiles_option: Final = click.option(
    "--profile",
    multiple=True,
    metavar="NAME",
    callback=_profiles,
    help="What may be done: spot, futures, merchant ...; may be repeated. Instead of policy.profiles.",
)

_OPTIONS: Final = (
    click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists."),
    click.option(
        "--listen",
        metavar="HOST:PORT",
        callback=_place,
        help="Address of the gateway; port 0: a free one. Or unix:/path.",
    ),
    click.option(
        "--admin",
        metavar="HOST:PORT",
        callback=checked_address,
        help="Address of health, metrics, inspector.",
    ),
    click.option("--journal", metavar="DIR", help="Where the redacted record of every flow is written."),
    click.option(
        "--environment",
        type=EnvironmentChoice(),
        help="Which Binance is spoken to.",
    ),
    profiles_option,
    click.option("--clients", metavar="FILE", help="Virtual keys; with it every keyed request needs one."),
    click.option(
        "--allow-host",
        multiple=True,
        metavar="NAME",
        callback=lambda _context, _option, names: names or None,
        help="A further name that a Host header may carry; may be repeated.",
    ),
    click.option(
        "--unsafe-upstream",
        metavar="URL",
        help="For tests: send everything to this loopback URL, not to Binance. SSL_CERT_FILE names its CA.",
    ),
)


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the configuration; the command gets them as one argument, `overrides`."""

    @wraps(command)
    def gather(**arguments: Any) -> Any:
        given = {name: arguments.pop(name) for name in Overrides.__struct_fields__}
        return command(overrides=Overrides(**given), **arguments)

    for option in reversed(_OPTIONS):
        gather = option(gather)
    return gather


def open_settings(overrides: Overrides) -> Loaded:
    """Settings by flags, environment and file; warnings are told. Raises ConfigError."""
    loaded = load_settings(overrides, os.environ)
    for warning in loaded.warnings:
        terminal.warn(warning)
    return loaded


def close_to_others() -> None:
    """Before the first secret is read: no other process looks into this one."""
    shield_process()


def open_accounts(loaded: Loaded, *, keyless: bool = False, tell: Tell = "doubts") -> Accounts:
    """The keys, read by a process that is shielded first and forgets the variables after; `keyless`: secrets without
    their API key too. Raises ConfigError.

    `tell`: what is odd about them; all, with advice on where to keep secrets, which is for who sets the gateway
    up and not for every call; or nothing.
    """
    close_to_others()
    accounts = load_accounts(loaded.settings, os.environ, keyless=keyless)
    remove_secrets(loaded.settings, os.environ)
    told = {"nothing": (), "doubts": accounts.doubts, "all": accounts.warnings}
    for warning in told[tell]:
        terminal.warn(warning)
    return accounts
