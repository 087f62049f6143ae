"""Names to addresses, remembered for a short time.

A resolver that fails or hangs must not stop trading while the exchange itself is well: the last good answer then
serves on. A changed answer is followed: new connections go to the new addresses, old ones end by their age.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from proxy.core.errors import UpstreamError
from proxy.upstream.faults import fault
from proxy.upstream.reasons import reason_of
from proxy.upstream.resolver import AddressInfo, Resolver

_FRESH_SECONDS: Final = 30.0
_USABLE_SECONDS: Final = 120.0
"""Up to this age an answer is used at once, while the next one is fetched."""
_WAIT_SECONDS: Final = 1.0
"""A resolver may take so long while there is an old answer to fall back to."""
_RESOLVER_SECONDS: Final = 10.0

type Host = tuple[str, int]


@dataclass(slots=True)
class _Cached:
    addresses: list[AddressInfo]
    at: float


class DnsCache:
    """Resolves with the system. `acceptable` judges each address; one bad address spoils the answer."""

    def __init__(self, acceptable: Callable[[str], bool], now: Callable[[], float] = time.monotonic) -> None:
        self._acceptable = acceptable
        self._now = now
        self._resolver = Resolver()
        self._known: dict[Host, _Cached] = {}
        self._queries: dict[Host, asyncio.Task[list[AddressInfo]]] = {}

    async def resolve(self, host: str, port: int) -> list[AddressInfo]:
        """Addresses of a host. Raises UpstreamError, stage `dns`."""
        known = self._known.get((host, port))
        age = self._now() - known.at if known else 0.0
        if known is None:
            return await asyncio.shield(self._ask_system((host, port)))
        if age > _FRESH_SECONDS:
            query = self._ask_system((host, port))
            if age > _USABLE_SECONDS:
                return await self._newer(query, known)
        return known.addresses

    def mark_stale(self, host: str, port: int) -> None:
        """No address of the last answer took a connection: ask again before the next attempt."""
        if known := self._known.get((host, port)):
            known.at = min(known.at, self._now() - _USABLE_SECONDS - 1)

    async def _newer(self, query: "asyncio.Task[list[AddressInfo]]", known: _Cached) -> list[AddressInfo]:
        await asyncio.wait({query}, timeout=_WAIT_SECONDS)
        if not query.done():
            return known.addresses
        try:
            return query.result()
        except UpstreamError as error:
            if error.refusal.token == "upstream_refused_address":
                raise
            return known.addresses

    def _ask_system(self, host: Host) -> "asyncio.Task[list[AddressInfo]]":
        """Ask the system, or join the query under way."""
        query = self._queries.get(host)
        if query is None:
            query = self._queries[host] = asyncio.create_task(self._query(host))
            query.add_done_callback(lambda task: self._answered(host, task))
        return query

    async def _query(self, host: Host) -> list[AddressInfo]:
        try:
            async with asyncio.timeout(_RESOLVER_SECONDS):
                infos = await self._resolver.addresses(*host)
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
            raise fault("upstream_unreachable", "dns", type(error).__name__, reason_of(error)) from None
        if not all(self._acceptable(str(info[4][0])) for info in infos):
            raise fault("upstream_refused_address", "dns")
        self._known[host] = _Cached(infos, self._now())
        return self._known[host].addresses

    def _answered(self, host: Host, task: "asyncio.Task[list[AddressInfo]]") -> None:
        self._queries.pop(host, None)
        with contextlib.suppress(asyncio.CancelledError):
            task.exception()  # fetched here, because nobody may be waiting
