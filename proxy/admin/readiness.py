"""Is it worth sending requests here? Only where all of it is: a key, the exchange's time, no hold, a journal.

Liveness is another question, and needs nothing of Binance: a gateway under a ban lives, and a restart would not help.
"""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from proxy.clients.registry import Clients
from proxy.core.catalogue import Environment, PrefixFamily
from proxy.core.retry_after import Scope
from proxy.journal import Journal
from proxy.limits.holds import ActiveHold, Holds
from proxy.runtime.exchange_clock import Clocks

_LATE_SECONDS: Final = 60.0
"""How much older than one period an estimate may be: several attempts were made meanwhile, and none succeeded."""


_DISK_SECONDS: Final = 2.0
"""How long the disk of the journal is waited for."""
_LOOK: Final = "`signing-proxy doctor` tells what is in the way"


class Reason(Struct, frozen=True):
    """What keeps the gateway from being ready. `name` is one word for programs."""

    name: str
    says: str


class Readiness(Struct):
    """What is looked at. `home`: the environment whose time counts; another one once an account has another."""

    clients: Clients
    home: Callable[[], Environment]
    clocks: Clocks
    refresh_seconds: float
    holds: Holds
    journal: Journal
    _disk: asyncio.Task[str] | None = None
    """The look at the disk that is under way."""

    async def reasons(self) -> list[Reason]:
        """Why it is not ready; empty if it is."""
        trouble = await self._trouble()
        return [*self._key(), *self._time(), *map(_waiting, self.holds.active_holds()), *_unwritten(trouble)]

    async def _trouble(self) -> str:
        """A disk may hang: then one thread waits for it, however often somebody asks, and the others are free."""
        if self._disk is None or self._disk.done():
            self._disk = asyncio.create_task(asyncio.to_thread(self.journal.trouble))
        try:
            async with asyncio.timeout(_DISK_SECONDS):
                return await asyncio.shield(self._disk)
        except TimeoutError:
            return "the disk of the journal directory does not answer"

    def _key(self) -> Iterator[Reason]:
        if not len(self.clients.accounts):
            yield Reason(
                "no_key",
                "no key is loaded, so only public endpoints are answered; set BINANCE_API_KEY and "
                "BINANCE_API_SECRET_FILE",
            )

    def _time(self) -> Iterator[Reason]:
        age = self.clocks.of(self.home(), PrefixFamily.API).age_seconds
        if age is None:
            yield Reason("exchange_time_unknown", f"Binance has not told its time yet; {_LOOK}")
        elif age > self.refresh_seconds + _LATE_SECONDS:
            yield Reason("exchange_time_old", f"Binance has not told its time for {age:.0f} s; {_LOOK}")


def _waiting(hold: ActiveHold) -> Reason:
    host = hold.host.partition("://")[2]
    whom = f"everything to {host}" if hold.scope is Scope.IP else f"account {hold.account} at {host}"
    return Reason("hold", f"{whom} waits {hold.seconds_left:.0f} s more, because Binance asked for it")


def _unwritten(trouble: str) -> Iterator[Reason]:
    if trouble:
        yield Reason("journal_not_writable", f"{trouble}; what passes through is not recorded")
