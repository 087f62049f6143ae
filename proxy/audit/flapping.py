"""How much an endpoint flaps: the weighted share of changes among its last 21 results, as Nagios reckons it.

Source: Nagios Core, "Detection and Handling of State Flapping", and the curve in its flapping.c: of the 20 places
where a state can change, the oldest weighs 0.75 and the newest 1.25, evenly between. Flapping begins at 30 % and ends
below 20 % (its defaults for services). Nagios fills a short history with OK; here one of fewer than 21 results has
fewer places, with the same curve over them, and fewer than `LEAST` results have no score.
"""

import itertools
from collections.abc import Sequence
from typing import Final

import msgspec

KEPT: Final = 21
LEAST: Final = 5
BEGINS_AT: Final = 30.0
ENDS_BELOW: Final = 20.0
_OLDEST, _NEWEST = 0.75, 1.25


class Flapping(msgspec.Struct, frozen=True):
    """`percent`: the score, None for too few results. `now`: whether it flaps, by both thresholds."""

    percent: float | None
    now: bool


def score(states: Sequence[str]) -> float | None:
    """Percent of weighted changes among the newest `KEPT` states, oldest first; None for fewer than `LEAST`."""
    last = states[-KEPT:]
    if len(last) < LEAST:
        return None
    places = len(last) - 1
    step = (_NEWEST - _OLDEST) / (places - 1)
    changes = (
        _OLDEST + place * step for place, (one, other) in enumerate(itertools.pairwise(last)) if one != other
    )
    return sum(changes) * 100 / places


def flapping(states: Sequence[str]) -> Flapping:
    """The score of the newest state, and whether it flaps, judged from the first state on."""
    now, percent = False, None
    for end in range(LEAST, len(states) + 1):
        percent = score(states[max(0, end - KEPT) : end])
        assert percent is not None
        now = percent >= (ENDS_BELOW if now else BEGINS_AT)
    return Flapping(percent, now)
