"""How many flows are shown, and how many are only counted: what a terminal can show, and a person can read."""

from typing import Final

_CROWD: Final = 4
"""Where so many times as many come as may pass, fewer do: a sample, for nobody reads that fast."""


class Gate:
    """So many a second, a few more at once; of a crowd a part of that. Two threads without a lock: one passes, the
    other refills."""

    def __init__(self, a_second: float, at_once: int) -> None:
        self._a_second = a_second
        self._most = at_once
        self._room = float(at_once)
        self._passed = 0  # written by who passes, as the next one
        self._refused = 0
        self._known_refused = 0
        self._may_pass = at_once  # written by who refills
        self._known_passed = 0
        self._refilled: float | None = None

    def passes(self) -> bool:
        """Whether one more is shown."""
        if self._passed >= self._may_pass:
            self._refused += 1
            return False
        self._passed += 1
        return True

    def refill(self, now: float) -> None:
        """`now`: seconds on the monotonic clock."""
        passed, refused = self._passed, self._refused
        since = 0.0 if self._refilled is None else now - self._refilled
        more = since * self._a_second
        if refused - self._known_refused > _CROWD * more:
            more /= _CROWD
        self._room = min(self._most, self._room - (passed - self._known_passed) + more)
        self._known_passed, self._known_refused, self._refilled = passed, refused, now
        self._may_pass = passed + max(int(self._room), 0)

    @property
    def full(self) -> bool:
        """Whether a refill would change nothing."""
        return self._room >= self._most and self._passed == self._known_passed
