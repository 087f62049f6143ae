"""`config check | show | schema`."""

import os
from typing import Any

import click

from proxy.cli import terminal
from proxy.cli.options import open_accounts, open_settings, settings_options
from proxy.cli.settings_table import rows
from proxy.clients.registry import Clients
from proxy.config.load import Overrides
from proxy.config.schema import settings_schema
from proxy.core.foreign import Foreign, json_text


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Check, show or describe the configuration."""


@command.command()
@settings_options
def check(overrides: Overrides) -> None:
    """Read every file that `run` would, try the journal, and say whether it could start. Nothing is sent."""
    from proxy.app.rehearsal import rehearse  # noqa: PLC0415  # most of the program, for this verb alone

    loaded = open_settings(overrides)
    accounts = open_accounts(loaded, tell="all")
    rehearse(loaded.settings, accounts)
    clients = Clients.load(loaded.settings, accounts)
    terminal.out(f"good: {loaded.path or 'no file, defaults'}")
    for account in accounts:
        mark = " (default)" if account is accounts.default else ""
        terminal.out(
            f"account {account.name}{mark}: {account.signing.key_type.value} key, {account.environment}"
        )
    if clients.required:
        terminal.out(f"clients: {len(clients)} virtual key{'s' if len(clients) > 1 else ''}")
    for doubt in clients.doubts:
        terminal.warn(doubt.says)
    if not len(accounts):
        terminal.warn(
            "no account: only public endpoints will work",
            "signing-proxy init sets one up; or set BINANCE_API_KEY and BINANCE_API_SECRET_FILE",
        )


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object by setting.")
@settings_options
def show(overrides: Overrides, as_json: bool) -> None:
    """Show each setting, its value and where it comes from. Secrets are stars; no secret is read."""
    loaded = open_settings(overrides)
    found = rows(loaded, os.environ)
    if as_json:
        table = {row.name: {"value": row.value, "origin": row.origin} for row in found}
        terminal.out_json(table, indent=2)
        return
    wide = max(len(row.name) for row in found)
    middle = min(max(len(_text(row.value)) for row in found), 48)
    for row in found:
        terminal.out(f"{row.name:<{wide}}  {_text(row.value):<{middle}}  {row.origin}")


@command.command()
def schema() -> None:
    """Print the JSON Schema of the configuration file, for editors and checks."""
    terminal.out_json(settings_schema(), indent=2)


def _text(value: Any) -> str:
    """A value on one line; text stands bare."""
    return Foreign(value).terminal() if isinstance(value, str) else json_text(value)
