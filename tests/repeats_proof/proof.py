"""Orders whose answers are lost in different ways, and what the exchange must have of them in the end.

Each order has a price of its own, by which the sandbox knows what shall happen to its first sending, and by which it is
found again in the sandbox's ledger. A client program gets the prices, sends each order, and sends it again for as long
as it does not know what became of it, as a user of its library would. It writes one JSON object a line: `price`, how it
`end`ed (placed | known | rejected | undetermined | gave_up), which order was named, and how many answers it lost.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.gateway import GatewayProcess
from proxy.sandbox import Fault, Limits, Sandbox, demo_keys, start

TIMEOUT: Final = 0.3
"""Seconds after which a client gives up waiting."""
RECV_WINDOW_MS: Final = 1000
_PATH: Final = "/api/v3/order"
_REJECTED: Final = b'{"code":-2010,"msg":"Account has insufficient balance for requested action."}'
_LATE: Final = TIMEOUT * 1.6
_FIRST_PRICE: Final = 61_000
_PROGRAM_SECONDS: Final = 900.0
LOSSES: Final = ("late", "late", "slow", "never", "refused", "cut", "cut_late", "edge", "says_504")
"""What happens to the first sending of an order; see `_fault`."""
KINDS: Final = (*LOSSES, "none")


@dataclass(frozen=True)
class Program:
    """A client: its name, and the command that is given the gateway's address, the time-out and how many at once."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Found:
    """What came of it."""

    kinds: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    lost: int = 0  # answers
    lost_orders: int = 0  # orders of which an answer was lost
    wrong: list[str] = field(default_factory=list)


def _fault(kind: str, price: int, draw: random.Random) -> Fault | None:
    mark = f"price={price}".encode()

    def fault(**what: object) -> Fault:
        return Fault(_PATH, method="POST", containing=mark, **what)  # type: ignore[arg-type]  # as a Fault takes it

    match kind:
        case "late":  # executed at once; the answer comes too late
            return fault(late_s=_LATE)
        case "slow":  # executed too late, when the client has long gone
            return fault(delay_s=_LATE)
        case "never":  # executed, and the connection ends without an answer
            return fault(drop="after", late_s=draw.choice((0.0, _LATE)))
        case "refused":  # not executed, and that is said too late
            return fault(status=400, body=_REJECTED, delay_s=_LATE)
        case "cut":  # not executed: the connection ends
            return fault(drop="before")
        case "cut_late":
            return fault(drop="before", delay_s=_LATE)
        case "edge":  # the answer comes at the very moment at which the client gives up
            return fault(late_s=TIMEOUT + draw.uniform(-0.03, 0.02))
        case "says_504":  # nobody knows, says the exchange; sometimes it did
            return fault(status=504, body=b"{}", executed=draw.random() < 0.5)
    return None


async def prove(
    programs: Sequence[Program], count: int, directory: Path, *, seed: int, at_once: int, guard: bool = True
) -> Found:
    """So many orders, shared among the programs. Without the `guard` much must be wrong."""
    draw, found = random.Random(seed), Found()
    plenty = 10**9
    limits = Limits(spot_weight_1m=plenty, orders_10s=plenty, orders_1d=plenty)
    sandbox = Sandbox(keys=demo_keys(), limits=limits, balances={"USDT": "100000000", "BTC": "1"})
    kinds = {_FIRST_PRICE + n: draw.choice(KINDS) for n in range(count)}
    for price, kind in kinds.items():
        if fault := _fault(kind, price, draw):
            sandbox.faults.add(fault)
    exchange = await start(sandbox)
    orders = {"add_client_order_id": True, "repeat_guard": guard}  # one of the libraries draws no ids
    config = {
        "orders": orders,
        "signing": {"recv_window_ms": RECV_WINDOW_MS},
        "limits": {
            "refusal_delay_seconds": TIMEOUT / 2
        },  # to the time-out as it is by default to that of the SDKs
    }
    try:
        async with GatewayProcess(exchange.url, directory, config=config) as running:
            prices = list(kinds)
            shares = [prices[n :: len(programs)] for n in range(len(programs))]
            said = await asyncio.gather(
                *(_drive(*one, running.url, at_once) for one in zip(programs, shares, strict=True))
            )
    finally:
        await exchange.stop()
    for lines in said:
        _judge(lines, kinds, sandbox, found)
    missing = set(kinds) - {line["price"] for lines in said for line in lines}
    found.wrong += [f"{price} ({kinds[price]}): its client said nothing of it" for price in sorted(missing)]
    return found


async def _drive(program: Program, prices: list[int], url: str, at_once: int) -> list[dict[str, object]]:
    process = await asyncio.create_subprocess_exec(
        *(*program.command, url, str(TIMEOUT), str(at_once)),
        env=program.environment or None,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PROGRAM_SECONDS):
            said, _ = await process.communicate(json.dumps(prices).encode())
    except BaseException:
        process.kill()
        await process.wait()
        raise
    return [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]


def _judge(lines: list[dict[str, object]], kinds: dict[int, str], sandbox: Sandbox, found: Found) -> None:
    """Each order once at the exchange, and each refusal names one that is there."""
    orders = sandbox.account().orders
    placed = Counter(int(order.price) for order in orders.values())
    ids = {str(name): int(one.price) for key, one in orders.items() for name in (key, one.client_id)}
    for line in lines:
        price, end = int(str(line["price"])), str(line["end"])
        found.kinds[kinds[price]] += 1
        found.ends[end] += 1
        lost = int(str(line["lost"]))
        found.lost += lost
        found.lost_orders += bool(lost)
        about = f"{price} ({kinds[price]}, {end}, {lost} lost)"
        if placed[price] > 1:
            found.wrong.append(f"{about}: placed {placed[price]} times")
        elif end in ("placed", "known") and placed[price] != 1:
            found.wrong.append(f"{about}: not there")
        elif end == "known" and line["named"] is not None and ids.get(str(line["named"])) != price:
            found.wrong.append(f"{about}: the order that was named is another one")
        elif end not in ("placed", "known"):
            found.wrong.append(f"{about}: {line.get('why', '')}")
