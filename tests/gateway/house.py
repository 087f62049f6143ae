"""A gateway between a client and an exchange that does what the test says, on a clock that the test moves."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from proxy.app.gateway import Gateway
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey
from proxy.credentials.accounts import Account, Accounts
from proxy.runtime.clock import LocalClock
from proxy.upstream.tls import tls_context
from tests.support.gateway import API_KEY, API_SECRET, gateway
from tests.upstream.scripted import Act, answers, upstream

NOON_MS = 1_795_262_400_000
"""Sat, 21 Nov 2026 12:00:00 UTC: when every test begins, so that no day and no minute ends in one."""
ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.6&price=50000"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ONE_A_DAY = {"applies_to": "spot", "max_quantity_per_day": 1}
"""A policy line: of two orders of 0.6 the second does not fit if the first still counts."""
OTHER_KEY, OTHER_SECRET = "testother" + "0" * 55, "testsecretother" + "0" * 49
TWO = Accounts(
    {
        "main": Account("main", "production", API_KEY, HmacKey(Secret(API_SECRET.encode()))),
        "other": Account("other", "production", OTHER_KEY, HmacKey(Secret(OTHER_SECRET.encode()))),
    },
    "main",
)

WEIGHT = b'{"code":-1003,"msg":"Too much request weight used."}'
LATE = b'{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'

trust = cache(tls_context)
"""Reading the machine's certificates takes longer than the rest of a start."""


def policy(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"profiles": ["spot"], "limits": list(lines)}


def http(status: int, body: bytes = b"{}", *lines: str) -> bytes:
    """A whole answer."""
    more = "".join(f"{line}\r\n" for line in lines)
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def says(status: int, body: bytes = b"{}", *lines: str) -> Act:
    return answers(http(status, body, *lines))


class Clock(LocalClock):
    """The machine's clocks, as if it were noon at the start; `ahead` moves them all, as time does."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    steady = monotonic

    def unix_ms(self) -> int:
        return NOON_MS + int((self.monotonic() - self._begun) * 1000)


@dataclass(frozen=True)
class Got:
    """What a client was answered."""

    status: int
    headers: Any
    body: bytes

    @property
    def token(self) -> str:
        """Of a refusal of the gateway's own; "" for an answer of the exchange."""
        found: str = self.headers.get("X-Gateway-Error", "")
        return found

    @property
    def execution(self) -> str:
        found: str = self.headers["X-Gateway-Execution"]
        return found


@dataclass(frozen=True)
class Sent:
    """A request that the exchange was given."""

    method: str
    path: str
    query: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Sent":
        head, _, body = raw.partition(b"\r\n\r\n")
        line, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        path, _, query = target.partition("?")
        headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in lines)}
        return cls(method, path, query, headers, body)

    @property
    def params(self) -> dict[str, str]:
        """Of the query."""
        return dict(pair.split("=", 1) for pair in self.query.split("&")) if self.query else {}

    @property
    def is_time(self) -> bool:
        """Whether the gateway asked for itself: it then names no Accept, unlike for a client."""
        return self.path.endswith("/time") and "accept" not in self.headers


@dataclass
class Exchange:
    """`acts` are what it does with each request in turn; when they are used up it says `{}`.

    The gateway's own questions for the time are answered beside them, once `time_is_free`: with the test's own time
    and `shift_ms`, or, without `tells_time`, with a 503.
    """

    local: Clock
    acts: list[Act]
    tells_time: bool = True
    shift_ms: int = 0
    requests: list[bytes] = field(default_factory=list)
    time_is_free: asyncio.Event = field(default_factory=asyncio.Event)

    async def act(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if Sent.of(self.requests[-1]).is_time:
            await self.time_is_free.wait()
            body = b'{"serverTime":%d}' % (self.local.unix_ms() + self.shift_ms)
            await (says(200, body) if self.tells_time else says(503))(reader, writer)
        else:
            await (self.acts.pop(0) if self.acts else says(200))(reader, writer)

    @property
    def sent(self) -> list[Sent]:
        """What it was given for clients."""
        return [one for one in map(Sent.of, self.requests) if not one.is_time]

    @property
    def asked_time(self) -> int:
        return sum(Sent.of(one).is_time for one in self.requests)


@dataclass
class House:
    running: Gateway
    session: ClientSession
    exchange: Exchange
    journal: Path
    local: Clock

    async def ask(self, method: str, target: str, form: str | bytes | None = None, **headers: str) -> Got:
        """One request of a client. `_` in the name of a header stands for `-`."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        body = form.encode() if isinstance(form, str) else form
        async with self.session.request(
            method, self.running.url + target, data=body, headers=fields if body is None else FORM | fields
        ) as answer:
            return Got(answer.status, answer.headers, await answer.read())

    async def order(self, form: str = ORDER, **headers: str) -> Got:
        """Each is meant, whatever became of one before."""
        headers = {"X_Gateway_Repeat": "yes"} | headers
        return await self.ask("POST", "/api/v3/order", form, **headers)

    @property
    def sent(self) -> list[Sent]:
        return self.exchange.sent

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not what():
                await asyncio.sleep(0.002)

    async def until_sent(self, count: int) -> None:
        await self.until(lambda: len(self.sent) >= count)

    async def until_accepted(self, count: int) -> None:
        """Until so many requests have come in, whether or not they have their turn."""
        await self.until(lambda: self.running.pipeline.slots.traffic()[0] >= count)

    def lines(self, kind: str) -> list[dict[str, Any]]:
        self.running.journal.flush()
        text = b"".join(file.read_bytes() for file in sorted(self.journal.glob("flows-*.jsonl")))
        return [one for one in map(json.loads, text.splitlines()) if one["type"] == kind]

    async def flows(self, count: int) -> list[dict[str, Any]]:
        """The records of so many flows, once they are in the journal."""
        await self.until(lambda: len(self.lines("flow")) >= count)
        return self.lines("flow")

    async def flow(self) -> dict[str, Any]:
        """The record of the only flow."""
        (found,) = await self.flows(1)
        return found


@asynccontextmanager
async def house(
    tmp_path: Path, *acts: Act, accounts: Accounts = TWO, tells_time: bool = True, **settings: Any
) -> AsyncIterator[House]:
    """A house that knows the exchange's time, or, where that is not told, has asked for it in vain."""
    local = Clock()
    exchange = Exchange(local, list(acts), tells_time)
    exchange.time_is_free.set()
    plain = ClientTimeout(total=10)
    session = ClientSession(cookie_jar=DummyCookieJar(), timeout=plain, auto_decompress=False)
    async with upstream(exchange.act) as script, session:
        exchange.requests = script.requests
        settings["upstream"] = settings.get("upstream", {}) | {"unsafe_url": script.base}
        journal = tmp_path / "journal"
        async with gateway(script.base, journal, accounts, local=local, trust=trust, **settings) as running:
            made = House(running, session, exchange, journal, local)
            (clock,) = running.pipeline.intake.clocks.all()
            await made.until(lambda: not clock.untried)
            yield made
