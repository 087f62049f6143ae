"""`catalogue`: what the table of the exchange knows, how old that is, and what has contradicted it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import click
import msgspec

from proxy.cli import terminal
from proxy.cli.catalogue_endpoint import about, in_words
from proxy.cli.options import open_settings
from proxy.cli.selection import journal_of, since_moment, tell_losses
from proxy.config.derived import catalogue_of
from proxy.config.load import Loaded, Overrides
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.age import CHANGE_LOGS, FILES, changes, days_old, sources, verdict
from proxy.core.catalogue.contradictions import Entry, Tally
from proxy.core.catalogue.environments import PRODUCTION
from proxy.core.catalogue.extent import extent_of
from proxy.core.catalogue.table import TABLE_DATE
from proxy.core.errors import UsageError
from proxy.journal import Reader, Selection
from proxy.journal.contradictions import tally_of
from proxy.runtime.clock import LocalClock

_LATEST: Final = 5


@click.command()
@click.option("--age", is_flag=True, help="How old the facts are, file by file and source by source.")
@click.option(
    "--contradictions", is_flag=True, help="Answers in the journal that say otherwise. Exit 1 if any."
)
@click.option("--endpoint", metavar="'METHOD /path'", help="All that is known of one endpoint.")
@click.option(
    "--since", metavar="WHEN", callback=since_moment, help="Contradictions since 10m, 2h, 3d, or a time."
)
@click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists.")
@click.option("--journal", metavar="DIR", help="The journal's directory; default: as configured.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(
    *,
    age: bool,
    contradictions: bool,
    endpoint: str | None,
    since: str,
    config: str | None,
    journal: str | None,
    as_json: bool,
) -> int:
    """Tell what is known of the exchange, how old that is, and what has contradicted it.

    \b
      signing-proxy catalogue --endpoint 'POST /api/v3/order'
      signing-proxy catalogue --contradictions --since 7d
      signing-proxy catalogue --age
    """
    if age + contradictions + (endpoint is not None) > 1:
        raise UsageError(
            "--age, --contradictions and --endpoint answer different questions", "name one of them"
        )
    if since and not contradictions:
        raise UsageError(
            "--since belongs to --contradictions", "signing-proxy catalogue --contradictions --since 7d"
        )
    loaded = open_settings(Overrides(config=config, journal=journal))
    catalogue = catalogue_of(loaded.settings)
    found = 0
    if contradictions:
        told, found = _contradictions(loaded, catalogue, since)
        lines = _contradictions_in_words(told)
    elif endpoint is not None:
        told = about(endpoint, catalogue)
        found = not told["listed"]
        lines = in_words(told)
    elif age:
        told = _age()
        lines = _age_in_words(told)
    else:
        told = {"table_date": TABLE_DATE} | msgspec.to_builtins(extent_of(catalogue))
        lines = _summary(told)
    if as_json:
        terminal.out_json(told, indent=2)
    else:
        terminal.out("\n".join(lines))
    return 1 if found else 0


def _summary(told: dict[str, Any]) -> Iterator[str]:
    yield f"of {told['table_date']}; how old that is: signing-proxy catalogue --age"
    yield f"{told['endpoints']:>6,}  endpoints, {told['writes']} of them change something"
    yield f"{told['parameters']:>6,}  parameters of them"
    yield f"{told['error_codes']:>6,}  error codes"
    yield f"{told['websocket_methods']:>6,}  methods of the WebSocket API, with their parameters"


def _age() -> dict[str, Any]:
    today = datetime.fromtimestamp(LocalClock().unix_ms() / 1000, UTC).date()
    return {
        "table_date": TABLE_DATE,
        "days": days_old(TABLE_DATE, today),
        "verdict": verdict(today),
        "files": [{"file": name, "day": day, "days": days_old(day, today)} for name, day in FILES.items()],
        "sources": [
            msgspec.to_builtins(one) | {"days": days_old(one.state, today)}
            for one in sorted(sources(), key=lambda source: source.state, reverse=True)
        ],
        "changes": msgspec.to_builtins(changes()),
        "change_logs": list(CHANGE_LOGS),
    }


def _age_in_words(told: dict[str, Any]) -> Iterator[str]:
    yield told["verdict"]
    yield from (f"  {name}" for name in told["change_logs"])
    yield "files"
    yield from (f"  {one['day']}  {one['days']:>5} days  {one['file']}" for one in told["files"])
    yield "sources, the newest first"
    yield from (
        f"  {one['state']:<10}  {one['days']:>5} days  {one['source']} ({one['used_for']})"
        for one in told["sources"]
    )
    yield "the latest changes that the table knows"
    yield from (f"  {one['day']}  {one['family']:<5}  {one['what']}" for one in told["changes"][-_LATEST:])


def _contradictions(loaded: Loaded, catalogue: Catalogue, since: str) -> tuple[dict[str, Any], int]:
    """What is told, and how many of them are news: those of production."""
    reader = Reader(journal_of(loaded))
    tally, answers = tally_of(Selection(since=since).of(reader.entries()), catalogue)
    tell_losses(reader)
    news, elsewhere = _parted(tally)
    told = {
        "table_date": TABLE_DATE,
        "answers": answers,
        "contradictions": [_told(one) for one in news],
        "elsewhere": [_told(one) for one in elsewhere],
        "not_listed": tally.beyond,
    }
    return told, len(news)


def _parted(tally: Tally) -> tuple[list[Entry], list[Entry]]:
    """Those of production, and those of worlds that differ from it without anything being new."""
    entries = list(tally.entries())
    return (
        [one for one in entries if one.environment == PRODUCTION.name],
        [one for one in entries if one.environment != PRODUCTION.name],
    )


def _told(entry: Entry) -> dict[str, Any]:
    found = entry.contradiction
    return {
        "endpoint": entry.endpoint,
        "environment": entry.environment,
        "kind": found.kind.value,
        "says": found.says,
        "remedy": found.remedy,
        "count": entry.count,
        "first": entry.first,
        "last": entry.last,
        "request_id": entry.request_id,
    }


def _contradictions_in_words(told: dict[str, Any]) -> Iterator[str]:
    news, answers = told["contradictions"], told["answers"]
    if not news:
        yield f"nothing in {answers:,} answers of listed endpoints contradicts the table of {told['table_date']}"
    for one in news:
        yield from _one_in_words(one)
        yield f"  do: {one['remedy']}"
    if told["elsewhere"]:
        yield "not in production, which the table describes, so no news of it:"
    for one in told["elsewhere"]:
        yield from _one_in_words(one)
    if told["not_listed"]:
        yield f"and {told['not_listed']:,} more, beyond what is listed here"


def _one_in_words(one: dict[str, Any]) -> Iterator[str]:
    times = "once" if one["count"] == 1 else f"{one['count']:,} times"
    where = "" if one["environment"] == PRODUCTION.name else f"{one['environment']}, "
    span = one["last"] if one["count"] == 1 else f"{one['first']} to {one['last']}"
    yield f"{one['endpoint']}  {where}{times}, {span}, {one['request_id']}"
    yield f"  {one['says']}"
