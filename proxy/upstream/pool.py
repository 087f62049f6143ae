"""The idle and the busy connections, by host: which one a request gets, and when one is too old."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

import structlog

from proxy.core.settings import UpstreamSettings
from proxy.upstream.connection import Connection

_LOG: Final = structlog.get_logger("upstream")
_DISTRUSTED: Final = (
    "more came than was asked for: each connection to this host serves one request now, for 10 minutes. Something in"
    " between, a proxy or a firewall, may be mixing up answers: docs/connections.md"
)
LONGEST_SECONDS: Final = 300.0
"""A connection older than this is not used again, so that a change of DNS is followed."""
_AHEAD_SECONDS: Final = 3.0
"""So long before a connection becomes too old for something, another one is made."""
_SOON_SECONDS: Final = 1.0
REST_SECONDS: Final = 0.02
"""So long at least a connection rests behind an answer. What comes meanwhile was not asked for, and shows that it is
none to be used again. An answer that comes while another request is under way cannot be told from that one's own."""
_REST_SHARE: Final = 1.5
"""It rests for this many times the slowest answer of late. Where one that nobody asked for was taken for a request's,
that request's own comes about as late as answers come: into the rest, and not for the next one."""
LONGEST_REST_SECONDS: Final = 0.5
_REST_LONG: Final = 16
"""So many connections to a host rest longer than the least; with more of them, those that answered first are used."""
_FORGETS: Final = 0.9
"""With each answer the slowest one counts for this much of what it did."""
_BEHIND_SECONDS: Final = 1.0
"""What comes sooner behind an answer belongs to it; later it is mostly word that an idle connection ends (408)."""
_DISTRUST_SECONDS: Final = 600.0
"""So long each connection to a host that sent what nobody asked for serves one request."""


class Pool:
    """Hands out the connection that was used last among those that have rested, and takes it back. Opens none."""

    def __init__(self, settings: UpstreamSettings, now: Callable[[], float]) -> None:
        self._settings = settings
        self._now = now
        self._idle: defaultdict[str, list[Connection]] = defaultdict(list)
        self._resting: defaultdict[str, deque[Connection]] = defaultdict(
            deque
        )  # in the order of their answers
        self._distrusted: dict[str, float] = {}  # host -> until when
        self._slowest: defaultdict[str, float] = defaultdict(float)  # host -> seconds of an answer, lately
        self.busy: set[Connection] = set()

    def take(self, base: str, *, write: bool) -> Connection | None:
        """The idle connection that was used last, checked just before; None if none will do. A write is stricter.

        A write needs one that was used a short while ago: the upstream has not given up on it, so the only way
        to lose it is an ending that happens in the very instant in which we write.
        """
        group, now = self._idle[base], self._now()
        limit = self._settings.write_idle_seconds if write else self._settings.idle_seconds
        if resting := self._resting[base]:
            while resting and now >= _usable_from(resting):
                group.append(resting.popleft())
        while group:
            connection = group.pop()
            if (
                now - connection.used <= limit
                and now - connection.opened <= LONGEST_SECONDS
                and connection.is_alive()
            ):
                connection.used = now
                self.busy.add(connection)
                return connection
            connection.close()
        return None

    def rest_left(self, base: str) -> float | None:
        """Seconds until the next connection has rested; None where none rests. For when `take` had none."""
        resting = self._resting[base]
        return max(_usable_from(resting) - self._now(), 0.0) if resting else None

    def will_want(self, base: str) -> bool:
        """Whether the next request would have to wait for a rest that is not short: a connection more spares it that.
        For when `take` had one."""
        return (
            not self._idle[base]
            and len(self._resting[base]) < _REST_SHARE
            and self._rest_seconds(base) > REST_SECONDS
        )

    def _rest_seconds(self, base: str) -> float:
        return min(max(REST_SECONDS, self._slowest[base] * _REST_SHARE), LONGEST_REST_SECONDS)

    def waiting(self, base: str) -> list[Connection]:
        """All that are not in use, the one that was used last at the end."""
        return [*self._idle[base], *self._resting[base]]

    def came_unasked(self, connection: Connection) -> None:
        """Note that a host sent something behind an answer: its next extra answer may come at a worse moment."""
        if connection in self.busy or self._now() - connection.answered <= _BEHIND_SECONDS:
            self._distrust(connection.base)

    def _distrust(self, base: str) -> None:
        """Use each connection to this host once, for a while; those that wait have been used."""
        if not self._is_distrusted(base):
            _LOG.warning("upstream_unasked_octets", host=base.partition("://")[2], note=_DISTRUSTED)
        self._distrusted[base] = self._now() + _DISTRUST_SECONDS
        for connection in self.waiting(base):
            connection.close()
        self._idle[base].clear()
        self._resting[base].clear()

    def _is_distrusted(self, base: str) -> bool:
        return self._distrusted.get(base, -math.inf) > self._now()

    def add(self, connection: Connection, *, busy: bool) -> None:
        """Add a new connection, to be used at once (`busy`) or kept ready."""
        connection.opened = connection.used = self._now()
        if busy:
            self.busy.add(connection)
        else:
            self._idle[connection.base].append(connection)

    def put_back(self, connection: Connection, reusable: bool) -> None:
        """Take a connection back after its use. One whose answer was not read to its end is closed."""
        self.busy.discard(connection)
        if reusable and not (self._distrusted and self._is_distrusted(connection.base)):
            base, now = connection.base, self._now()
            self._slowest[base] = max(now - connection.used, self._slowest[base] * _FORGETS)
            connection.used = connection.answered = now
            connection.rested = now + self._rest_seconds(base)
            self._resting[base].append(connection)
        else:
            connection.abort()

    def evict(self, base: str) -> None:
        """Close the connections to a host that are dead or were idle for too long."""
        now = self._now()
        for connection in self.waiting(base):
            too_old = (
                now - connection.used > self._settings.idle_seconds
                or now - connection.opened > LONGEST_SECONDS
            )
            if too_old or not connection.is_alive():
                group = self._idle if connection in self._idle[base] else self._resting
                group[base].remove(connection)
                connection.close()

    def needs_spare(self, base: str) -> bool:
        """Whether a host in use has no connection at hand that a write could still use in a few seconds."""
        now = self._now()
        ahead = min(_AHEAD_SECONDS, self._settings.write_idle_seconds / 3)
        if any(
            now - one.used < self._settings.write_idle_seconds - ahead
            and now - one.opened < LONGEST_SECONDS - ahead
            for one in self.waiting(base)
        ):
            return False
        return not any(one.base == base and now - one.used < _SOON_SECONDS for one in self.busy)

    def close_all(self) -> None:
        """Close everything, idle or busy."""
        for connection in [one for base in self._idle for one in self.waiting(base)] + list(self.busy):
            connection.abort()
        self._idle.clear()
        self._resting.clear()


def _usable_from(resting: deque[Connection]) -> float:
    """The instant from which the one that answered first may be used again."""
    first = resting[0]
    return min(first.rested, first.answered + REST_SECONDS) if len(resting) > _REST_LONG else first.rested
