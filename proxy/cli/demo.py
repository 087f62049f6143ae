"""`signing-proxy demo`: a guided tour, then the gateway stays up."""

import asyncio
import os
import sys

import click

from proxy.cli.shown import shown_options
from proxy.core.settings import LogSettings
from proxy.runtime.colour import wants_colour
from proxy.telemetry.logs import set_up_logs


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the tour; exit code 1 if anything was not as promised.")
@shown_options
def command(*, once: bool, quiet: bool, verbose: bool, in_json: bool) -> None:
    """A guided tour on a built-in exchange: real requests, right and wrong. No key, no account, no money.

    Then the gateway stays up, and on a terminal it shows a line for each request as it happens; ? tells the keys.
    """
    from proxy.app.screen import Wanted  # noqa: PLC0415  # as below
    from proxy.demo import tour  # noqa: PLC0415  # the sandbox is loaded by those who want it
    from proxy.demo.show import Show  # noqa: PLC0415  # it brings the sandbox, which other verbs do not need

    set_up_logs(LogSettings(level="error"), ())
    show = Show(colour=wants_colour(os.environ, terminal=sys.stderr.isatty()))
    wanted = Wanted(quiet=quiet, whole=verbose, json=in_json)
    kept = asyncio.run(
        tour.run(once=once, listen="localhost:8180", admin="localhost:8181", show=show, wanted=wanted)
    )
    sys.exit(0 if kept else 1)
