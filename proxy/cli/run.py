"""`signing-proxy run`: start the gateway.

Only what decides whether there is anything to start is imported here. The rest, some 250 modules, follows when the
settings and the keys are known to be good.
"""

import os

import click

from proxy.cli import without_collections
from proxy.cli.options import settings_options
from proxy.config.derived import speaks_tls
from proxy.config.load import Overrides, load_settings
from proxy.credentials.accounts import load_accounts, remove_secrets
from proxy.credentials.process_hardening import shield_process
from proxy.runtime.lean_imports import import_lean
from proxy.upstream.tls import PreloadedTrust, empty_context


@click.command("run")
@settings_options
def command(overrides: Overrides) -> None:
    """Start the gateway. Then send unsigned requests to it instead of to Binance.

    The first line on standard output is JSON and names the addresses. Ctrl-C, SIGTERM or closing the terminal
    ends it: requests under way have a few seconds to finish. Without a terminal SIGHUP reads the configuration again,
    as `signing-proxy reload` does everywhere.
    """
    loaded = load_settings(overrides)
    shield_process()
    accounts = load_accounts(loaded.settings, os.environ)
    kept = remove_secrets(loaded.settings, os.environ)
    trust = PreloadedTrust() if speaks_tls(loaded.settings) else empty_context
    with without_collections():
        import_lean()
        from proxy.app import serve, source  # noqa: PLC0415  # see above
    serve.serve(loaded, accounts, trust, source.Source(overrides, os.environ, kept))
