"""How many flows are shown, and how many are only counted: what a terminal can show, and a person can read."""


class Gate:
    """So many a second, a few more at once. Two threads without a lock: one passes, the other refills."""

    def __init__(self, a_second: float, at_once: int) -> None:
        self._a_second = a_second
        self._most = at_once
        self._room = float(at_once)
        self._passed = 0  # written by who passes
        self._may_pass = at_once  # written by who refills
        self._known_passed = 0
        self._refilled: float | None = None

    def passes(self) -> bool:
        """Whether one more is shown."""
        if self._passed >= self._may_pass:
            return False
        self._passed += 1
        return True

    def refill(self, now: float) -> None:
        """`now`: seconds on the monotonic clock."""
        passed = self._passed
        since = 0.0 if self._refilled is None else now - self._refilled
        used = passed - self._known_passed
        self._room = min(self._most, self._room - used + since * self._a_second)
        self._known_passed, self._refilled = passed, now
        self._may_pass = passed + max(int(self._room), 0)

    @property
    def full(self) -> bool:
        """Whether a refill would change nothing."""
        return self._room >= self._most and self._passed == self._known_passed
