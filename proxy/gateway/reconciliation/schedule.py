"""When to look again. A look costs weight, so there are few: at once, a moment later, when the write is late."""

from typing import Final

from proxy.core.settings import OrderSettings

MOST_LOOKS: Final = 12
GRACE_SECONDS: Final = 60.0
"""How long a look-up goes on, after its write can no longer be executed, while the exchange does not answer."""
_WHOLE_SECONDS: Final = 15.3
"""From the request to the end of its answer: a client that waits for the 15 s of a time-out waits for this too."""
_SECOND_LOOK_SECONDS: Final = 0.5  # an order shows a moment after it was placed
_AFTER_LATE_SECONDS: Final = 0.02
_LONGEST_PAUSE_SECONDS: Final = 16.0
_UNANSWERED: Final = frozenset({"unreachable", "held"})


def pause_after(looks: int, reason: str, *, until_late: float, held: float) -> float:
    """Seconds to the next look.

    `looks`: how many there were. `reason`: why the last one settled nothing. `until_late`: seconds until the write
    can no longer be executed, negative afterwards. `held`: seconds that a hold still lasts.
    """
    if reason in _UNANSWERED:
        return max(held, min(0.5 * 2.0 ** (looks - 1), _LONGEST_PAUSE_SECONDS))
    late = max(until_late, 0.0) + _AFTER_LATE_SECONDS
    return min(_SECOND_LOOK_SECONDS, late) if looks == 1 else late


def wait_until(settings: OrderSettings, accepted: float, now: float) -> float:
    """Until when a request that came in at `accepted` may wait for an outcome: moments of one clock, in seconds."""
    return min(now + settings.outcome_wait_seconds, accepted + _WHOLE_SECONDS)
