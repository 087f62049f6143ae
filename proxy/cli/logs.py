"""`logs`: the journal on the screen."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import click

from proxy.cli import terminal
from proxy.cli.selection import journal_of, selection_options, tell_losses, tell_nothing
from proxy.config.load import Loaded
from proxy.core.foreign import json_text
from proxy.core.http.repairs import MENDED
from proxy.core.order_lookup import in_words
from proxy.core.redaction import ForeignFlow, ForeignIntent, ForeignOutcome
from proxy.core.redaction.foreign_record import ForeignFinding
from proxy.journal import Entry, Reader, Selection

type Show = Callable[[Entry], str]

_POLL_SECONDS: Final = 0.25
_COLOURS: Final = {"2": "green", "3": "yellow", "4": "red", "5": "magenta"}


@click.command()
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
def command(*, lines: int, follow: bool, form: str, loaded: Loaded, selection: Selection) -> int:
    """Show recorded flows, the newest last.

    \b
      signing-proxy logs --status 4xx --since 1h
      signing-proxy logs --path /sapi/v1/c2c --follow
      signing-proxy logs --code -1022 --format json | jq .findings
    """
    reader = Reader(journal_of(loaded))
    show = _as_json if form == "json" else _as_text
    if follow:
        _follow(reader, selection, lines, show)
    else:
        shown = 0
        for entry in _last(selection.of(reader.entries()), lines):
            terminal.out(show(entry))
            shown += 1
        tell_nothing(reader, shown)
    tell_losses(reader)
    return 0


def _last(entries: Iterator[Entry], number: int) -> Iterator[Entry]:
    """The last ones in the journal's order; 0: all, as they come."""
    return iter(deque(entries, number)) if number else entries


def _follow(reader: Reader, selection: Selection, lines: int, show: Show) -> None:
    """The last ones that are there, then whatever comes until Ctrl-C."""
    waiting: list[Entry] | deque[Entry] = deque(maxlen=lines) if lines else []
    caught_up = False

    def wait() -> None:
        nonlocal caught_up
        if not caught_up:
            caught_up = True
            for entry in waiting:
                terminal.out(show(entry))
        time.sleep(_POLL_SECONDS)

    with suppress(KeyboardInterrupt):
        for entry in selection.of(reader.follow(wait)):
            if caught_up:
                terminal.out(show(entry))
            else:
                waiting.append(entry)


def _as_json(entry: Entry) -> str:
    """The flow's line, and behind it the one that tells its outcome."""
    told = [] if entry.again else [entry.record]
    return "\n".join(map(json_text, [*told, entry.outcome] if entry.outcome else told))


def _as_text(entry: Entry) -> str:
    """One line; two more for each finding, what is wrong and what to do; one for the outcome of an unknown write."""
    record = entry.record
    time = record.time.terminal()
    head = f"{time[:10]} {time[11:-1]}  {record.method.terminal():<6} {record.path.terminal()}"
    who = "  ".join(x.terminal() for x in (record.account, record.client, record.request_id) if x)
    looked_up = _looked_up(entry.outcome) if entry.outcome else ""
    if entry.again:
        return f"{head}  {looked_up}  {who}"
    if isinstance(record, ForeignIntent):
        return f"{head}  ???  {looked_up or 'no outcome recorded: look it up at the exchange'}  {who}"
    lines = [f"{head}  {_outcome(record)}  {record.duration_ms:.0f} ms  {who}"]
    if record.code or record.message:
        lines.append(f"    {record.code.terminal()} {record.message.terminal()}".rstrip())
    for one in record.findings:
        lines += _finding(one)
    if looked_up:
        lines.append(f"    {looked_up}")
    return "\n".join(lines)


def _finding(one: ForeignFinding) -> Iterator[str]:
    """What is wrong, and what to do."""
    how_sure = "mended" if one.rule.is_one_of(MENDED) else one.strength.terminal()
    yield f"    {how_sure}: {one.says.terminal()} [{one.rule.terminal()}]"
    if one.remedy:
        yield f"      do this: {one.remedy.terminal()}"


def _looked_up(outcome: ForeignOutcome) -> str:
    words = outcome.outcome, outcome.reason, outcome.order_status
    return in_words(*(word.terminal() for word in words), looks=outcome.looks)


def _repeated(record: ForeignFlow) -> str:
    """How many refusals the line stands for, where it is more than itself."""
    if not record.repeated:
        return ""
    others = ", other paths too" if record.repeated_mixed else ""
    return f"  {record.repeated} times until {record.repeated_until.terminal()[11:-1]}{others}"


def _outcome(record: ForeignFlow) -> str:
    if record.status is None:
        refused = f"{record.refused or '---'} {record.error.terminal()} ({record.execution.terminal()})"
        return f"{refused}{_repeated(record)}"
    text = str(record.status)
    return click.style(text, fg=_COLOURS.get(text[0])) if terminal.coloured(sys.stdout) else text
