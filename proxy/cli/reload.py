"""`reload`: have the running gateway read its configuration again."""

import sys
from pathlib import Path
from typing import Any

import click

from proxy.cli import terminal
from proxy.cli.admin_port import Told, ask, find_gateways
from proxy.cli.options import checked_address, open_settings
from proxy.config.load import Overrides
from proxy.core.errors import GatewayError
from proxy.core.foreign import Foreign

_NOT_READ = "mend it and call this again; until then the configuration before stays in force"


@click.command("reload")
@click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists.")
@click.option("--journal", metavar="DIR", help="The gateway's journal directory; default: as configured.")
@click.option(
    "--admin",
    metavar="HOST:PORT",
    callback=checked_address,
    help="Ask this admin port; default: each of that directory.",
)
def command(config: str | None, journal: str | None, admin: str | None) -> None:
    """Have the running gateway read its configuration again: accounts and their secrets, policy, clients, token.

    It finds the gateway by the journal's directory. A configuration with a mistake in it changes nothing.
    """
    settings = open_settings(Overrides(config=config, journal=journal)).settings
    answers = [
        (port.url, told)
        for port in find_gateways(Path(settings.journal.directory), admin)
        if (told := ask(port, "POST", "/reload")) is not None
    ]
    if not answers:
        raise GatewayError(
            "no gateway of this journal directory answers",
            "is it running, with an admin port? name its journal's directory with --journal",
        )
    good = [_tell(url, told) for url, told in answers]
    sys.exit(0 if all(good) else 1)


def _tell(url: str, told: Told) -> bool:
    """Whether it has read it."""
    if "reloaded" not in told.body:
        terminal.error(f"{url}: {told.message}", "")
        return False
    for problem in _texts(told.body, "problems"):
        terminal.error(f"{url}: {problem}", "")
    for name in _texts(told.body, "needs_restart"):
        terminal.warn(f"{name} was changed and needs a restart")
    for warning in _texts(told.body, "warnings"):
        terminal.warn(warning)
    if told.body["reloaded"] is not True:
        terminal.error(f"{url}: not read again", _NOT_READ)
        return False
    terminal.out(f"{url}: read again, and in force")
    return True


def _texts(body: Any, name: str) -> list[str]:
    found = body.get(name)
    return [Foreign(str(one)).terminal() for one in found] if isinstance(found, list) else []
