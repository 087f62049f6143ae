"""What one round of sweeps asks with: connections of its own, and clocks that never ask a host that is held."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ssl import SSLContext

from proxy.core.catalogue import ALTERNATE_BASES, Environment, PrefixFamily
from proxy.core.settings import Settings
from proxy.probing.prober import Prober, Reading
from proxy.probing.way import make_way
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import Clocks, Fetch
from proxy.upstream.faults import fault
from proxy.upstream.sender import Sender
from proxy.upstream.time import server_time


@asynccontextmanager
async def open_prober(settings: Settings, trust: SSLContext, local: LocalClock) -> AsyncIterator[Prober]:
    """A prober whose connections are closed at the end. Raises ConfigError."""
    way = make_way(settings, trust, local, alternates=ALTERNATE_BASES)
    clocks = Clocks(_asking(way.sender, way.holds.is_host_held), local, settings.clock)

    async def clock_of(environment: Environment, family: PrefixFamily) -> Reading:
        clock = clocks.of(environment, family)
        await clocks.ensure_estimate(clock)
        return clock.reading

    try:
        yield Prober(settings.signing, way.sender, way.holds, local, clock_of)
    finally:
        await clocks.stop()
        await way.sender.close()


def _asking(sender: Sender, held: Callable[[str], bool]) -> Fetch:
    """Asks a host for its time, unless a hold says that it must not be asked anything."""

    async def fetch(base: str, path: str) -> int:
        if held(base):
            raise fault("upstream_unreachable", "connect", "a hold is running")
        return await server_time(sender, base, path)

    return fetch
