"""Requests are drawn, sent, and held against the oracle; what came of them is counted."""

import asyncio
import hashlib
import math
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st

from proxy.sandbox import Executed, Sandbox
from proxy.sandbox.exchange import RepeatedParameters
from tests.limits_proof.attacks import ATTACKS, Raw, written
from tests.limits_proof.forms import FAMILIES, filled
from tests.limits_proof.oracle import Oracle, Peak
from tests.limits_proof.plays import PLAYS, Hand, Play, lines_for
from tests.limits_proof.scene import EVENINGS, MOVING, Door, Scene
from tests.support.raw_client import RawAnswer

REQUESTS_A_DAY: Final = 25
FEWEST_A_DAY: Final = 15
SAMPLE: Final = 100
"""Days of the sample that runs with `make test`."""
_MOVES: Final = tuple(map(Decimal, ("0.98", "0.99", "1", "1.01", "1.02")))
"""A book that is two seconds old may have moved so far: together less than the margin of the policies, 5 %."""
OUTCOMES: Final = (
    "executed",
    "refused by the gateway",
    "refused by the exchange",
    "nothing to execute",
    "no answer",
)


@dataclass(frozen=True)
class Ask:
    """One request, as it was drawn: a number for the good request, and one for each attack on it.

    family: None for the one of the day, so that sums come together. move: how a price moves before it, None not at all.
    """

    family: str | None
    form: int
    attacks: tuple[int, ...]
    move: int | None


@dataclass
class Tally:
    """What came of a run. `peaks` by policy, line and bound."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in FAMILIES})
    refusals: Counter[str] = field(default_factory=Counter)
    peaks: dict[str, dict[tuple[str, str], Peak]] = field(default_factory=dict)

    def count(self, outcome: str) -> int:
        return sum(one[outcome] for one in self.outcomes.values())

    @property
    def sent(self) -> int:
        return sum(self.count(one) for one in OUTCOMES)


_SMALL = st.integers(0, 255)
_NUMBER = st.integers(0, 2**32 - 1)


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    """A good request of some family, half of them untouched, the others with one to three attacks."""
    family = draw(st.sampled_from((None,) * 2 * len(FAMILIES) + FAMILIES))
    count = draw(st.sampled_from((0, 0, 0, 0, 0, 1, 1, 1, 2, 3)))
    attacks = tuple(draw(_NUMBER) for _ in range(count))
    return Ask(family, draw(_NUMBER), attacks, draw(st.none() | st.none() | st.none() | _SMALL))


@dataclass(frozen=True)
class Day:
    """Which policy, what the exchange does with names it does not know or reads twice, and what is asked in one day.

    seed: makes the numbers of its requests others than those of other days; hypothesis likes to draw the same again.
    `prove` gives it.
    """

    which: int
    family: int
    passes_over: bool
    repeated: RepeatedParameters
    asks: tuple[Ask, ...]
    seed: int = 0


class _Seeds:
    """Of days: one of its own for each that is drawn, that of the failure for all that it is made shorter by."""

    def __init__(self, of_run: int) -> None:
        self._of_run, self._known = of_run << 32, dict[Day, int]()
        self.failed: int | None = None

    def given(self, day: Day) -> Day:
        """The same for the same."""
        fresh = self._of_run + len(self._known) if self.failed is None else self.failed
        return replace(day, seed=self._known.setdefault(day, fresh))


_REPEATED: Final[tuple[RepeatedParameters, ...]] = ("refuse", "first", "last")
DAYS = st.builds(
    Day,
    _SMALL,
    _SMALL,
    st.booleans(),
    st.sampled_from(_REPEATED),
    st.lists(asks(), min_size=FEWEST_A_DAY, max_size=REQUESTS_A_DAY).map(tuple),
)


def days_for(requests: int) -> int:
    """About so many as send that many requests."""
    return max(-(-requests // FEWEST_A_DAY * 4 // 5), 1)


def _spread(day: Day, place: int, number: int) -> bytes:
    """32 octets that look drawn evenly, and others at each place of each day: hypothesis itself prefers small numbers,
    and those that it drew before."""
    return hashlib.sha256(b"%d %d %d" % (day.seed, place, number)).digest()


def made(family: str, day: Day, place: int, sandbox: Sandbox) -> Raw:
    """The request that an `Ask` stands for, while the exchange is as it is."""
    ask = day.asks[place]
    raw = written(filled(family, _spread(day, place, ask.form), sandbox))
    for number in ask.attacks:
        octets = _spread(day, place, number)
        ATTACKS[octets[0] % len(ATTACKS)](raw, octets[1], octets[2])
    return raw


@dataclass(frozen=True)
class _Asking:
    """One day of one gateway, while it goes on."""

    scene: Scene
    door: Door
    day: Day
    tally: Tally
    oracle: Oracle

    async def drawn(self, place: int, usual: str) -> None:
        ask = self.day.asks[place]
        if ask.move is not None:
            self._move(MOVING[ask.move % 3], _MOVES[ask.move // 3 % 5])
        family = ask.family or usual
        await self._send(made(family, self.day, place, self.scene.sandbox), family)

    async def play(self, play: Play, numbers: bytes, *, first: bool = False) -> None:
        """Only the first request of a day may begin on the day before."""
        lines = lines_for(play, self.door.case)
        line = lines[numbers[1] % len(lines)]
        for step in play.act(Hand(line, self.scene.sandbox, numbers[2:], self.scene.new_number)):
            if step.moved is not None:
                self._move(*step.moved)
            await self._send(
                written(step.form), play.family(line), over_midnight=first and step.over_midnight
            )

    def evening(self) -> None:
        for entries in self.scene.evening(EVENINGS[_spread(self.day, -3, 0)[0] % len(EVENINGS)]):
            self._judge(entries, "in the evening")

    def _move(self, name: str, factor: Decimal) -> None:
        self._judge(self.scene.move(name, factor), f"{name} moved by {factor}")

    async def _send(self, raw: Raw, family: str, *, over_midnight: bool = False) -> None:
        octets = raw.octets(self.door.host, *self.door.headers)
        answer, entries = await self.scene.ask(self.door, octets, over_midnight=over_midnight)
        self._judge(entries, repr(octets))
        _count(self.tally, family, answer, executed=bool(entries))

    def _judge(self, entries: Sequence[Executed], when: str) -> None:
        breaches = self.oracle.saw(entries)
        assert not breaches, f"policy {self.door.case.name!r}, {when}: {breaches}"


def _opening(scene: Scene, day: Day) -> tuple[Door, Play]:
    """What a day begins with, each play as often as the others, and a gateway that it is about."""
    numbers = _spread(day, -1, day.which)
    plays = [play for play in PLAYS if any(lines_for(play, door.case) for door in scene.doors)]
    play = plays[numbers[0] % len(plays)]
    doors = [door for door in scene.doors if lines_for(play, door.case)]
    return doors[numbers[1] % len(doors)], play


async def one_day(scene: Scene, door: Door, opening: Play, day: Day, tally: Tally) -> None:
    """A play, what was drawn, another play, and the evening. Raises AssertionError for the first that was executed
    outside of its limits."""
    peaks = tally.peaks.setdefault(door.case.name, {})
    asking, families = _Asking(scene, door, day, tally, Oracle(door.case.policy, peaks)), door.case.families
    usual = families[_spread(day, -2, day.family)[0] % len(families)]
    await asking.play(opening, _spread(day, -4, 0), first=True)
    for place in range(len(day.asks)):
        await asking.drawn(place, usual)
    numbers, fitting = _spread(day, -5, 0), [play for play in PLAYS if lines_for(play, door.case)]
    await asking.play(fitting[numbers[0] % len(fitting)], numbers)
    asking.evening()


def _count(tally: Tally, family: str, answer: RawAnswer | None, *, executed: bool) -> None:
    token = answer.header("X-Gateway-Error") if answer else None
    if executed:
        outcome = "executed"
    elif answer is None:
        outcome = "no answer"
    elif token is not None:
        outcome = "refused by the gateway"
        tally.refusals[token] += 1
    else:
        refused = answer.status >= 400 or b'"code":-' in answer.body or b'"success":false' in answer.body
        outcome = "refused by the exchange" if refused else "nothing to execute"
    tally.outcomes[family][outcome] += 1


def prove(
    runner: asyncio.Runner,
    scene: Scene,
    tally: Tally,
    *,
    days: int,
    seed: int | None = None,
    until: float = math.inf,
    shrinks: bool = True,
) -> None:
    """So many days, each of up to REQUESTS_A_DAY requests; with a seed other ones than without.

    until: on the monotonic clock; days that would begin later are left out. shrinks: what is found is made shorter.
    """

    seeds = _Seeds(seed or 0)

    @settings(
        max_examples=days,
        derandomize=seed is None,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(DAYS)
    def on_each_day(day: Day) -> None:
        if time.monotonic() > until:
            return
        day = seeds.given(day)
        door, opening = _opening(scene, day)
        scene.begin(door, passes_over=day.passes_over, repeated=day.repeated)
        try:
            runner.run(one_day(scene, door, opening, day, tally))
        except AssertionError:
            seeds.failed = day.seed
            raise

    (on_each_day if seed is None else seeded(seed)(on_each_day))()
