"""`logs`: the journal on the screen; `logs show`: one flow of it, whole."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import click
from click.core import ParameterSource

from proxy.cli import terminal
from proxy.cli.logs.rows import as_json, as_text
from proxy.cli.logs.show import show
from proxy.cli.selection import Counted, journal_of, selection_options, tell_losses, tell_nothing
from proxy.config.load import Loaded
from proxy.core.errors import UsageError
from proxy.journal import Entry, Reader, Selection

type Show = Callable[[Entry], str]

_POLL_SECONDS: Final = 0.25


class _Logs(click.Group):
    """Shows flows by itself; what stands behind it and is no word of ours is taken for a surplus argument."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands:
            raise click.UsageError(f"Got unexpected extra argument ({args[0]})", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Logs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lines", "-n", type=click.IntRange(min=0), default=20, help="The last N; 0: all. Default: 20."
)
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes; Ctrl-C ends it.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "json"]),
    default="human",
    help="json: the journal's own lines, for jq.",
)
@selection_options
@click.pass_context
def command(
    context: click.Context, *, lines: int, follow: bool, form: str, loaded: Loaded, selection: Selection
) -> int:
    """Show recorded flows, the newest last. Times are UTC.

    \b
      signing-proxy logs --status 4xx --since 1h
      signing-proxy logs --path /sapi/v1/c2c --follow
      signing-proxy logs --code -1022 --format json | jq .findings
      signing-proxy logs show 5bd77a8da5-00000006
    """
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return 0
    reader = Reader(journal_of(loaded))
    shown_as = as_json if form == "json" else as_text
    if follow:
        _follow(reader, selection, lines, shown_as)
    else:
        counted = Counted(reader.entries())
        shown = 0
        for entry in _last(selection.of(counted), lines):
            terminal.out(shown_as(entry))
            shown += 1
        tell_nothing(reader, shown, selection, counted.count)
    tell_losses(reader)
    return 0


command.add_command(show)


def _refuse_options(context: click.Context) -> None:
    """Options of the list say nothing of one flow. Raises UsageError."""
    given = [
        name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise UsageError(
            "options stand behind `show`, and it takes those of its own alone",
            f"{context.command_path} {context.invoked_subcommand} --help",
        )


def _last(entries: Iterator[Entry], number: int) -> Iterator[Entry]:
    """The last ones in the journal's order; 0: all, as they come."""
    return iter(deque(entries, number)) if number else entries


def _follow(reader: Reader, selection: Selection, lines: int, shown_as: Show) -> None:
    """The last ones that are there, then whatever comes until Ctrl-C."""
    waiting: list[Entry] | deque[Entry] = deque(maxlen=lines) if lines else []
    caught_up = False

    def wait() -> None:
        nonlocal caught_up
        if not caught_up:
            caught_up = True
            for entry in waiting:
                terminal.out(shown_as(entry))
            if not waiting:
                terminal.say("nothing to show so far; waiting for what comes (Ctrl-C ends it)")
        time.sleep(_POLL_SECONDS)

    with suppress(KeyboardInterrupt):
        for entry in selection.of(reader.follow(wait)):
            if caught_up:
                terminal.out(shown_as(entry))
            else:
                waiting.append(entry)
