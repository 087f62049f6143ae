"""`audit history`: what the stored sweeps show over time. Needs no key, and asks nobody."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from proxy.audit import page
from proxy.audit.difference import changes
from proxy.audit.matrix import matrix
from proxy.audit.run import Run
from proxy.audit.series import verdict_on
from proxy.audit.store import Runs
from proxy.audit.svg import timeline_svg
from proxy.audit.timeline import timeline
from proxy.cli import terminal
from proxy.cli.selection import since_moment
from proxy.config.load import Overrides, load_settings
from proxy.core.errors import UsageError
from proxy.core.key_shapes import shown_place
from proxy.runtime.clock import LocalClock
from proxy.runtime.files import replace_whole, require_name

_SVG_CELLS: Final = 240


@click.command("history")
@click.option("--set", "sets", multiple=True, metavar="NAME", help="Of these sets alone.")
@click.option("--account", "names", multiple=True, metavar="NAME", help="Of these accounts alone.")
@click.option("--since", metavar="WHEN", callback=since_moment, help="10m, 2h, 3d, or a time in ISO 8601.")
@click.option(
    "--changes-since",
    metavar="WHEN",
    callback=since_moment,
    help="What is different from then on; as --since.",
)
@click.option("--svg", metavar="FILE", help="Draw the timeline into this file as well.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a set and account.")
@click.option("--config", metavar="FILE", help="Settings in YAML; default: ./config.yaml if it exists.")
@click.option("--journal", metavar="DIR", help="The journal's directory; default: as configured.")
def command(
    *,
    sets: tuple[str, ...],
    names: tuple[str, ...],
    since: str,
    changes_since: str,
    svg: str | None,
    as_json: bool,
    config: str | None,
    journal: str | None,
) -> int:
    """Show stored sweeps over time: timeline, flapping score, changes, and the newest verdict.

    Exit code 0: in the newest sweep everything works and nothing flaps, 1: something does.
    """
    loaded = load_settings(Overrides(config=config, journal=journal), os.environ)
    stored = Runs(Path(loaded.settings.journal.directory))
    everything = list(stored.since())
    if stored.damaged:
        terminal.warn(f"{stored.damaged} damaged lines were skipped")
    chosen = [
        run
        for run in everything
        if run.began_ms >= _ms(since)
        and (not sets or run.set in sets)
        and (not names or run.account in names)
    ]
    if not chosen:
        raise UsageError(
            f"no sweep is stored in {shown_place(stored.directory)}"
            + (" that is meant" if everything else ""),
            "leave --since, --set or --account away, or name the directory with --journal"
            if everything
            else "signing-proxy audit makes one; --journal names another directory",
        )
    groups = list(_groups(chosen))
    if svg is not None:
        _draw(groups, svg)
    good = [_show(runs, everything, _ms(changes_since), as_json=as_json) for runs in groups]
    return 0 if all(good) else 1


def _groups(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """The runs of each set, account, key and environment, oldest first."""
    found: dict[tuple[str, str, str, str], list[Run]] = {}
    for run in runs:
        found.setdefault((run.account, run.set, run.key, run.environment), []).append(run)
    yield from found.values()


def _ms(text: str) -> int:
    """Unix ms of a time in the form of a record's; 0 for ""."""
    return round(datetime.fromisoformat(text).timestamp() * 1000) if text else 0


def _show(runs: list[Run], everything: Sequence[Run], changed_ms: int, *, as_json: bool) -> bool:
    """One set and account; whether all is well in its newest run."""
    found = matrix(runs)
    told = verdict_on((runs[-1],), [run for run in everything if run.began_ms <= runs[-1].began_ms], _now())
    different = changes(runs, changed_ms) if changed_ms else ()
    if as_json:
        line: dict[str, Any] = {
            "matrix": msgspec.to_builtins(found),
            "timeline": msgspec.to_builtins(timeline(runs, _SVG_CELLS)),
            "verdict": msgspec.to_builtins(told),
            "changes": [one.endpoint for one in different if one.is_one],
        }
        terminal.out_json(line)
    else:
        lines = [*page.matrix_lines(found), ""]
        lines += [*page.timeline_lines(timeline(runs, page.TIMELINE_CELLS), found), ""]
        if changed_ms:
            lines += [*page.change_lines(different, changed_ms), ""]
        lines += [*page.verdict_lines(told), ""]
        terminal.out("\n".join(lines))
    flaps = any(row.flapping.now for row in found.rows)
    return matrix(runs[-1:]).all_work and not flaps


def _draw(groups: Sequence[list[Run]], name: str) -> None:
    if len(groups) != 1:
        raise UsageError(
            f"a picture shows one set of one account, and {len(groups)} are meant",
            "choose by --set and --account",
        )
    newest = groups[0][-1]
    title = f"{newest.set}, {newest.environment}"
    path = Path(name)
    require_name(path)
    try:
        replace_whole(
            path, timeline_svg(timeline(groups[0], _SVG_CELLS), title).encode("utf-8"), durable=False
        )
    except OSError as error:
        raise UsageError(
            f"{shown_place(path)} cannot be written: {error.strerror}", "name another file after --svg"
        ) from None


def _now() -> int:
    return LocalClock().unix_ms()
