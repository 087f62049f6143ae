"""The idle and the busy connections, by host: which one a request gets, and when one is too old."""

from collections import defaultdict
from collections.abc import Callable
from typing import Final

from proxy.core.settings import UpstreamSettings
from proxy.upstream.connection import Connection

LONGEST_SECONDS: Final = 300.0
"""A connection older than this is not used again, so that a change of DNS is followed."""
_AHEAD_SECONDS: Final = 3.0
"""So long before a connection becomes too old for something, another one is made."""
_SOON_SECONDS: Final = 1.0
_JUST_NOW_SECONDS: Final = 0.05


class Pool:
    """Hands out the connection that was used last, and takes it back. Opens none."""

    def __init__(self, settings: UpstreamSettings, now: Callable[[], float]) -> None:
        self._settings = settings
        self._now = now
        self._idle: defaultdict[str, list[Connection]] = defaultdict(list)
        self.busy: set[Connection] = set()

    def take(self, base: str, *, write: bool) -> Connection | None:
        """The idle connection that was used last, checked just before; None if none will do. A write is stricter.

        A write needs one that was used a short while ago: the upstream has not given up on it, so the only way
        to lose it is an ending that happens in the very instant in which we write. For a read that follows another at
        once the kernel is not asked: it may be sent again.
        """
        group, now = self._idle[base], self._now()
        limit = self._settings.write_idle_seconds if write else self._settings.idle_seconds
        while group:
            connection = group.pop()
            if (
                now - connection.used <= limit
                and now - connection.opened <= LONGEST_SECONDS
                and connection.is_alive(closely=write or now - connection.used > _JUST_NOW_SECONDS)
            ):
                connection.used = now
                self.busy.add(connection)
                return connection
            connection.close()
        return None

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
        if reusable:
            connection.used = self._now()
            self._idle[connection.base].append(connection)
        else:
            connection.abort()

    def evict(self, base: str) -> None:
        """Close the connections to a host that are dead or were idle for too long."""
        group, now = self._idle[base], self._now()
        for connection in list(group):
            too_old = (
                now - connection.used > self._settings.idle_seconds
                or now - connection.opened > LONGEST_SECONDS
            )
            if too_old or not connection.is_alive():
                group.remove(connection)
                connection.close()

    def needs_spare(self, base: str) -> bool:
        """Whether a host in use has no connection at hand that a write could still use in a few seconds."""
        now = self._now()
        ahead = min(_AHEAD_SECONDS, self._settings.write_idle_seconds / 3)
        if any(
            now - one.used < self._settings.write_idle_seconds - ahead
            and now - one.opened < LONGEST_SECONDS - ahead
            for one in self._idle[base]
        ):
            return False
        return not any(one.base == base and now - one.used < _SOON_SECONDS for one in self.busy)

    def close_all(self) -> None:
        """Close everything, idle or busy."""
        for connection in [one for group in self._idle.values() for one in group] + list(self.busy):
            connection.abort()
        self._idle.clear()
