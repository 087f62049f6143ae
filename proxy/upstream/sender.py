"""Send one request, hand back its answer, keep the connection for the next.

Retries, complete: no connection made: once more, whatever the method (dial.py), or, for a read that has other
hosts, each of them once (failover.py). Octets handed to a socket: a GET once, if the connection was an old one and
not an octet of an answer came; a write never. Any HTTP answer: never here.
"""

import asyncio
import contextlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from proxy.core.errors import Execution, UpstreamError
from proxy.core.readings import Reading, counters
from proxy.core.settings import UpstreamSettings
from proxy.upstream.connection import Connection, Timeouts
from proxy.upstream.deadline import DeadlineTimer
from proxy.upstream.dial import Dialer
from proxy.upstream.failover import Failover, may_fail_over
from proxy.upstream.faults import fault, in_words
from proxy.upstream.pool import Pool
from proxy.upstream.response import UpstreamResponse

_WARM_SECONDS: Final = 600.0
"""A host that was used this recently has a connection at hand: a handshake costs two round trips."""
_UPKEEP_SECONDS: Final = 1.0
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

type Leaving = Callable[[], None]
"""Told just before the first octet of a request is handed over. What it raises, stops the request."""

type Again = Callable[[str], bytes]
"""Makes the request anew for a base: its time stamp grew old while a connection was made, or the host is another."""


class Sender:
    """All connections to all upstream hosts."""

    def __init__(
        self,
        dialer: Dialer,
        settings: UpstreamSettings,
        monotonic: Callable[[], float],
        alternates: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
        steady: Callable[[], float] | None = None,
    ) -> None:
        """`steady` goes on while the machine sleeps, which connections do not outlive."""
        self._dialer = dialer
        self._now = monotonic
        self._timeouts = Timeouts(
            settings.answer_seconds, settings.progress_seconds, settings.total_seconds, monotonic
        )
        self._pool = Pool(settings, steady or monotonic)
        dialer.unasked = self._pool.came_unasked
        self._took: dict[str, float] = {}  # base -> seconds that the last connection took to make
        self._spares: set[asyncio.Task[None]] = set()
        shortest = min(settings.answer_seconds, settings.progress_seconds, settings.total_seconds)
        self._deadlines = DeadlineTimer(self._pool.busy, shortest, monotonic)
        self._failover = Failover(alternates, monotonic)
        self._home: frozenset[str] = frozenset()
        self._used: dict[str, float] = {}  # base -> instant of the last request
        self._dialling: Counter[str] = Counter()
        self.opened: Counter[str] = Counter()  # connections made, by base
        self.unreached: Counter[str] = Counter()  # connections that could not be made
        self.answered: Counter[str] = Counter()  # answers, by the base that gave them
        self._closed = False

    async def send(
        self,
        base: str,
        octets: bytes,
        *,
        repeatable: bool,
        again: Again | None = None,
        leaving: Leaving | None = None,
        failover: bool = False,
    ) -> UpstreamResponse:
        """Send `octets` (a whole HTTP/1.1 request for `base`) and wait for the head of the answer.

        `again` makes them anew where a connection had to be made first. `repeatable` is true for a GET that changes
        nothing; with `failover` it may go to another host that serves the same, if `base` cannot be reached.
        `leaving` is told once there is a connection, and may still stop the request.
        Raises UpstreamError; its refusal tells whether the request may have been executed.
        """
        self._used[base] = since = connected_at = self._now()
        connection = self._pool.take(base, write=not repeatable)
        if connection is None:
            connection = await self._rested(base, write=not repeatable)
        reused = connection is not None
        if reused and self._pool.will_want(base):
            self._start_spare(base)
        if connection is None:
            if failover and repeatable and again is not None and self._failover.covers(base):
                connection, reused = await self._reach(base)
            else:
                connection = await self._open(base)
            connected_at = self._now()
            octets = self._made_anew(connection, octets, again)
        if leaving is not None:
            self._tell_leaving(connection, leaving)
        try:
            return await self._exchange(connection, octets, since, connected_at, reused=reused, attempts=1)
        except UpstreamError as error:
            unanswered = error.refusal.token == "upstream_no_answer" and connection.octets_seen == 0
            if not (reused and repeatable and unanswered):
                raise
            first = error
        return await self._repeat(connection.base, octets, again, since, first)

    def readings(self) -> Iterator[Reading]:
        """Which hosts answered, and how the connections to them went."""
        counted = {
            "upstream_answers": ("Answers by the host that gave them", self.answered),
            "upstream_connections": ("Connections made", self.opened),
            "upstream_unreached": ("Connections that could not be made", self.unreached),
        }
        for name, (says, counts) in counted.items():
            by_host = (((base.partition("://")[2],), count) for base, count in sorted(counts.items()))
            yield counters(name, says, ("host",), by_host)

    def keep_home(self, bases: Iterable[str]) -> None:
        """These hosts always have a connection at hand, whether or not they were used lately."""
        self._home = frozenset(bases)

    async def keep_warm(self) -> None:
        """Look after the idle connections, for ever: a host in use always has a fresh one at hand."""
        while True:
            await asyncio.sleep(_UPKEEP_SECONDS)
            await asyncio.gather(*[self.tend(base) for base in {*self._home, *self._used}])

    async def tend(self, base: str) -> None:
        """Close what is too old or dead; while traffic is recent, have one at hand that even a write may use."""
        self._pool.evict(base)
        recent = base in self._home or self._now() - self._used.get(base, -math.inf) <= _WARM_SECONDS
        if not recent:
            self._used.pop(base, None)
        elif not self._dialling[base] and self._pool.needs_spare(base):
            await self._spare(base)

    async def close(self) -> None:
        """Close every connection; no new one is opened afterwards."""
        self._closed = True
        self._deadlines.disarm()
        self._pool.close_all()
        await asyncio.sleep(0)

    async def _repeat(
        self, base: str, octets: bytes, again: Again | None, since: float, first: UpstreamError
    ) -> UpstreamResponse:
        """Send a read once more. Octets have left before: whatever fails now, it is not `not_sent` any more."""
        try:
            fresh = await self._open(base)
            octets = self._made_anew(fresh, octets, again)
            return await self._exchange(fresh, octets, since, self._now(), reused=False, attempts=2)
        except UpstreamError as error:
            if error.refusal.execution is Execution.NOT_SENT:
                raise first from None
            raise

    async def _rested(self, base: str, *, write: bool) -> Connection | None:
        """The next connection that has rested, where waiting is sooner than a new one. One more is made meanwhile,
        so that who asks and asks again waits but once."""
        left = self._pool.rest_left(base)
        if left is None or left >= self._took.get(base, 0.0):
            return None
        self._start_spare(base)
        await asyncio.sleep(left)
        return self._pool.take(base, write=write)

    def _start_spare(self, base: str) -> None:
        """Make one connection more meanwhile, unless one is being made."""
        if not self._dialling[base]:
            task = asyncio.create_task(self._spare(base))
            self._spares.add(task)
            task.add_done_callback(self._spares.discard)

    async def _spare(self, base: str) -> None:
        """One connection more at hand. One that cannot be made is for the next request to tell."""
        with contextlib.suppress(UpstreamError):
            self._pool.add(await self._dial(base), busy=False)

    async def _reach(self, base: str) -> tuple[Connection, bool]:
        """A connection to the first host that can be reached, and whether it is an old one."""
        end = self._now() + self._dialer.connect_seconds
        failure: UpstreamError | None = None
        for nth, one in enumerate(self._failover.candidates(base)):
            left = end - self._now()
            if left <= 0:
                break
            idle = self._pool.take(one, write=False) if one != base else None
            if idle is not None:
                return idle, True
            try:
                connection = await self._open(one, self._failover.seconds(nth, left))
            except UpstreamError as error:
                if not may_fail_over(error):
                    raise
                failure = failure or error
            else:
                self._used[one] = self._now()
                return connection, False
        raise failure or fault("upstream_unreachable", "connect", "TimeoutError")

    async def _open(self, base: str, seconds: float | None = None) -> Connection:
        connection = await self._dial(base, seconds)
        self._pool.add(connection, busy=True)
        return connection

    async def _dial(self, base: str, seconds: float | None = None) -> Connection:
        self._require_open()
        self._dialling[base] += 1
        began = self._now()
        try:
            connection = await self._dialer.open(base, seconds)
        except UpstreamError as error:
            self.unreached[base] += 1
            if may_fail_over(error):
                self._failover.failed(base, in_words(error))
            raise
        finally:
            self._dialling[base] -= 1
        self._require_open(connection)
        self.opened[base] += 1
        self._took[base] = self._now() - began
        self._failover.reached(base)
        return connection

    def _require_open(self, made: Connection | None = None) -> None:
        """Once closed, no connection is made, and one that was being made is given up."""
        if self._closed:
            if made is not None:
                made.abort()
            raise fault("upstream_unreachable", "connect", "the gateway is stopping")

    def _made_anew(self, connection: Connection, octets: bytes, again: Again | None) -> bytes:
        """The octets for the connection that was made."""
        if again is None:
            return octets
        try:
            return again(connection.base)
        except BaseException:
            self._pool.put_back(connection, False)
            raise

    def _tell_leaving(self, connection: Connection, leaving: Leaving) -> None:
        try:
            leaving()
        except BaseException:
            self._pool.put_back(connection, False)
            raise

    async def _exchange(
        self,
        connection: Connection,
        octets: bytes,
        since: float,
        connected_at: float,
        *,
        reused: bool,
        attempts: int,
    ) -> UpstreamResponse:
        try:
            connection.write(octets, self._timeouts, since)
            self._deadlines.arm(connection.deadline)
            sent_at = self._now()
            head = await connection.head()
        except BaseException:
            self._pool.put_back(connection, False)
            raise
        self.answered[connection.base] += 1
        answer = UpstreamResponse(
            head.status,
            head.headers,
            head.length,
            connection.base,
            reused,
            attempts,
            connected_at,
            sent_at,
            connection.head_at or self._now(),
            connection,
            self._pool.put_back,
        )
        if head.status in _REDIRECTS:
            answer.close()
            raise fault("redirect_refused", "head")
        return answer
