"""Options that name a journal and the flows of it, shared by `logs` and `export`."""

import os
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click

from proxy.cli import terminal
from proxy.config.load import Loaded, Overrides, load_settings
from proxy.core.key_shapes import shown_place
from proxy.journal import Entry, Reader, Selection, parse_since, parse_status
from proxy.runtime.clock import LocalClock

_FIELDS: Final = ("path", "status", "code", "client", "request_id", "since")


def since_moment(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """What `--since` names, in the form of a record's time; "" where it was not given."""
    try:
        return parse_since(value, LocalClock().unix_ms()) if value else ""
    except (ValueError, OverflowError):
        raise click.BadParameter("10m, 2h, 3d, or a time such as 2026-07-23T10:00") from None


def _statuses(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(parse_status(value) for value in values)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_OPTIONS: Final = (
    click.option("--path", multiple=True, metavar="PATH", help="Begins with this, or matches it with *."),
    click.option("--status", multiple=True, metavar="N", callback=_statuses, help="400, 4xx, or none."),
    click.option("--code", multiple=True, metavar="CODE", help="Binance's code, such as -1022."),
    click.option("--client", multiple=True, metavar="NAME", help="Client or account."),
    click.option("--request-id", multiple=True, metavar="ID", help="As in X-Gateway-Request-Id."),
    click.option(
        "--since", metavar="WHEN", callback=since_moment, help="10m, 2h, 3d, or a time in ISO 8601."
    ),
)
_JOURNAL: Final = (
    click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists."),
    click.option("--journal", metavar="DIR", help="The journal's directory; default: as configured."),
)


def journal_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name a journal; the command gets `loaded`, the settings."""

    @wraps(command)
    def gather(**arguments: Any) -> Any:
        overrides = Overrides(config=arguments.pop("config"), journal=arguments.pop("journal"))
        return command(loaded=load_settings(overrides, os.environ), **arguments)

    for option in reversed(_JOURNAL):
        gather = option(gather)
    return gather


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add those and the ones that choose flows; the command gets `loaded`, the settings, and `selection`."""

    @wraps(command)
    def gather(**arguments: Any) -> Any:
        path, status, code, client, request_id, since = (arguments.pop(name) for name in _FIELDS)
        selection = Selection(
            paths=path, statuses=status, codes=code, clients=client, request_ids=request_id, since=since
        )
        return command(selection=selection, **arguments)

    gathered = journal_options(gather)
    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def journal_of(loaded: Loaded) -> Path:
    return Path(loaded.settings.journal.directory)


class Counted:
    """Entries of a journal as they come, and how many there were."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = entries
        self.count = 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self.count += 1
            yield entry


def tell_nothing(reader: Reader, flows: int, selection: Selection, looked_at: int) -> None:
    """Say why there is nothing to show, where there is nothing: of how many flows, and which options left them out.
    Call after reading."""
    if flows:
        return
    if reader.files():
        options = [f"--{name.replace('_', '-')}" for name in selection.given()]
        hint = (
            f"leave one of these out, or make it wider: {', '.join(options)}" if options and looked_at else ""
        )
        which = f"none of {looked_at} in the journal matches" if looked_at else "the journal has none"
        terminal.warn(f"no flow was found: {which}", hint or "send a request through the gateway")
    else:
        terminal.warn(
            f"{shown_place(reader.path)} holds no journal file (flows-*.jsonl)",
            "name the journal's directory with --journal, or send a request through the gateway",
        )


def tell_losses(reader: Reader) -> None:
    """Warn of lines that are not there, or could not be read. Call after reading."""
    if reader.torn:
        terminal.warn(f"{reader.torn} damaged lines were skipped")
    if reader.dropped:
        terminal.warn(f"{reader.dropped} lines could not be written at the time: the disk was full or broken")
