"""`signing-proxy run`: start the gateway.

Only what decides whether there is anything to start is imported here. The rest, some 250 modules, follows when the
settings and the keys are known to be good.
"""

import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import click

from proxy.cli import without_collections
from proxy.cli.options import settings_options
from proxy.cli.shown import shown_options
from proxy.config.derived import speaks_tls
from proxy.config.load import Loaded, Overrides, load_settings
from proxy.core.errors import UsageError
from proxy.core.secret import Secret
from proxy.credentials.accounts import Accounts, load_accounts, remove_secrets
from proxy.credentials.process_hardening import shield_process
from proxy.runtime.lean_imports import import_lean
from proxy.upstream.tls import PreloadedTrust, empty_context

if TYPE_CHECKING:
    from proxy.gateway.reload import Configuration, Read


@click.command("run")
@settings_options
@shown_options
@click.option("--sandbox", is_flag=True, help="In front of the built-in exchange: no key, no file, no money.")
@click.option(
    "--as",
    "personalities",
    multiple=True,
    metavar="PERSONALITY",
    help="With --sandbox: what the exchange is like (the list: signing-proxy sandbox --help).",
)
def command(
    *,
    overrides: Overrides,
    sandbox: bool,
    personalities: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    in_json: bool,
) -> None:
    """Start the gateway. Then send unsigned requests to it instead of to Binance.

    On a terminal it shows a line for each request as it happens; ? tells the keys. Elsewhere the first line on
    standard output is JSON and names the addresses. q, Ctrl-C, SIGTERM or closing the terminal ends it: requests
    under way have a few seconds to finish. Without a terminal SIGHUP reads the configuration again,
    as `signing-proxy reload` does everywhere.
    """
    shown = _Shown(quiet, verbose, in_json)
    if sandbox:
        _beside_a_sandbox(overrides, personalities, shown)
        return
    if personalities:
        raise UsageError("--as is for the built-in exchange", "add --sandbox")
    loaded = load_settings(overrides)
    shield_process()
    accounts = load_accounts(loaded.settings, os.environ)
    kept = remove_secrets(loaded.settings, os.environ)
    _serve(loaded, accounts, shown, read_again=lambda: _read_again(overrides, kept))


def _beside_a_sandbox(overrides: Overrides, personalities: tuple[str, ...], shown: "_Shown") -> None:
    """Real keys of the environment are never read, and nothing that is started from here inherits them."""
    from proxy.demo.built_in import built_in_exchange, greeting  # noqa: PLC0415  # the sandbox, for this alone

    shield_process()
    with built_in_exchange(overrides, personalities) as built_in:
        remove_secrets(built_in.loaded.settings, os.environ)
        _serve(
            built_in.loaded,
            built_in.accounts,
            shown,
            read_again=built_in.read_again,
            greet=partial(greeting, built_in),
        )


def _read_again(overrides: Overrides, kept: dict[str, Secret]) -> "Configuration":
    """As at the start; `kept`: the secrets that the start took out of the environment."""
    from proxy.app.source import Source  # noqa: PLC0415  # see above

    return Source(overrides, os.environ, kept).read()


class _Shown(NamedTuple):
    """What the options say of standard output."""

    quiet: bool
    verbose: bool
    in_json: bool


def _serve(
    loaded: Loaded,
    accounts: Accounts,
    shown: _Shown,
    *,
    read_again: "Read | None" = None,
    greet: Callable[[str, str], Iterable[str]] | None = None,
) -> None:
    trust = PreloadedTrust() if speaks_tls(loaded.settings) else empty_context
    with without_collections():
        import_lean()
        from proxy.app import screen, serve  # noqa: PLC0415  # see above
    serve.serve(
        loaded,
        accounts,
        trust,
        screen.Wanted(quiet=shown.quiet, whole=shown.verbose, json=shown.in_json),
        read_again=read_again,
        greet=greet,
    )
