"""`audit`: read-only sweeps of endpoints, once or by a timetable, and their history."""

import asyncio
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from proxy.audit import page
from proxy.audit.built_in import NAMES, built_in
from proxy.audit.calls import CallSet
from proxy.audit.matrix import Matrix, matrix
from proxy.audit.own_sets import own_set
from proxy.audit.run import Run, Timetable
from proxy.audit.series import (
    Plan,
    Round,
    keep_asking,
    round_of,
    running_series,
    runs_since,
    verdict_on,
)
from proxy.audit.store import Store
from proxy.audit.sweep import BUDGET, require_budget
from proxy.audit.words import duration, moment, percent, seconds
from proxy.cli import terminal
from proxy.cli.audit import history
from proxy.cli.options import open_accounts, open_settings, settings_options
from proxy.config.derived import environments_of
from proxy.config.load import Overrides
from proxy.core.errors import UsageError
from proxy.core.probes import Leaf, Verdict
from proxy.credentials.accounts import Accounts
from proxy.probing.way import trust_of
from proxy.runtime.clock import LocalClock
from proxy.telemetry.logs import set_up_logs

_SOONEST_SECONDS: Final = 10.0
"""Between two sweeps that go to Binance itself."""
_HOUR_MS: Final = 3_600_000


def duration_option(_context: click.Context, _option: click.Parameter, value: str | None) -> float | None:
    try:
        return None if value is None else seconds(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.group("audit", invoke_without_command=True)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="NAME|FILE",
    help=f"What to ask: {', '.join(NAMES)}, or a YAML file; may be repeated.  [default: c2c]",
)
@click.option(
    "--account", "names", multiple=True, metavar="NAME", help="With which accounts; default: the default one."
)
@click.option(
    "--budget", type=click.IntRange(1, 6000), default=BUDGET, show_default=True,
    help="The most request weight of one round.",
)  # fmt: skip
@click.option("--every", metavar="TIME", callback=duration_option, help="Ask again and again: 10m, 1h.")
@click.option("--for", "for_s", metavar="TIME", callback=duration_option, help="How long; default: 24h.")
@click.option("--new", is_flag=True, help="Begin a new series where one is still running.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@settings_options
@click.pass_context
def command(context: click.Context, /, overrides: Overrides, **given: Any) -> int:
    """Ask a set of reads with your key, and show what works and what does not.

    Each group of calls has control calls beside it, which show whether the key works elsewhere in the same seconds;
    from both follows whose fault a refusal is. Nothing that could change anything can be asked. Every sweep is stored
    in the journal's directory; `audit history` shows them over time.

    \b
      signing-proxy audit                             # the P2P reads, once
      signing-proxy audit --set spot --set futures
      signing-proxy audit --every 10m --for 24h       # goes on where it was after a restart
      signing-proxy audit history --since 7d --svg timeline.svg

    Exit code 0: everything works, 1: something does not.
    """
    if context.invoked_subcommand is not None:
        return 0
    return _audit(overrides, **given)


command.add_command(history.command)


def _audit(
    overrides: Overrides,
    *,
    sets: tuple[str, ...],
    names: tuple[str, ...],
    budget: int,
    every: float | None,
    for_s: float | None,
    new: bool,
    as_json: bool,
) -> int:
    if every is None and (for_s is not None or new):
        raise UsageError("--for and --new belong to a series", "--every 10m --for 24h")
    chosen = _sets(sets)
    loaded = open_settings(overrides)
    accounts = open_accounts(loaded)
    settings = loaded.settings
    set_up_logs(msgspec.structs.replace(settings.log, level="error"), accounts.secrets())
    environments = environments_of(settings)
    whose = tuple((one, environments[one.environment]) for one in _accounts(accounts, names))
    require_budget(chosen, len(whose), budget)
    if every is not None and every < _SOONEST_SECONDS and settings.upstream.unsafe_url is None:
        raise UsageError(
            f"--every is less than {_SOONEST_SECONDS:g} s", "Binance counts all tools behind one address"
        )
    store = Store(Path(settings.journal.directory))
    try:
        plan = Plan(settings, chosen, whose, store, trust_of(settings), LocalClock())
        if every is None:
            return _once(plan, as_json=as_json)
        question = [(one.name, account.api_key) for one in chosen for account, _ in whose]
        with store.asked_alone(question):
            return _series(plan, every, 86_400.0 if for_s is None else for_s, new=new, as_json=as_json)
    finally:
        store.close()


def _sets(given: Sequence[str]) -> tuple[CallSet, ...]:
    found = tuple(
        built_in(one) if one in NAMES else _from_file(one) for one in dict.fromkeys(given or ("c2c",))
    )
    if len({one.name for one in found}) != len(found):
        raise UsageError("two sets have one name", "give the one in the file another `name:`")
    return found


def _from_file(given: str) -> CallSet:
    if "." not in given and "/" not in given:
        raise UsageError("--set names no set", f"one of {', '.join(NAMES)}, or a file such as my-set.yaml")
    return own_set(Path(given))


def _accounts(accounts: Accounts, names: Sequence[str]) -> list[Any]:
    if not len(accounts):
        raise UsageError(
            "no key is configured: an audit asks with yours",
            "signing-proxy init sets one up; or set BINANCE_API_KEY and BINANCE_API_SECRET_FILE",
        )
    known = ", ".join(one.name for one in accounts)
    if not names and accounts.default is None:
        raise UsageError("there are several accounts and no default one", f"--account NAME, of {known}")
    found = [accounts.get(name) for name in dict.fromkeys(names)] if names else [accounts.default]
    if None in found:
        raise UsageError("--account names no account", f"known: {known}")
    return found


def _once(plan: Plan, *, as_json: bool) -> int:
    asked = asyncio.run(round_of(plan))
    stored = runs_since(plan, asked.runs[0].began_ms - 2 * _HOUR_MS)
    return _show([[run] for run in asked.runs], asked.runs, stored, as_json=as_json)


def _series(plan: Plan, every: float, for_s: float, *, new: bool, as_json: bool) -> int:
    """Sweeps until the end of the timetable, or Ctrl-C; then what they show together."""
    now = plan.local.unix_ms()
    known = [] if new else runs_since(plan, now - round(for_s * 1000))
    running = running_series(plan, known, every, for_s)
    timetable = running or Timetable(now, every, for_s)
    weight = len(plan.accounts) * sum(one.weight for one in plan.sets)
    _say(
        f"{'continues the series of' if running else 'a series from'} {moment(timetable.began_ms)} to "
        f"{moment(timetable.ends_ms)}: every {duration(every)}, {timetable.sweeps} rounds of weight {weight}; "
        "Ctrl-C stops it, and the same command goes on"
    )
    last: list[Round] = []

    def tell(asked: Round) -> None:
        last[:] = [asked]
        _say(_progress(asked, timetable))

    try:
        asyncio.run(keep_asking(plan, timetable, tell, continued=running is not None))
    except KeyboardInterrupt:
        _say(f"stopped; until {moment(timetable.ends_ms)} the same command goes on with this series")
    stored = runs_since(plan, min(timetable.began_ms, plan.local.unix_ms() - 2 * _HOUR_MS))
    ours = [run for run in stored if run.series == timetable]
    if not ours:
        return 1
    by_series: dict[tuple[str, str, str], list[Run]] = {}
    for run in ours:
        by_series.setdefault((run.account, run.set, run.key), []).append(run)
    newest = last[0].runs if last else tuple(runs[-1] for runs in by_series.values())
    return _show(list(by_series.values()), newest, stored, as_json=as_json)


def _progress(asked: Round, timetable: Timetable) -> str:
    """`3 of 145, 2026-11-29 12:20:00Z: c2c main 5 of 14 (36 %) work; next 12:30:00Z`."""
    told = []
    for run in asked.runs:
        groups = matrix([run]).groups
        works, count = (sum(group.rate[side] for group in groups) for side in (0, 1))
        told.append(f"{run.set} {run.account} {percent(works, count)} work")
    following = timetable.next_after(max(timetable.due(asked.number), asked.runs[-1].began_ms))
    then = "the last one" if following is None else f"next {moment(timetable.due(following))[11:]}"
    when = moment(asked.runs[0].began_ms)
    return f"{asked.number + 1} of {timetable.sweeps}, {when}: {'; '.join(told)}; {then}"


def _say(text: str) -> None:
    """To people, in lines as wide as the rest."""
    for line in textwrap.wrap(text, page.WIDTH, subsequent_indent="  "):
        terminal.say(line)


def _show(
    series: Sequence[Sequence[Run]], newest: Sequence[Run], stored: Sequence[Run], *, as_json: bool
) -> int:
    """Matrices, and one verdict an account. Exit code 0 where everything worked."""
    matrices = [matrix(runs) for runs in series]
    now = LocalClock().unix_ms()
    verdicts = {
        name: verdict_on(tuple(run for run in newest if run.account == name), stored, now)
        for name in dict.fromkeys(run.account for run in newest)
    }
    if as_json:
        terminal.out_json(
            {
                "matrices": msgspec.to_builtins(matrices),
                "verdicts": {name: msgspec.to_builtins(one) for name, one in verdicts.items()},
                "runs": msgspec.to_builtins(list(newest)),
            }
        )
    else:
        terminal.out("\n".join(_lines(matrices, verdicts)))
    good = all(one.all_work for one in matrices) and all(one.leaf is Leaf.WORKS for one in verdicts.values())
    return 0 if good else 1


def _lines(matrices: Sequence[Matrix], verdicts: dict[str, Verdict]) -> list[str]:
    lines: list[str] = []
    for one in matrices:
        lines += [*page.matrix_lines(one), ""]
    for name, found in verdicts.items():
        if len(verdicts) > 1:
            lines.append(f"account {name}:")
        lines += [*page.verdict_lines(found), ""]
    return lines[:-1]
