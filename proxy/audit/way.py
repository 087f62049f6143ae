"""The way to the exchange for one sweep: connections, its clock, and the holds that all gateways here share."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from ssl import SSLContext

from proxy.audit.prober import Prober
from proxy.config.derived import speaks_tls
from proxy.core.catalogue import ALTERNATE_BASES
from proxy.core.settings import Settings
from proxy.limits.holds import Holds
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import Clocks, Fetch
from proxy.upstream.configured import configured_dialer
from proxy.upstream.faults import fault
from proxy.upstream.sender import Sender
from proxy.upstream.time import server_time
from proxy.upstream.tls import empty_context, tls_context


def trust_of(settings: Settings) -> SSLContext:
    """Whom TLS trusts; read once for all sweeps of a series."""
    return tls_context() if speaks_tls(settings) else empty_context()


@asynccontextmanager
async def open_way(settings: Settings, trust: SSLContext, local: LocalClock) -> AsyncIterator[Prober]:
    """A prober with connections of its own, closed at the end. Raises ConfigError."""
    sender = Sender(
        configured_dialer(settings.upstream, trust),
        settings.upstream,
        local.monotonic,
        ALTERNATE_BASES,
        local.steady,
    )
    file = Path(settings.budget.holds_file) if settings.budget.holds_file else None
    holds = Holds(Path(settings.journal.directory), local.steady, local.unix_ms, file=file)
    clocks = Clocks(_asking(sender, holds.is_host_held), local, settings.clock)
    try:
        yield Prober(settings.signing, sender, clocks, holds, local)
    finally:
        await clocks.stop()
        await sender.close()


def _asking(sender: Sender, held: Callable[[str], bool]) -> Fetch:
    """Asks a host for its time, unless a hold says that it must not be asked anything."""

    async def fetch(base: str, path: str) -> int:
        if held(base):
            raise fault("upstream_unreachable", "connect", "a hold is running")
        return await server_time(sender, base, path)

    return fetch
