"""R4: reads survive one stale connection, and a write seldom meets one."""

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.authority import Authority
from tests.faults.frame import Row, gateway, load, read, scaled, write
from tests.faults.upstream import Exchange, Fault, Request, exchange

_READS = 10_000
_WRITES = 10_000
_CLIENTS = 32
_STALE_SHARE = 0.3
_IDLE_SECONDS = (0.05, 0.15)
_PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Reads:
    """What came of one run of reads. `most_whole`: most times the exchange read one of them whole."""

    asked: int
    answered: int
    stale: int
    most_whole: int
    most_attempts: int


async def measure(scale: float) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="faults-ca-") as folder:
        authority = Authority(Path(folder))
        runs = [
            await _reads(scaled(_READS / 3 + 1, scale), chosen, whole=whole)
            for chosen, whole in ((None, False), (authority, False), (None, True))
        ]
    return [_answered(runs), _sends(runs), await _writes(scaled(_WRITES, scale))]


def _answered(runs: list[Reads]) -> Row:
    reads, good = sum(run.asked for run in runs), sum(run.answered for run in runs)
    stale = [run.stale for run in runs]
    return Row(
        "R4",
        ">= 99.99 % of 10,000 reads answered over stale connections",
        f"{good:,} of {reads:,} ({good / reads:.2%}), {sum(stale):,} connections died under a read",
        good / reads >= 0.9999 and all(stale),
        f"{_STALE_SHARE:.0%} of the requests on a connection that answered before find it closed: by RST when "
        "the first octet arrives (http and https), or by FIN when the last one was read",
    )


def _sends(runs: list[Reads]) -> Row:
    whole, attempts = max(run.most_whole for run in runs), max(run.most_attempts for run in runs)
    return Row(
        "R4",
        "at most 2 sends per GET",
        f"at most {whole} read whole by the exchange, at most {attempts} in the journal",
        whole <= 2 and attempts == 2,
    )


async def _reads(number: int, authority: Authority | None, *, whole: bool) -> Reads:
    """Over https with an authority. `whole`: the connection dies when the request was read, not when it begins."""
    async with (
        exchange(authority.context() if authority else None) as failing,
        gateway(failing.base, ca=authority.file if authority else None) as running,
    ):
        if whole:
            failing.script = _closes_some(failing)
        else:
            failing.stale_share = _STALE_SHARE
        pairs = await load(running, [read(f"r{n:07}") for n in range(number)], clients=_CLIENTS)
        await running.stop()
        attempts = max(flow.attempts for flow in running.flows().values())
    good = sum(answer.status == 200 for _, answer in pairs)
    return Reads(number, good, failing.stale, max(failing.asked.values()), attempts)


def _closes_some(failing: Exchange) -> Callable[[Request], Fault | None]:
    def script(request: Request) -> Fault | None:
        if request.nth == 1 or failing.dice.random() >= _STALE_SHARE:
            return None
        failing.stale += 1
        return Fault(b"", "close")

    return script


async def _writes(number: int) -> Row:
    """The exchange closes idle connections after a moment nobody knows, while clients write at their leisure."""
    dice = random.Random(11)
    async with exchange() as failing, gateway(failing.base) as running:
        failing.idle_close = lambda: dice.uniform(*_IDLE_SECONDS)
        orders = [write(f"w{n:07}", n) for n in range(number)]
        pairs = await load(running, orders, clients=_CLIENTS, pause=lambda: dice.uniform(0, _PAUSE_SECONDS))
    unknown = sum(answer.execution != "answered" for _, answer in pairs)
    return Row(
        "R4",
        "writes end `unknown` in <= 0.1 %",
        f"{unknown} of {number:,} ({unknown / number:.2%}), over {failing.connections:,} connections",
        unknown / number <= 0.001 and failing.connections > 2,
        "the exchange closes connections that were idle for 50 to 150 ms, clients write every 0 to 200 ms: far "
        "worse than an upstream whose idle limit lies beyond the 15 s after which no write goes over a connection",
    )
