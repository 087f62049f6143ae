"""One sandbox, and a limited gateway for each policy before it, in one process; requests go over loopback.

The gateways are whole: their listeners, the corridor, the signer. Only two things are not as in the product: days pass
when the proof says so, and the exchange counts no weight.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from proxy.clients.store import ClientStore
from proxy.core.settings import ClientSettings, PermitSettings
from proxy.runtime.clock import LocalClock
from proxy.sandbox import Executed, Limits, Sandbox, SandboxKey, move_contract_price, move_price, start
from proxy.sandbox.exchange import RepeatedParameters
from proxy.sandbox.futures.book import Contract, FuturesOrder
from proxy.sandbox.futures.contracts import coin_contracts, usd_contracts
from proxy.upstream.tls import tls_context
from tests.limits_proof.policies import CASES, Case, gateway_policy
from tests.support.gateway import API_KEY, API_SECRET, gateway
from tests.support.raw_client import RawAnswer, read_answer

_DAY_MS: Final = 86_400_000
_PATIENCE_SECONDS: Final = 10.0
_MANY: Final = 10**9
_NO_WEIGHT: Final = Limits(*(_MANY,) * 14)
RICH: Final = dict.fromkeys(("BTC", "ETH", "BNB", "USDT", "USDC", "XRP", "DOGE", "SOL"), str(10**15))
"""No attack should fail for want of funds."""

MOVING: Final = ("BTCUSDT", "ETHUSDT", "DOGEUSDT")
"""The markets that move, and the contracts on them with them."""
_STEP: Final = Decimal("1.02")
"""No step of an evening is larger: a market moves through a trigger, it does not leap far over it."""
EVENINGS: Final = (18, -18, 12)
"""How many steps up or down: to 1.43, 0.7 and 1.27 of where the day began."""
_BEFORE: Final = "before"
"""Stands for the operation of what nobody asked for."""

trust = cache(tls_context)


class Days(LocalClock):
    """The machine's clock, so many days ahead."""

    def __init__(self) -> None:
        self.ahead = self.looked_at = 0

    def unix_ms(self) -> int:
        self.looked_at += 1
        return super().unix_ms() + self.ahead * _DAY_MS


@dataclass
class Door:
    """A limited gateway, and the connection to it that is in use."""

    case: Case
    url: str
    headers: tuple[bytes, ...]
    days: Days
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    async def ask(self, octets: bytes, *, over_midnight: bool = False) -> RawAnswer | None:
        """None where the connection ended without an answer, as it may for what is no HTTP.

        over_midnight: its last octet comes on the next day.
        """
        if self._streams is None:
            address = urlsplit(self.url)
            self._streams = await asyncio.open_connection(address.hostname, address.port)
        reader, writer = self._streams
        answer = None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if over_midnight:
                    octets = await self._pass_midnight(octets, writer)
                writer.write(octets)
                answer = await read_answer(reader)
        except (ConnectionError, asyncio.IncompleteReadError, AssertionError, ValueError, IndexError):
            pass  # the oracle looks at what was done, whatever was answered
        if answer is None or answer.header("Connection") == "close" or answer.interims:
            self.hang_up()
        return answer

    async def _pass_midnight(self, octets: bytes, writer: asyncio.StreamWriter) -> bytes:
        """Sends all but the last octet, and waits until the gateway has noted when it began; what is left."""
        looked_at = self.days.looked_at
        writer.write(octets[:-1])
        while self.days.looked_at == looked_at:
            await asyncio.sleep(0)
        self.days.ahead += 1
        return octets[-1:]

    def hang_up(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None


@dataclass
class Scene:
    """The exchange and the doors before it."""

    sandbox: Sandbox
    doors: tuple[Door, ...]
    _prices: dict[str, Decimal] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(3_000_000_000_000_000_000))

    def new_number(self) -> str:
        """Of a P2P order; no other has it, on any day: what was done once stays done for 90."""
        return str(next(self._numbers))

    def begin(self, door: Door, *, passes_over: bool, repeated: RepeatedParameters = "refuse") -> None:
        """A new day, nothing done yet, prices as they were."""
        self.sandbox.start_anew()
        self.sandbox.unknown_parameters = "pass_over" if passes_over else "as_documented"
        self.sandbox.repeated_parameters = repeated
        self.sandbox.closing_quantity = "pass_over"
        self._prices = dict(self.sandbox.prices)
        furnish(self.sandbox)
        door.days.ahead += 1

    async def ask(
        self, door: Door, octets: bytes, *, over_midnight: bool = False
    ) -> tuple[RawAnswer | None, Sequence[Executed]]:
        """The answer, and what was written meanwhile. over_midnight: only the first of a day may be."""
        before = len(self.sandbox.executed)
        answer = await door.ask(octets, over_midnight=over_midnight)
        return answer, self._written_since(before)

    def move(self, name: str, factor: Decimal) -> Sequence[Executed]:
        """Moves a market and its contracts to `factor` of where the day began; what was written because of it."""
        before, sandbox = len(self.sandbox.executed), self.sandbox
        price = (self._prices[name] * factor).quantize(sandbox.symbols[name].tick)
        move_price(sandbox, name, price, sandbox.now_ms())
        for contract in (name, name.replace("USDT", "USD_PERP")):
            move_contract_price(sandbox, contract, price, sandbox.now_ms())
        return self._written_since(before)

    def evening(self, steps: int) -> Iterator[Sequence[Executed]]:
        """All markets rise or fall, step by step and beyond any margin, so that what waits is filled. Nothing may be
        asked afterwards: a gateway may know prices that are two seconds old."""
        begun = {name: self.sandbox.prices[name] / self._prices[name] for name in MOVING}
        for step in range(1, abs(steps) + 1):
            factor = _STEP**step if steps > 0 else 1 / _STEP**step
            yield [entry for name in MOVING for entry in self.move(name, begun[name] * factor)]

    def _written_since(self, before: int) -> list[Executed]:
        return [entry for entry in self.sandbox.executed[before:] if entry.operation != _BEFORE]


def furnish(sandbox: Sandbox) -> None:
    """What the account has from before: positions to close, coins to redeem, futures orders to change."""
    account = sandbox.account()
    usd = {contract.name: contract for contract in usd_contracts(sandbox)}
    coin = {contract.name: contract for contract in coin_contracts(sandbox)}
    for book in (account.futures, account.portfolio):
        for name, held in (
            ("BTCUSDT", "8"),
            ("ETHUSDT", "-40"),
            ("BTCUSD_PERP", "8"),
            ("DOGEUSD_PERP", "-80"),
        ):
            book.positions[name, "BOTH"] = Decimal(held)
        for contract in (usd["BTCUSDT"], usd["ETHUSDT"], coin["BTCUSD_PERP"], coin["DOGEUSD_PERP"]):
            for side in ("BUY", "SELL"):
                order = _resting(sandbox, contract, side)
                book.orders[order.order_id] = order
    for name in ("BTC", "ETH", "BNB"):
        account.earning[f"{name}001"] = Decimal(50)
    account.earning["77"], account.locked_coins["77"] = Decimal(3), "BNB"


def _resting(sandbox: Sandbox, contract: Contract, side: str) -> FuturesOrder:
    price = sandbox.prices[contract.symbol.name] * (Decimal("0.8") if side == "BUY" else Decimal("1.2"))
    return FuturesOrder(
        order_id=sandbox.next_id(), client_id=f"before{contract.name}", contract=contract, side=side, kind="LIMIT",
        position_side="BOTH", time_in_force="GTC", price=price, quantity=Decimal(1), reduce_only=False,
        working_type="CONTRACT_PRICE", operation=_BEFORE, time_ms=0, update_ms=0,
    )  # fmt: skip


@asynccontextmanager
async def scene(directory: Path, cases: Sequence[Case] = CASES) -> AsyncIterator[Scene]:
    """Everything listens; `directory` holds the journals."""
    sandbox = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)], balances=RICH, limits=_NO_WEIGHT)
    exchange = await start(sandbox)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(exchange.stop)
        doors = [
            await _door(stack, exchange.url, directory / str(number), case)
            for number, case in enumerate(cases)
        ]
        try:
            yield Scene(sandbox, tuple(doors))
        finally:
            for door in doors:
                door.hang_up()


async def _door(stack: AsyncExitStack, exchange: str, directory: Path, case: Case) -> Door:
    days, headers = Days(), tuple[bytes, ...]()
    settings: dict[str, object] = {"policy": gateway_policy(case), "budget": {"brake": None}}
    settings["limits"] = {"refusal_delay_seconds": 0}  # it is refused in a loop
    if case.of_client:
        store = ClientStore(f"{directory}-clients.json")
        rights = ClientSettings(policy=msgspec.convert(case.obeyed, PermitSettings))
        key = store.add("tool", rights, with_secret=False, now_ms=0)
        settings["clients_file"] = store.path
        headers = (b"X-MBX-APIKEY: " + key.api_key.encode(),)
    running = await stack.enter_async_context(
        gateway(exchange, directory / "journal", local=days, trust=trust, **settings)
    )
    return Door(case, running.url, headers, days)
