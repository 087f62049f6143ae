"""`signing-proxy doctor`: one line a check."""

import asyncio
import difflib
import os
import shutil
import sys
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.options import open_accounts, open_settings, settings_options
from proxy.config.load import Loaded, Overrides
from proxy.core.errors import UsageError
from proxy.core.settings import LogSettings
from proxy.credentials.accounts import Accounts
from proxy.doctor import Mark, Report, Result, examine, open_patient
from proxy.doctor.all_checks import CHECKS
from proxy.doctor.examination import Tell
from proxy.doctor.present import WIDTH, WORDS, folded, line, summary
from proxy.telemetry.logs import set_up_logs

_COLOURS: Final = {Mark.GOOD: "green", Mark.WARNING: "yellow", Mark.FAILED: "red"}
_LOG: Final = LogSettings(level="error")
"""What rooms of the gateway log on their way is in the results, and standard output is for these."""


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
        terminal.out("\n".join(f"{name:<{WIDTH}}  {check.looks_at}" for name, check in CHECKS.items()))
        return
    _require_known(checks)
    loaded = open_settings(overrides)
    tell = None if as_json else show
    report = asyncio.run(examined(loaded, checks, account, tell))
    if as_json:
        terminal.out_json(report)
    else:
        terminal.say(summary(report))
    if report.failed:
        sys.exit(1)


async def examined(
    loaded: Loaded,
    checks: tuple[str, ...],
    account: str | None = None,
    tell: Tell | None = None,
    known: Accounts | None = None,
) -> Report:
    """What these checks find with these settings; all of them where none is named. `known`: the keys, where they were
    read before, which takes the secrets out of the environment. Raises as `open_patient`."""

    def accounts() -> Accounts:
        """As `run` reads them; what they warn of is a line of the check `key`."""
        read = open_accounts(loaded, tell="nothing") if known is None else known
        set_up_logs(_LOG, read.secrets())
        return read

    set_up_logs(_LOG)
    async with open_patient(loaded.settings, os.environ, account=account, read_accounts=accounts) as patient:
        return await examine(patient, checks or None, tell)


def show(result: Result) -> None:
    """One line on stdout, folded to the width of a terminal."""
    text = folded(result, shutil.get_terminal_size().columns) if sys.stdout.isatty() else line(result)
    word = WORDS[result.verdict]
    colour = _COLOURS.get(result.verdict)
    mark = click.style(word, fg=colour, bold=True) if colour else word
    terminal.out(mark + text.removeprefix(word))


def _require_known(checks: tuple[str, ...]) -> None:
    for name in checks:
        if name not in CHECKS:
            close = difflib.get_close_matches(name, CHECKS, n=1)
            raise UsageError(
                "there is no check of that name" + (f"; did you mean {close[0]}?" if close else ""),
                "signing-proxy doctor --list-checks names them",
            )
