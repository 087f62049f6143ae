"""Where else a read may go when no connection to a host can be made.

Only reads, and only where not an octet has left: `Sender.send` asks this before it has a connection. A
certificate that does not verify is no reason: whoever stands in between would then choose our host for us.
"""

from collections.abc import Callable, Mapping
from typing import Final

import structlog

from proxy.core.errors import UpstreamError

_REMEMBERED_SECONDS: Final = 30.0
_FIRST_SECONDS: Final = 2.0
_NEXT_SECONDS: Final = 1.5
_LOG: Final = structlog.get_logger("upstream")


class Failover:
    """Which hosts could not be reached a short while ago, and which others serve the same."""

    def __init__(self, alternates: Mapping[str, tuple[str, ...]], now: Callable[[], float]) -> None:
        self._alternates = alternates
        self._now = now
        self._down: dict[str, float] = {}  # base -> until when it is passed over

    def covers(self, base: str) -> bool:
        """Whether there is any other host for a base."""
        return base in self._alternates

    def candidates(self, base: str) -> list[str]:
        """Bases in the order in which to try them; those that failed a short while ago come last."""
        bases = [base, *self._alternates.get(base, ())]
        if not self._down:
            return bases
        now = self._now()
        return sorted(bases, key=lambda one: self._down.get(one, 0.0) > now)

    def seconds(self, nth: int, left: float) -> float:
        """How long the nth candidate (from 0) may take, so that `left` seconds serve for more than one."""
        return min(_FIRST_SECONDS if nth == 0 else _NEXT_SECONDS, left)

    def failed(self, base: str, why: str) -> None:
        """No connection to it could be made. A warning for the host that was asked for; others come of it."""
        if base not in self._down:
            log = _LOG.warning if self.covers(base) or not self._is_alternate(base) else _LOG.debug
            log("upstream_host_down", host=base, why=why, others=len(self._alternates.get(base, ())))
        self._down[base] = self._now() + _REMEMBERED_SECONDS

    def _is_alternate(self, base: str) -> bool:
        return any(base in others for others in self._alternates.values())

    def reached(self, base: str) -> None:
        if self._down and self._down.pop(base, None) is not None:
            _LOG.info("upstream_host_up", host=base)


def may_fail_over(error: UpstreamError) -> bool:
    """Whether no connection came about, for a reason that another host may not share."""
    return error.refusal.token == "upstream_unreachable"
