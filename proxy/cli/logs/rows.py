"""A flow in a line: for people with what is wrong and what to do below it, or as the journal's own JSON."""

import sys
from typing import Final

import click

from proxy.cli import terminal
from proxy.core.foreign import Foreign, json_text
from proxy.core.redaction import ForeignFlow, ForeignIntent
from proxy.journal import Entry
from proxy.terminal.words import finding, looked_up

_SUCCESS: Final = frozenset({"0", "200", "000000"})
"""Codes that /sapi and C2C write into right answers, too."""
_COLOURS: Final = {"2": "green", "3": "yellow", "4": "red", "5": "magenta"}


def as_json(entry: Entry) -> str:
    """The flow's line, and behind it the one that tells its outcome."""
    told = [] if entry.again else [entry.record]
    return "\n".join(map(json_text, [*told, entry.outcome] if entry.outcome else told))


def as_text(entry: Entry) -> str:
    """One line; two more for each finding, what is wrong and what to do; one for the outcome of an unknown write."""
    record = entry.record
    path = record.path.terminal() or "(what came is no request)"
    head = f"{moment(record.time)}  {record.method.terminal():<6} {path}"
    who = "  ".join(x.terminal() for x in (record.account, record.client, record.request_id) if x)
    found = looked_up(entry.outcome) if entry.outcome else ""
    if entry.again:
        return f"{head}  {found}  {who}"
    if isinstance(record, ForeignIntent):
        return f"{head}  ???  {found or 'no outcome recorded: look it up at the exchange'}  {who}"
    lines = [f"{head}  {outcome(record)}  {record.duration_ms:.0f} ms  {who}"]
    if (record.code or record.message) and not _says_only_that_it_went_well(record):
        lines.append(f"    {record.code.terminal()} {record.message.terminal()}".rstrip())
    for one in record.findings:
        lines += finding(one)
    if found:
        lines.append(f"    {found}")
    return "\n".join(lines)


def moment(time: Foreign) -> str:
    """The time of a record with its zone, which is UTC: `2026-07-23 10:14:56.789Z`."""
    text = time.terminal()
    return f"{text[:10]} {text[11:]}"


def outcome(record: ForeignFlow) -> str:
    """Status, or the refusal with how often it came."""
    if record.status is None:
        refused = f"{record.refused or '---'} {record.error.terminal()} ({record.execution.terminal()})"
        return f"{refused}{_repeated(record)}"
    text = str(record.status)
    return click.style(text, fg=_COLOURS.get(text[0])) if terminal.coloured(sys.stdout) else text


def _says_only_that_it_went_well(record: ForeignFlow) -> bool:
    """The status has said so already; `logs show` tells the code."""
    return record.status == 200 and not record.message and record.code.is_one_of(_SUCCESS)


def _repeated(record: ForeignFlow) -> str:
    """How many refusals the line stands for, where it is more than itself."""
    if not record.repeated:
        return ""
    others = ", other paths too" if record.repeated_mixed else ""
    return f"  {record.repeated} times until {record.repeated_until.terminal()[11:]}{others}"
