"""The matrix: each endpoint of a set, how often it worked, and by which codes it failed."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from proxy.audit.flapping import Flapping, flapping
from proxy.audit.run import Run, Section
from proxy.audit.state import Kind, kind_of, label
from proxy.core.probes import Probe


class Row(msgspec.Struct, frozen=True):
    """One endpoint. `failures`: labels of the results that did not work, the commonest first, with their counts.

    `skipped`: how often it was not sent, and `why` the last time.
    """

    endpoint: str
    is_control: bool
    works: int
    asked: int
    failures: tuple[tuple[str, int], ...]
    skipped: int
    why: str
    flapping: Flapping

    @property
    def verdict(self) -> str:
        """`works`, `fails`, `mixed` (now so, now so), or `skipped`."""
        if self.asked == 0:
            return "skipped"
        if self.works == self.asked:
            return "works"
        return "mixed" if self.works else "fails"


class Group(msgspec.Struct, frozen=True):
    """The rows of one group of the set, controls first."""

    name: str
    rows: tuple[Row, ...]

    @property
    def rate(self) -> tuple[int, int]:
        """How many results of its calls worked, and how many there are; controls left out."""
        calls = [row for row in self.rows if not row.is_control]
        return sum(row.works for row in calls), sum(row.asked for row in calls)


class Matrix(msgspec.Struct, frozen=True):
    """Of one set, account and environment, in the order of the set as its newest run has it."""

    set: str
    account: str
    environment: str
    runs: int
    first_ms: int
    last_ms: int
    groups: tuple[Group, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Each endpoint once, also where it is the control of two groups."""
        return tuple({row.endpoint: row for group in self.groups for row in group.rows}.values())

    @property
    def all_work(self) -> bool:
        """Everything was asked each time, and worked."""
        return all(row.asked and row.works == row.asked and not row.skipped for row in self.rows)


def matrix(runs: Sequence[Run]) -> Matrix:
    """Of runs of one set and account, oldest first; at least one."""
    newest = runs[-1]
    probes: dict[str, list[Probe]] = {}
    skipped: dict[str, list[str]] = {}
    for run in runs:
        for probe in run.probes:
            probes.setdefault(probe.endpoint, []).append(probe)
        for one in run.skipped:
            skipped.setdefault(one.endpoint, []).append(one.why)

    def row(name: str, is_control: bool) -> Row:
        return _row(name, is_control, probes.get(name, []), skipped.get(name, []))

    return Matrix(
        newest.set,
        newest.account,
        newest.environment,
        len(runs),
        runs[0].began_ms,
        newest.began_ms,
        tuple(
            Group(
                section.name,
                (
                    *(row(name, True) for name in section.controls),
                    *(row(name, False) for name in section.calls),
                ),
            )
            for section in _sections(runs)
        ),
    )


def endpoints(runs: Sequence[Run]) -> dict[str, bool]:
    """Each endpoint of these runs in the order of the matrix, and whether it is a control."""
    found: dict[str, bool] = {}
    for section in _sections(runs):
        found |= dict.fromkeys(section.controls, True) | dict.fromkeys(section.calls, False)
    return found


def _sections(runs: Sequence[Run]) -> tuple[Section, ...]:
    """Those of the newest run, and behind them what only older ones asked."""
    newest = runs[-1].sections
    known = {name for section in newest for name in (*section.controls, *section.calls)}
    older = dict.fromkeys(
        probe.endpoint for run in runs for probe in run.probes if probe.endpoint not in known
    )
    return (*newest, Section("no longer in the set", (), tuple(older))) if older else newest


def _row(name: str, is_control: bool, probes: Sequence[Probe], skipped: Sequence[str]) -> Row:
    labels = Counter(label(probe) for probe in probes if kind_of(probe) is not Kind.WORKS)
    return Row(
        endpoint=name,
        is_control=is_control,
        works=sum(kind_of(probe) is Kind.WORKS for probe in probes),
        asked=len(probes),
        failures=tuple(labels.most_common()),
        skipped=len(skipped),
        why=skipped[-1] if skipped else "",
        flapping=flapping(states_of(probes)),
    )


def states_of(probes: Iterable[Probe]) -> list[str]:
    """The states that count for flapping: what says nothing of the endpoint is left out."""
    return [label(probe) for probe in probes if kind_of(probe) is not Kind.SILENT]
