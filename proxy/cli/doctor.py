"""`signing-proxy doctor`: one line a check."""

import asyncio
import difflib
import os
import sys
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_settings, settings_options
from proxy.config.load import Loaded, Overrides
from proxy.core.errors import UsageError
from proxy.core.settings import LogSettings
from proxy.credentials.accounts import Accounts, load_accounts, remove_secrets
from proxy.credentials.process_hardening import shield_process
from proxy.doctor import Mark, Report, Result, examine, open_patient
from proxy.doctor.all_checks import CHECKS
from proxy.doctor.examination import Tell
from proxy.telemetry.logs import set_up_logs

_SHOWN: Final = {
    Mark.GOOD: ("ok", "green"),
    Mark.WARNING: ("warn", "yellow"),
    Mark.FAILED: ("FAIL", "red"),
    Mark.SKIPPED: ("-", ""),
}
_LOG: Final = LogSettings(level="error")
"""What rooms of the gateway log on their way is in the results, and standard output is for these."""
_WIDTH: Final = max(len(name) for name in CHECKS)


@click.command()
@click.argument("checks", nargs=-1)
@click.option("--list-checks", is_flag=True, help="Name the checks and what they look at; run none.")
@click.option("--account", metavar="NAME", help="Look at this account instead of the default one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all results.")
@settings_options
def command(
    overrides: Overrides, checks: tuple[str, ...], list_checks: bool, account: str | None, as_json: bool
) -> None:
    """Check key, clock, network and gateway, one line a check. Reads only; nothing is changed.

    CHECKS are names of `--list-checks`: `doctor clock dns` runs these two. Exit code 1 if one failed, or if none
    of them could be judged. What is printed holds no secret, no whole key and no home directory.
    """
    if list_checks:
        terminal.out("\n".join(f"{name:<{_WIDTH}}  {check.looks_at}" for name, check in CHECKS.items()))
        return
    _require_known(checks)
    loaded = open_settings(overrides)
    tell = None if as_json else _show
    report = asyncio.run(_examine(loaded, checks, account, tell))
    if as_json:
        terminal.out_json(report)
    else:
        terminal.say(_summary(report))
    if report.failed:
        sys.exit(1)


async def _examine(loaded: Loaded, checks: tuple[str, ...], account: str | None, tell: Tell | None) -> Report:
    def accounts() -> Accounts:
        """As `run` reads them: shielded first, and forgotten in the environment after."""
        shield_process()
        try:
            read = load_accounts(loaded.settings, os.environ)
        finally:
            remove_secrets(loaded.settings, os.environ)
        set_up_logs(_LOG, read.secrets())
        return read

    async with open_patient(loaded.settings, os.environ, account=account, read_accounts=accounts) as patient:
        return await examine(patient, checks or None, tell)


def _show(result: Result) -> None:
    word, colour = _SHOWN[result.verdict]
    mark = click.style(f"{word:<4}", fg=colour, bold=True) if colour else f"{word:<4}"
    fix = f" -> {result.fix}" if result.fix else ""
    terminal.out(f"{mark}  {result.check:<{_WIDTH}}  {result.evidence}{fix}")


def _summary(report: Report) -> str:
    counts = {mark: sum(one.verdict is mark for one in report.checks) for mark in Mark}
    return (
        f"{counts[Mark.GOOD]} good, {counts[Mark.WARNING]} warnings, {counts[Mark.FAILED]} failed,"
        f" {counts[Mark.SKIPPED]} not judged"
    )


def _require_known(checks: tuple[str, ...]) -> None:
    for name in checks:
        if name not in CHECKS:
            close = difflib.get_close_matches(name, CHECKS, n=1)
            raise UsageError(
                "there is no check of that name" + (f"; did you mean {close[0]}?" if close else ""),
                "signing-proxy doctor --list-checks names them",
            )
