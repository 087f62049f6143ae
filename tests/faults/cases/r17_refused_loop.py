"""R17: a client that is refused in a loop harms nobody else, and pushes nothing out of the journal.

Eight connections ask for a WebSocket that there is none of, again and again, each time anew as SDKs reconnect, while a
good client asks as before. The same without the delay shows what it is for.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final

from tests.faults.frame import Client, Gateway, Row, gateway, percentile, scaled
from tests.faults.upstream import exchange

SECONDS: Final = 20.0
LOOPS: Final = 8
DELAY: Final = 0.5
"""The longest, as it is by default."""
_BETWEEN_SECONDS: Final = 0.005
_MOST_TIMES: Final = 2.0
_SLACK_SECONDS: Final = 0.002
"""A p99 of so little more says nothing on a machine that does other things."""
_MOST_KIB: Final = 32
_HANDSHAKE: Final = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")


@dataclass
class Seen:
    """What one gateway did."""

    alone: list[float] = field(default_factory=list)  # seconds of the good client's requests
    beside: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)  # seconds since the beginning of the loops
    failed: int = 0
    journal_octets: int = 0
    counted: int = 0  # refusals that the journal tells of
    seconds: float = 0.0

    def rate(self, start: float, end: float) -> float:
        """Refusals a second between two shares of the time."""
        begin, until = start * self.seconds, end * self.seconds
        return sum(begin <= at < until for at in self.refused) / (until - begin)


async def measure(scale: float) -> list[Row]:
    seconds = max(2.0, SECONDS * scale)
    slowed = await run(seconds, delay=DELAY)
    unslowed = await run(min(seconds, 5.0), delay=0.0) if scale >= 1 else None
    return rows(slowed, unslowed)


def rows(slowed: Seen, unslowed: Seen | None) -> list[Row]:
    alone, beside = percentile(slowed.alone, 0.99), percentile(slowed.beside, 0.99)
    kib = slowed.journal_octets / 1024
    without = f"; with refusal_delay_seconds 0: {unslowed.rate(0, 1):,.0f} a second" if unslowed else ""
    p99 = f", p99 {percentile(unslowed.beside, 0.99) * 1000:.1f} ms without the delay" if unslowed else ""
    first, last = slowed.rate(0, 0.25), slowed.rate(0.75, 1)
    return [
        Row(
            "R17",
            f"{LOOPS} connections refused in a loop are slowed",
            f"{first:,.0f} refusals a second in the first quarter, {last:,.0f} in the last{without}",
            0 < last <= 2 * LOOPS / DELAY,
        ),
        Row(
            "R17",
            "a good client beside them: its p99 at most doubles",
            f"{alone * 1000:.1f} ms alone, {beside * 1000:.1f} ms beside them, {slowed.failed} failed{p99}",
            slowed.failed == 0 and beside <= alone * _MOST_TIMES + _SLACK_SECONDS,
        ),
        Row(
            "R17",
            f"the journal grows by less than {_MOST_KIB} KiB, and tells of each refusal",
            f"{kib:.1f} KiB for {len(slowed.refused):,} refusals, {slowed.counted:,} told",
            kib < _MOST_KIB and slowed.counted >= len(slowed.refused) > 0,
        ),
    ]


async def run(seconds: float, *, delay: float) -> Seen:
    """A good client alone for a while, then beside the loops."""
    seen = Seen(seconds=seconds)
    config = {"limits": {"refusal_delay_seconds": delay}}
    async with exchange() as upstream:
        async with gateway(upstream.base, config=config) as running:
            await _good(running, scaled(seconds, 0.5), seen.alone, seen)
            began = time.monotonic()
            loops = [asyncio.create_task(_loop(running, began, seen)) for _ in range(LOOPS)]
            await _good(running, seconds, seen.beside, seen)
            for one in loops:
                one.cancel()
            await asyncio.wait(loops)
            await asyncio.sleep(0)  # their sockets are closed by callbacks
            await running.stop()
            refusals = [flow for flow in running.flows().values() if flow.refused]
            seen.counted = sum(flow.repeated or 1 for flow in refusals)
            lines = [
                line for file in running.journal.glob("flows-*") for line in file.read_bytes().splitlines()
            ]
            seen.journal_octets = sum(len(line) + 1 for line in lines if b'"refused":' in line)
    return seen


async def _good(running: Gateway, seconds: float, into: list[float], seen: Seen) -> None:
    client, end = Client(running.host, running.port), time.monotonic() + seconds
    while time.monotonic() < end:
        answer = await client.ask("GET", "/api/v3/ping")
        seen.failed += answer.status != 200
        into.append(answer.seconds)
        await asyncio.sleep(_BETWEEN_SECONDS)
    client.close()


async def _loop(running: Gateway, began: float, seen: Seen) -> None:
    """Ask, be refused, and ask again on a new connection."""
    while True:
        client = Client(running.host, running.port)
        try:
            answer = await client.ask("GET", "/ws/btcusdt@trade", b"", *_HANDSHAKE)
        finally:
            client.close()
        if answer.execution == "not_sent":
            seen.refused.append(time.monotonic() - began)
