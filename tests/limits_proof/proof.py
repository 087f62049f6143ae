"""Requests are drawn, sent, and held against the oracle; what came of them is counted."""

import asyncio
import hashlib
import math
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st

from proxy.sandbox import Sandbox
from proxy.sandbox.exchange import RepeatedParameters
from tests.limits_proof.attacks import ATTACKS, Raw, written
from tests.limits_proof.forms import FAMILIES, filled
from tests.limits_proof.oracle import Oracle, Peak
from tests.limits_proof.scene import Door, Scene
from tests.support.raw_client import RawAnswer

REQUESTS_A_DAY: Final = 25
FEWEST_A_DAY: Final = 15
_MOVES: Final = tuple(map(Decimal, ("0.98", "0.99", "1", "1.01", "1.02")))
"""A book that is two seconds old may have moved so far: together less than the margin of the policies, 5 %."""
_MOVING: Final = ("BTCUSDT", "ETHUSDT", "DOGEUSDT")
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
_SEED = st.integers(0, 2**64 - 1)


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
    """

    which: int
    seed: int
    family: int
    passes_over: bool
    repeated: RepeatedParameters
    asks: tuple[Ask, ...]


_REPEATED: Final[tuple[RepeatedParameters, ...]] = ("refuse", "first", "last")
DAYS = st.builds(
    Day,
    _SMALL,
    _SEED,
    _SMALL,
    st.booleans(),
    st.sampled_from(_REPEATED),
    st.lists(asks(), min_size=FEWEST_A_DAY, max_size=REQUESTS_A_DAY).map(tuple),
)


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


async def one_day(scene: Scene, door: Door, day: Day, tally: Tally) -> None:
    """Sends them one after the other. Raises AssertionError for the first that was executed outside of its limits."""
    peaks = tally.peaks.setdefault(door.case.name, {})
    oracle, families = Oracle(door.case.policy, peaks), door.case.families
    usual = families[_spread(day, -2, day.family)[0] % len(families)]
    for place, ask in enumerate(day.asks):
        if ask.move is not None:
            name, factor = _MOVING[ask.move % 3], _MOVES[ask.move // 3 % 5]
            moved = oracle.saw(scene.move(name, factor))
            assert not moved, f"policy {door.case.name!r}, {name} moved by {factor}: {moved}"
        family = ask.family or usual
        octets = made(family, day, place, scene.sandbox).octets(door.host, *door.headers)
        answer, entries = await scene.ask(door, octets)
        breaches = oracle.saw(entries)
        assert not breaches, f"policy {door.case.name!r}, {octets!r}: {breaches}"
        _count(tally, family, answer, executed=bool(entries))


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
) -> None:
    """So many days, each of up to REQUESTS_A_DAY requests; with a seed other ones than without.

    until: on the monotonic clock; days that would begin later are left out.
    """

    @settings(
        max_examples=days,
        derandomize=seed is None,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(DAYS)
    def on_each_day(day: Day) -> None:
        if time.monotonic() > until:
            return
        door = scene.doors[_spread(day, -1, day.which)[0] % len(scene.doors)]
        scene.begin(door, passes_over=day.passes_over, repeated=day.repeated)
        runner.run(one_day(scene, door, day, tally))

    (on_each_day if seed is None else seeded(seed)(on_each_day))()
