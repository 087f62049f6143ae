"""Who spent the weight: per client and endpoint, since the start and in the minute that runs.

Bounded: after `MOST_ENTRIES` pairs everything new is counted together as `(others)`; so the counters of /metrics
never grow beyond that, and never run backwards.
"""

from collections.abc import Iterator
from typing import Final

from proxy.core.catalogue import Endpoint
from proxy.core.readings import Reading, counters

MOST_ENTRIES: Final = 512
OTHERS: Final = "(others)"
UNLISTED: Final = "(unlisted)"
LOCAL: Final = "local"
"""Stands for the client without a virtual key."""
GATEWAY: Final = "(gateway)"
"""Stands for the gateway itself, where it asks for what a limit must know."""


class Entry:
    """Counts of one client at one endpoint of one host. `window` tells which minute `minute` belongs to."""

    __slots__ = ("base", "client", "endpoint", "minute", "requests", "shared", "weight", "window")

    def __init__(self, client: str, base: str, endpoint: str) -> None:
        self.client = client
        self.base = base
        self.endpoint = endpoint
        self.requests = 0  # sent
        self.shared = 0  # answered with what another request brought: no weight
        self.weight = 0
        self.minute = 0
        self.window = 0.0

    def add(self, weight: int, window: float) -> None:
        """One request that was sent; `window` is the end of the minute that it counts in."""
        self.requests += 1
        self.weight += weight
        if self.window != window:
            self.window, self.minute = window, 0
        self.minute += weight


class Spending:
    """All entries, by client, host and endpoint."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str | None, str, str, str], Entry] = {}

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def readings(self) -> Iterator[Reading]:
        spender = ("client", "host", "endpoint")
        entries = [((one.client, one.base.partition("://")[2], one.endpoint), one) for one in self]
        weight = ((labels, one.weight) for labels, one in entries)
        shared = ((labels, one.shared) for labels, one in entries if one.shared)
        yield counters("weight", "Request weight spent", spender, weight)
        yield counters(
            "shared_answers", "Requests answered with what an identical one brought", spender, shared
        )

    def entry(self, client: str | None, base: str, endpoint: Endpoint) -> Entry:
        """Where a request is counted. An unlisted path is data of the caller's, and gets no entry of its own."""
        path = endpoint.path if endpoint.listed else UNLISTED
        key: tuple[str | None, str, str, str] = (client, base, endpoint.method, path)
        if key not in self._entries and len(self._entries) >= MOST_ENTRIES:
            key = (OTHERS, OTHERS, OTHERS, "")
        entry = self._entries.get(key)
        if entry is None:
            name = OTHERS if key[2] is OTHERS else f"{endpoint.method} {path}"
            owner = LOCAL if key[0] is None else key[0]
            entry = self._entries[key] = Entry(owner, key[1], name)
        return entry
