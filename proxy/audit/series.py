"""Sweeps by a timetable: asked, stored, told; and taken up again after a restart where the last process left off."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from ssl import SSLContext
from typing import Any, Final

import msgspec

from proxy.audit.asking import open_prober
from proxy.audit.calls import CallSet
from proxy.audit.run import Run, Timetable, same_key
from proxy.audit.store import Runs, Store
from proxy.audit.sweep import sweep
from proxy.core.catalogue import Environment
from proxy.core.probes import KeyFacts, Verdict, verdict
from proxy.core.settings import Settings
from proxy.credentials.accounts import Account
from proxy.runtime.clock import LocalClock

_LOOK_SECONDS: Final = 30.0
"""Waiting looks at the wall clock this often: a machine may sleep, or its clock be set."""
_HOUR_MS: Final = 3_600_000

type Wait = Callable[[float], Awaitable[Any]]


class Plan(msgspec.Struct, frozen=True):
    """What a round asks: each set with each account. `wait` waits for seconds; tests have time run faster."""

    settings: Settings
    sets: tuple[CallSet, ...]
    accounts: tuple[tuple[Account, Environment], ...]
    store: Store
    trust: SSLContext
    local: LocalClock
    wait: Wait = asyncio.sleep


class Round(msgspec.Struct, frozen=True):
    """The runs of one round. `number` counts from 0, within the timetable where there is one."""

    number: int
    runs: tuple[Run, ...]


async def round_of(plan: Plan, timetable: Timetable | None = None, number: int = 0) -> Round:
    """Each set with each account once; every run is stored before the next begins. Raises ConfigError."""
    runs = []
    async with open_prober(plan.settings, plan.trust, plan.local) as prober:
        for account, environment in plan.accounts:
            for one in plan.sets:
                run = await sweep(
                    prober, one, account, plan.store.tag(account.api_key), environment, timetable
                )
                plan.store.append(run)
                runs.append(run)
    return Round(number, tuple(runs))


async def keep_asking(
    plan: Plan, timetable: Timetable, tell: Callable[[Round], None], *, continued: bool
) -> None:
    """Rounds until the timetable ends; each is told. One that is late is asked at once, one that was missed is not
    made up for. `continued`: the timetable is another process's."""
    number: int | None = timetable.next_after(plan.local.unix_ms()) if continued else 0
    while number is not None:
        await _until(plan, timetable.due(number))
        tell(await round_of(plan, timetable, number))
        number = timetable.next_after(max(plan.local.unix_ms(), timetable.due(number)))


async def _until(plan: Plan, due_ms: int) -> None:
    while (left := (due_ms - plan.local.unix_ms()) / 1000) > 0:
        await plan.wait(min(left, _LOOK_SECONDS))


def running_series(plan: Plan, runs: Iterable[Run], every_s: float, for_s: float) -> Timetable | None:
    """The timetable of a series of the same sets and accounts, pace and length that has not ended; None for none."""
    wanted = {
        (one.name, account.name, plan.store.tag(account.api_key), environment.name)
        for one in plan.sets
        for account, environment in plan.accounts
    }
    newest: dict[tuple[str, str, str, str], Timetable] = {}
    for run in runs:
        if run.series is not None:
            newest[run.set, run.account, run.key, run.environment] = run.series
    found = {newest.get(one) for one in wanted}
    if len(found) != 1 or (series := found.pop()) is None:
        return None
    same = (series.every_s, series.for_s) == (every_s, for_s)
    return series if same and series.next_after(plan.local.unix_ms()) is not None else None


def verdict_on(runs: tuple[Run, ...], stored: Iterable[Run], now_ms: int) -> Verdict:
    """What the runs of one account show, beside runs of the same sets with the same key in the hour before."""
    newest, sets = runs[-1], {run.set for run in runs}
    recent = [
        run for run in stored if run.set in sets and newest.began_ms - run.began_ms <= _HOUR_MS + run.took_ms
    ]
    together = {(run.set, run.began_ms): run for run in (*same_key(recent, newest), *runs)}
    facts = next((run.facts for run in reversed(runs) if run.facts != KeyFacts()), KeyFacts())
    return verdict([probe for run in together.values() for probe in run.probes], now_ms, facts)


def runs_since(plan: Plan, earliest_ms: int) -> list[Run]:
    """What is stored since then, of all."""
    return list(Runs(plan.store.directory).since(earliest_ms))
