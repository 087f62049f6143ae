"""Options of the verbs that show the traffic."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

_OPTIONS: Final = (
    click.option("--quiet", "-q", is_flag=True, help="On a terminal: start, end and warnings, no flows."),
    click.option(
        "--verbose", "-v", is_flag=True, help="On a terminal: headers and signed text, too, redacted."
    ),
    click.option(
        "--json",
        "in_json",
        is_flag=True,
        help="The addresses, then each flow's journal line, as JSON: for programs, and on a terminal.",
    ),
)


def shown_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them: the command gets `quiet`, `verbose` and `in_json`, one of them at most."""

    @wraps(command)
    def checked(*, quiet: bool, verbose: bool, in_json: bool, **others: Any) -> Any:
        if quiet + verbose + in_json > 1:
            raise click.UsageError("--quiet, --verbose and --json exclude each other; give one of them")
        return command(quiet=quiet, verbose=verbose, in_json=in_json, **others)

    for option in reversed(_OPTIONS):
        checked = option(checked)
    return checked
