"""R15: the client gone is not the order gone. Its outcome is waited for and logged."""

import asyncio
from collections.abc import Iterator
from functools import partial

from tests.faults.frame import Client, Gateway, Row, gateway, scaled, until, write
from tests.faults.upstream import Exchange, Fault, exchange

_WRITES = 1_000
_CLIENTS = 25
_ANSWER_SECONDS = 0.3
_HANG_UPS = ("at once", "FIN when the exchange has it", "RST when the exchange has it")


async def measure(scale: float) -> list[Row]:
    number = scaled(_WRITES, scale, 30)
    async with exchange() as failing, gateway(failing.base) as running:
        failing.script = lambda request: Fault(
            seconds=failing.dice.uniform(0.0, _ANSWER_SECONDS) if request.is_write else 0.0
        )
        numbers = iter(range(number))
        await asyncio.gather(*(_caller(running, failing, numbers) for _ in range(_CLIENTS)))
        await asyncio.sleep(_ANSWER_SECONDS + 0.2)
        await running.stop()
        flows, intents = running.flows().values(), running.intents()
    answered = [flow for flow in flows if flow.execution == "answered" and flow.status == 200]
    gone = sum(flow.client_gone for flow in answered)
    alone = len(intents.keys() - {flow.request_id for flow in flows})
    return [
        Row(
            "R15",
            "outcome logged for 100 % of 1,000 aborted writes",
            f"{len(answered):,} of {number:,} logged with the exchange's answer, {gone:,} as aborted; "
            f"{failing.executed.total():,} executed, {failing.duplicates} twice, {alone} intents without outcome",
            len(answered) == len(failing.executed) == number and alone == 0 and not failing.duplicates,
            "a third each hung up " + ", ".join(_HANG_UPS),
        )
    ]


async def _caller(running: Gateway, failing: Exchange, numbers: Iterator[int]) -> None:
    client = Client(running.host, running.port)
    for number in numbers:
        order = write(f"g{number}", number)
        await client.send(order.method, order.target, order.form)
        manner = number % len(_HANG_UPS)
        if manner == 0:
            client.close()
            continue
        await until(partial(failing.executed.__contains__, order.test_id))
        if manner == 1:
            client.close()
        else:
            client.reset()
