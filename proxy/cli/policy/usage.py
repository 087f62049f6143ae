"""`policy usage`: what was used of day limits, and what is left until the day ends."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from proxy.cli import terminal
from proxy.cli.options import open_settings
from proxy.cli.policy.options import policy_of
from proxy.clients.day_totals import DAY_MS, exact_sum
from proxy.clients.day_usage import Used, read_usage
from proxy.clients.store import ClientStore
from proxy.config.load import Loaded, Overrides
from proxy.core.foreign import Foreign
from proxy.core.guard.limits import Line, Measure
from proxy.runtime.clock import LocalClock


@click.command()
@click.option("--client", metavar="NAME", help="Of this client alone.")
@click.option("--all", "all_days", is_flag=True, help="The days before as well, as far as they are kept.")
@click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists.")
@click.option("--journal", metavar="DIR", help="The journal's directory; default: as configured.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def usage(
    *, client: str | None, all_days: bool, config: str | None, journal: str | None, as_json: bool
) -> None:
    """Show what was used of day limits today, and what is left. Days are UTC days.

    Reads the file that the gateways with this journal directory count in, also while they run.
    """
    loaded = open_settings(Overrides(config=config, journal=journal))
    directory = Path(loaded.settings.journal.directory)
    today = LocalClock().unix_ms() // DAY_MS
    lines = _configured(loaded)
    counted = list(read_usage(directory) or ())
    found = [
        _as_configured(one, lines) if one.day == today else one
        for one in [*counted, *_unused(lines, counted, today)]
        if (client is None or one.client == client) and (one.day == today or all_days)
    ]
    found.sort(key=lambda one: (-one.day, one.client, one.text, one.line, one.measure))
    if as_json:
        terminal.out_json({"today": _date(today), "used": [_plain(one) for one in found]}, indent=2)
    elif found:
        terminal.out("\n".join(_told(found)))
    else:
        whom = f" of client {client}" if client is not None else ""
        when = "" if all_days else " today"
        terminal.out(f"nothing was counted yet{when}{whom}, by gateways with the journal {directory}")


def _configured(loaded: Loaded) -> dict[tuple[str, str], Line]:
    """The lines that count days, by client and key, as the configuration has them now."""
    settings = loaded.settings
    file = settings.clients_file
    names: set[str | None] = {None} if file is None else set(ClientStore(file).read())
    found = {}
    for name in names:
        for line in policy_of(loaded, name).limits:
            if line.most_per_day:
                found[name or "", line.key] = line
    return found


def _as_configured(one: Used, lines: Mapping[tuple[str, str], Line]) -> Used:
    """With the maximum of now; a line that is not there any more says so."""
    line = lines.get((one.client, one.line))
    most = line.most_per_day.get(Measure(one.measure)) if line is not None else one.most
    text = one.text if line is not None else f"{one.text or one.line} (no line of this configuration)"
    return replace(one, text=text, most=most)


def _unused(lines: Mapping[tuple[str, str], Line], counted: list[Used], today: int) -> Iterator[Used]:
    """Bounds of which nothing was used today."""
    used_ones = {(one.client, one.line, one.measure) for one in counted if one.day == today}
    for (client, key), line in lines.items():
        for measure, most in line.most_per_day.items():
            if (client, key, measure.value) not in used_ones:
                yield Used(today, client, key, measure.value, line.text, Decimal(0), most)


def _told(found: Iterable[Used]) -> Iterator[str]:
    for day, of_day in groupby(found, key=lambda one: one.day):
        yield f"{_date(day)}, until {_date(day + 1)} 00:00 UTC"
        for (client, line), bounds in groupby(of_day, key=lambda one: (one.client, one.line)):
            same = list(bounds)
            who = f"client {Foreign(client).terminal()}" if client else "without a client"
            yield f"  {who}: {Foreign(same[0].text or line).terminal()}"
            yield from (f"    {_bound(one)}" for one in same)


def _bound(one: Used) -> str:
    left = _left(one)
    measure = Foreign(one.measure).terminal()
    if one.most is None or left is None:
        return f"{measure:9}  {_number(one.amount)} used"
    return f"{measure:9}  {_number(one.amount)} of {_number(one.most)} used, {_number(left)} left"


def _plain(one: Used) -> dict[str, Any]:
    left = _left(one)
    return {
        "day": _date(one.day),
        "ends": datetime.fromtimestamp(one.ends_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "client": one.client or None,
        "line": one.line,
        "text": one.text,
        "measure": one.measure,
        "used": _number(one.amount),
        "most": _number(one.most) if one.most is not None else None,
        "left": _number(left) if left is not None else None,
    }


def _left(one: Used) -> Decimal | None:
    """Nothing where the maximum was lowered below what was used; None where the maximum is not known."""
    return max(exact_sum(one.most, -one.amount), Decimal(0)) if one.most is not None else None


def _number(value: Decimal) -> str:
    """All digits, without an exponent and without zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_MS / 1000, UTC).strftime("%Y-%m-%d")
