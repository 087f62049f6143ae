"""`approve`: see what waits for a person at the running gateways, let one operation go, or refuse it."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from proxy.admin.token import AdminPort
from proxy.cli import terminal
from proxy.cli.admin_port import Told, ask, find_gateways
from proxy.cli.approval_screen import NARROWEST, Screen, screen_of
from proxy.cli.options import checked_address, open_settings
from proxy.config.load import Overrides
from proxy.core.errors import GatewayError, UsageError

_PATH: Final = "/confirmations"
_ID_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


@click.command()
@click.argument("id", required=False)
@click.option("--refuse", is_flag=True, help="Refuse it instead.")
@click.option("--yes", is_flag=True, help="Do not ask; for scripts.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists.")
@click.option("--journal", metavar="DIR", help="The gateways' journal directory; default: as configured.")
@click.option(
    "--admin",
    metavar="HOST:PORT",
    callback=checked_address,
    help="Ask this admin port; default: each of that directory.",
)
def command(
    *,
    id: str | None,  # noqa: A002  # the name that people see
    refuse: bool,
    yes: bool,
    as_json: bool,
    config: str | None,
    journal: str | None,
    admin: str | None,
) -> int:
    """List what waits for a person; with an ID show that operation, ask, and let it go.

    \b
      signing-proxy approve
      signing-proxy approve K7M2QX4D
      signing-proxy approve K7M2QX4D --refuse

    Exit code 1: it was not approved, or not refused.
    """
    loaded = open_settings(Overrides(config=config, journal=journal))
    gateways = find_gateways(Path(loaded.settings.journal.directory), admin)
    if id is None:
        if refuse or yes:
            raise UsageError("an ID is missing", "signing-proxy approve lists what waits")
        return _list(gateways, as_json=as_json)
    wanted = id.upper()
    if not wanted or not _ID_LETTERS.issuperset(wanted):
        raise UsageError(
            "this is no ID of a confirmation", "eight letters and digits, as signing-proxy approve lists them"
        )
    gateway, shown = _find(gateways, wanted)
    size = shutil.get_terminal_size()
    screen = screen_of(shown, size.columns)
    if not as_json:
        terminal.out("\n".join(screen.lines))
    if not refuse and not yes and not _agreed(screen, size, as_json=as_json):
        terminal.say("not approved")
        return 1
    return _decide(gateway, wanted, refuse=refuse, as_json=as_json)


def _list(gateways: list[AdminPort], *, as_json: bool) -> int:
    answers = [told for told in (ask(gateway, "GET", _PATH) for gateway in gateways) if told is not None]
    if not answers:
        raise _nobody()
    failed = next((told for told in answers if told.status != 200), None)
    if failed is not None:
        raise GatewayError(failed.message)
    found = {one["id"]: one for told in answers for one in told.body["confirmations"]}
    if as_json:
        terminal.out_json({"confirmations": list(found.values())}, indent=2)
    elif not found:
        terminal.say("nothing waits")
    else:
        columns = shutil.get_terminal_size().columns
        blocks = ("\n".join(screen_of(one, columns).lines) for one in found.values())
        terminal.out("\n\n".join(blocks))
    return 0


def _find(gateways: list[AdminPort], wanted: str) -> tuple[AdminPort, Mapping[str, Any]]:
    """The gateway at which it waits, and what it is. Raises GatewayError."""
    refusals: list[Told] = []
    for gateway in gateways:
        told = ask(gateway, "GET", f"{_PATH}/{wanted}")
        if told is not None and told.status == 200:
            return gateway, told.body
        if told is not None:
            refusals.append(told)
    if not refusals:
        raise _nobody()
    raise GatewayError(
        max(refusals, key=lambda told: told.status).message
    )  # "ended" says more than "unknown"


def _agreed(screen: Screen, size: os.terminal_size, *, as_json: bool) -> bool:
    """Whether the person says yes. Raises UsageError where there is nobody to ask, GatewayError where what decides
    would not be seen together with the question."""
    on_terminal = getattr(sys.stdin, "isatty", None)  # there may be no standard input at all
    if as_json or on_terminal is None or not on_terminal():
        raise UsageError("nobody can be asked here", "add --yes to approve it without a question")
    if size.columns < NARROWEST or size.lines < screen.deciding + 1:
        raise GatewayError(
            f"not approved: what decides takes {screen.deciding + 1} lines of {NARROWEST} columns or more, and this "
            f"terminal has {size.lines} of {size.columns}",
            "make the window larger and ask again, or refuse it with --refuse",
        )
    return click.confirm("Approve this?", default=False, err=True)


def _decide(gateway: AdminPort, wanted: str, *, refuse: bool, as_json: bool) -> int:
    told = ask(gateway, "DELETE" if refuse else "POST", f"{_PATH}/{wanted}")
    if told is None:
        raise GatewayError(
            "the gateway does not answer any more", "signing-proxy approve shows what became of it"
        )
    if told.status != 200:
        raise GatewayError(told.message)
    if as_json:
        terminal.out_json(told.body, indent=2)
    elif refuse:
        terminal.say("refused")
    else:
        resend = "; its client may send the same request again, once, within 10 minutes"
        terminal.say("approved" + (resend if told.body["mode"] == "ticket" else ""))
    return 0


def _nobody() -> GatewayError:
    return GatewayError(
        "no gateway answers at the admin ports that are known here",
        "is it running? name its journal's directory with --journal, or its admin port with --admin",
    )
