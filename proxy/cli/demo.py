"""`signing-proxy demo`: a guided tour, then the gateway stays up."""

import asyncio
import os
import sys

import click

from proxy.core.settings import LogSettings
from proxy.telemetry.logs import set_up_logs


@click.command("demo")
@click.option("--once", is_flag=True, help="End after the tour; exit code 1 if anything was not as promised.")
def command(once: bool) -> None:
    """A guided tour on a built-in exchange: real requests, right and wrong. No key, no account, no money."""
    from proxy.demo import tour  # noqa: PLC0415  # the sandbox is loaded by those who want it
    from proxy.demo.show import Show  # noqa: PLC0415  # it brings the sandbox, which other verbs do not need

    set_up_logs(LogSettings(level="error"), ())
    show = Show(colour=sys.stderr.isatty() and "NO_COLOR" not in os.environ)
    kept = asyncio.run(tour.run(once=once, listen="localhost:8180", admin="localhost:8181", show=show))
    sys.exit(0 if kept else 1)
