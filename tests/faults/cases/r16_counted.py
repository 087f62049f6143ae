"""R16: what is counted stays counted. A gateway is killed (SIGKILL) in the middle of a burst, and another goes on.

Sixty clients want the same: to place an order where a day allows ten; to carry out the one withdrawal that a person
approved; to release the coins of one order. Forty of them ask at once a gateway that dies; the others, and those that
were refused, ask the next one of the same directory. Whose connection broke does not ask again. What was carried out
is counted at the exchange.
"""

import asyncio
import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from harness.gateway import arguments
from tests.faults.forked import Zygote, is_gone, kill, strike, zygote_at
from tests.faults.frame import Answer, Client, Order, Row, ask_once, scaled, until
from tests.faults.state_files import unreadable
from tests.faults.upstream import Exchange, Fault, Request, exchange

KILLS: Final = 50
"""Of each kind."""
CLIENTS: Final = 60
AT_ONCE: Final = 40
"""Clients of the gateway that dies."""
A_DAY: Final = 10
LONGEST_LIFE: Final = 0.12
"""Seconds from the burst to the death, at most."""
AT_ARRIVAL: Final = 0.6
"""So many deaths come just when the exchange has read a write: the first of the burst, the second, ..."""
ANSWER_SECONDS: Final = 0.03
"""The exchange takes so long to answer, at most."""

RELEASE: Final = "/sapi/v1/c2c/orderMatch/releaseCoin"
WITHDRAW: Final = "/sapi/v1/capital/withdraw/apply"
LIMIT: Final = {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity_per_day": A_DAY}
_FORM: Final = b"coin=BTC&network=BTC&address=TestAddressBTC0000000000000000&amount=0.1"

type Script = Callable[[Request], Fault | None]
type Place = tuple[str, str, int]
"""Method, `before` or `after`, and at which call: see zygote.py."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the clients of a burst want, and how often it may happen."""

    name: str
    policy: dict[str, Any]
    order: Callable[[int], Order]
    most: int
    approved: bool = False


def _order(nth: int) -> Order:
    form = f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=c{nth}"
    return Order("POST", "/api/v3/order", form.encode(), f"c{nth}")


def _withdrawal(_nth: int) -> Order:
    return Order("POST", WITHDRAW, _FORM, "")


def _release(_nth: int) -> Order:
    return Order("POST", RELEASE, b'{"orderNumber":"20847261234567890123"}', "")


DAY: Final = Kind("a day limit of 10", {"profiles": ["spot"], "limits": [LIMIT]}, _order, A_DAY)
APPROVAL: Final = Kind(
    "one approval",
    {"allow": [f"POST {WITHDRAW}"], "confirm": ["money_out"], "confirm_mode": "ticket"},
    _withdrawal,
    1,
    approved=True,
)
ONCE: Final = Kind("coins released once", {"allow": [f"POST {RELEASE}"]}, _release, 1)

_TAKE: Final = "proxy.clients.day_ledger:DayLedger.take"
_CLAIM: Final = "proxy.clients.once:OnceRegister.claim"
_ASK: Final = "proxy.clients.tickets:Tickets.ask"
_ANNOUNCE: Final = "proxy.gateway.recorder:Recorder.announce"
_DIAL: Final = "proxy.upstream.dial:Dialer.open"
_MARK: Final = "proxy.clients.policy_file:PolicyFile.mark_sent"
_WRITE: Final = "proxy.upstream.connection:Connection.write"
_SETTLE: Final = "proxy.gateway.allowances:Allowances.settle"

PLACES: Final[tuple[tuple[Kind, Place, int], ...]] = (
    (DAY, (_TAKE, "before", 5), A_DAY),
    (DAY, (_TAKE, "after", 5), A_DAY),
    (DAY, (_ANNOUNCE, "before", 5), A_DAY),
    (DAY, (_DIAL, "before", 6), A_DAY),
    (DAY, (_MARK, "before", 5), A_DAY),
    (DAY, (_MARK, "after", 5), A_DAY - 1),
    (DAY, (_WRITE, "after", 5), A_DAY),
    (DAY, (_SETTLE, "before", 5), A_DAY),
    (DAY, (_SETTLE, "after", 5), A_DAY),
    (APPROVAL, (_ASK, "before", 2), 1),
    (APPROVAL, (_ASK, "after", 2), 0),
    (APPROVAL, (_WRITE, "after", 1), 1),
    (ONCE, (_CLAIM, "after", 1), 1),
    (ONCE, (_ANNOUNCE, "before", 1), 1),
    (ONCE, (_MARK, "before", 1), 1),
    (ONCE, (_MARK, "after", 1), 0),
    (ONCE, (_WRITE, "after", 1), 1),
    (ONCE, (_SETTLE, "before", 1), 1),
)
"""Where it dies, and what is executed in all then: one less only in the gap between a mark on the disk and the first
octet. (The first call of `ask` is that for the ticket.)"""


@dataclass(slots=True)
class Count:
    """What the trials of one kind have seen."""

    executed: Counter[int] = field(default_factory=Counter)
    """So often was so much executed, in all."""
    before: Counter[int] = field(default_factory=Counter)
    """The same, before the kill."""
    broken: int = 0
    over: int = 0  # bursts that were over before the kill
    half: int = 0  # state files that cannot be read after it

    @property
    def kills(self) -> int:
        return self.executed.total()


@dataclass(frozen=True, slots=True)
class House:
    """What all bursts of a trial have in common."""

    zygote: Zygote
    upstream: Exchange
    folder: Path
    dice: random.Random


async def measure(scale: float) -> list[Row]:
    kills = scaled(KILLS, scale, least=4)
    rows = [row(kind, await trial(kind, kills)) for kind in (DAY, APPROVAL, ONCE)]
    return [*rows, places_row(await places())]


def row(kind: Kind, count: Count) -> Row:
    fewer = sum(times for executed, times in count.executed.items() if executed < kind.most)
    spread = ", ".join(f"{executed}: {times}" for executed, times in sorted(count.before.items()))
    return Row(
        "R16",
        f"{CLIENTS} clients, {kind.name}, {count.kills} kills: never executed more than {kind.most}",
        f"{count.executed[kind.most]} times {kind.most}, {fewer} times fewer, at most {max(count.executed)}, "
        f"{count.half} half files",
        held=count.kills > 0
        and max(count.executed) <= kind.most
        and count.over < count.kills
        and not count.half,
        note=f"executed before the kill: so many (so often): {spread}; {count.broken} connections broke, "
        f"{count.over} bursts were over",
    )


def places_row(found: list[int]) -> Row:
    wanted = [executed for _, _, executed in PLACES]
    wrong = [
        f"{place[1]} {place[0].partition(':')[2]}: {got} for {executed}"
        for (_, place, executed), got in zip(PLACES, found, strict=True)
        if got != executed
    ]
    return Row(
        "R16",
        f"killed at {len(PLACES)} places: exactly as many; one fewer between mark and first octet",
        ", ".join(wrong) or f"{len(found)} of {len(wanted)} exact",
        held=found == wanted,
    )


async def trial(kind: Kind, kills: int, seed: int = 16) -> Count:
    """So many bursts, each with a death in it and a directory of its own."""
    count, dice = Count(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        async with exchange() as upstream, zygote_at(Path(name)) as zygote:
            for number in range(kills):
                await _burst(kind, House(zygote, upstream, Path(name) / str(number), dice), count)
    return count


async def places() -> list[int]:
    """What is executed in all where the gateway dies at each of the places. Raises TimeoutError where it did not die."""
    found = []
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        async with exchange() as upstream, zygote_at(Path(name)) as zygote:
            for number, (kind, place, _) in enumerate(PLACES):
                house = House(zygote, upstream, Path(name) / str(number), random.Random(number))
                await _burst(kind, house, Count(), place)
                found.append(upstream.executed.total())
    return found


def _slowly(house: House, arrival: int = 0, die: Callable[[], None] = lambda: None) -> Script:
    """Answers to writes take a while. When so many writes were read, the gateway dies."""

    def script(request: Request) -> Fault | None:
        if not request.is_write:
            return None
        if house.upstream.executed.total() == arrival:
            die()
        return Fault(seconds=house.dice.uniform(0, ANSWER_SECONDS))

    return script


async def _burst(kind: Kind, house: House, count: Count, place: Place | None = None) -> None:
    """One gateway, its death in the middle of the burst, the next gateway."""
    config, log = house.folder / "config.yaml", house.folder / "log"
    house.folder.mkdir()
    config.write_text(json.dumps({"policy": kind.policy, "log": {"level": "error"}}))  # JSON is YAML
    words = [*arguments(house.upstream.base, house.folder / "journal"), "--config", str(config)]
    house.upstream.executed.clear()
    house.upstream.script = _slowly(house)
    first = await _mortal(kind, house, await house.zygote.gateway(words, log, place), count, place is None)
    count.before[house.upstream.executed.total()] += 1
    count.broken += sum(answer.status == 0 for answer in first)
    count.half += unreadable(house.folder / "journal")
    house.upstream.script = _slowly(house)
    said, process = await house.zygote.gateway(words, log)
    try:
        again = [nth for nth, answer in enumerate(first) if answer.status not in (0, 200)]
        await asyncio.gather(*(_ask(said, kind.order(nth)) for nth in (*again, *range(AT_ONCE, CLIENTS))))
    finally:
        await kill(process)
    count.executed[house.upstream.executed.total()] += 1


async def _mortal(
    kind: Kind, house: House, gateway: tuple[dict[str, Any], int], count: Count, killed: bool
) -> list[Answer]:
    """What the clients of the gateway that dies were told. `killed`: by us; otherwise it does so itself."""
    said, process = gateway
    upstream, dice = house.upstream, house.dice
    try:
        if kind.approved:
            await _approve(said, kind.order(0))
        arrival = dice.randint(1, kind.most) if dice.random() < AT_ARRIVAL else 0
        if killed:
            upstream.script = _slowly(house, arrival, partial(strike, process))
        asking = [asyncio.create_task(_ask(said, kind.order(nth))) for nth in range(AT_ONCE)]
        if not killed:
            await until(partial(is_gone, process))
        elif arrival:
            await until(lambda: upstream.executed.total() >= arrival)
        else:
            await asyncio.sleep(dice.uniform(0, LONGEST_LIFE))
        count.over += all(one.done() and one.result().status for one in asking)
    finally:
        await kill(process)
    answers = await asyncio.gather(*asking)
    await asyncio.sleep(0.03)  # what it had sent stands in our own sockets by now, and is read
    return answers


async def _ask(said: dict[str, Any], order: Order) -> Answer:
    address = urlsplit(said["gateway"])
    client = Client(address.hostname or "", address.port or 0)
    answer = await client.ask(order.method, order.target, order.form)
    client.close()
    return answer


async def _approve(said: dict[str, Any], order: Order) -> None:
    """Ask for a ticket, and approve it as a person does. Raises RuntimeError."""
    ticket = (await _ask(said, order)).headers["x-gateway-confirmation"]
    approved = await ask_once(said["admin"], "POST", f"/confirmations/{ticket}", b"", _authority(said))
    if approved.status != 200:
        raise RuntimeError(f"not approved: {approved.status} {approved.body!r}")


def _authority(said: dict[str, Any]) -> str:
    return f"Authorization: Bearer {Path(said['admin_token_file']).read_text().strip()}"
