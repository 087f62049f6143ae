"""R18: a hold that anybody was told of outlives the gateway, killed (SIGKILL) at any instant; no half file is left.

Eight clients ask when the exchange begins to answer 429. The gateway dies within milliseconds of the first such answer,
as soon as a client has read one, or at a chosen step of writing the hold. Who was told 429 knows of a hold, so the next gateway of that directory must
keep it: its client is refused, and nothing arrives at the exchange. Where nobody had been told, either is right.
"""

import asyncio
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from harness.gateway import arguments
from tests.faults.forked import Zygote, is_gone, kill, strike, zygote_at
from tests.faults.frame import Answer, Client, Row, ask_once, read, scaled, until
from tests.faults.state_files import unreadable
from tests.faults.upstream import Exchange, Fault, Request, exchange, http

KILLS: Final = 50
CLIENTS: Final = 8
HELD_SECONDS: Final = 300
LONGEST_LIFE: Final = 0.008
"""Seconds from the first 429 to the death, at most."""
_QUIET: Final = 40
"""Requests that are answered as usual before."""

_WEIGHT: Final = {"code": -1003, "msg": "Too much request weight used."}
_HELD: Final = http(429, _WEIGHT, f"Retry-After: {HELD_SECONDS}")
_MERGE: Final = "proxy.limits.holds_file:HoldsFile.merge"
_REPLACE: Final = "proxy.limits.holds_file:HoldsFile._replace"

type Place = tuple[str, str, int]

PLACES: Final[tuple[tuple[Place, bool], ...]] = (
    ((_MERGE, "before", 1), False),
    ((_REPLACE, "before", 1), False),
    ((_REPLACE, "after", 1), True),
    ((_MERGE, "after", 1), True),
)
"""Where it dies, and whether the hold is on the disk then."""


@dataclass(slots=True)
class Count:
    """What the trials have seen."""

    kills: int = 0
    told: int = 0
    kept: int = 0  # by the next gateway
    lost: int = 0  # a client had been told of it
    half: int = 0  # files that cannot be read
    drafts: int = 0  # left when the next gateway has written its own
    places: list[bool] = field(default_factory=list)  # kept, by place


async def measure(scale: float) -> list[Row]:
    return rows(await trial(scaled(KILLS, scale, least=4)))


def rows(count: Count) -> list[Row]:
    exact = sum(kept == there for kept, (_, there) in zip(count.places, PLACES, strict=True))
    return [
        Row(
            "R18",
            f"{count.kills} kills while a hold begins: kept where anybody was told of it",
            f"{count.told} times somebody was told, {count.lost} holds lost; {count.kept} kept in all",
            held=count.kills > 0 and count.lost == 0 and count.told > 0,
        ),
        Row(
            "R18",
            "no half file, no leavings",
            f"{count.half} files that cannot be read, {count.drafts} drafts left",
            held=count.half == 0 and count.drafts == 0,
        ),
        Row(
            "R18",
            f"killed at {len(PLACES)} steps of writing it: kept once the file is replaced",
            f"{exact} of {len(PLACES)} exact",
            held=exact == len(PLACES),
        ),
    ]


async def trial(kills: int, seed: int = 18) -> Count:
    """So many deaths at random instants, each in a directory of its own, and one at each place."""
    count, dice = Count(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        async with exchange() as upstream, zygote_at(Path(name)) as zygote:
            for number in range(kills):
                life = dice.uniform(0, LONGEST_LIFE) if number % 2 else None
                await _once(House(zygote, upstream, Path(name) / str(number)), count, life)
            for number, (place, _) in enumerate(PLACES):
                kept = count.kept
                await _once(House(zygote, upstream, Path(name) / f"place-{number}"), count, 0, place)
                count.places.append(count.kept > kept)
    return count


@dataclass(frozen=True, slots=True)
class House:
    zygote: Zygote
    upstream: Exchange
    folder: Path

    async def gateway(self, dies: Place | None = None) -> tuple[dict[str, Any], int]:
        config = self.folder / "config.yaml"
        config.write_text(json.dumps({"log": {"level": "error"}}))  # JSON is YAML
        words = [*arguments(self.upstream.base, self.folder / "journal"), "--config", str(config)]
        return await self.zygote.gateway(words, self.folder / "log", dies)


async def _once(house: House, count: Count, life: float | None, place: Place | None = None) -> None:
    """One gateway that dies, and what the next one does. `life` None: it dies as soon as a client was told."""
    house.folder.mkdir()
    upstream = house.upstream
    said, process = await house.gateway(place)
    die = partial(strike, process)
    upstream.script = _holding(0, lambda: None) if place is not None or life is None else _holding(life, die)
    when_told = die if life is None else lambda: None
    try:
        asking = [asyncio.create_task(_call(said, process, number, when_told)) for number in range(CLIENTS)]
        await until(partial(is_gone, process))
        answers = [answer for several in await asyncio.gather(*asking) for answer in several]
    finally:
        await kill(process)
    told = any(answer.status == 429 for answer in answers)
    count.half += unreadable(house.folder / "journal")
    upstream.script = lambda _request: None
    asked = upstream.asked.total()
    said, process = await house.gateway()
    try:
        again = await ask_once(said["gateway"], "GET", read("again").target)
        kept = again.error == "upstream_backoff" and upstream.asked.total() == asked
        if not kept:  # let it write one, so that what the dead one left is tidied up
            upstream.script = _holding(0, lambda: None, quiet=0)
            await ask_once(said["gateway"], "GET", read("hold").target)
    finally:
        await kill(process)
    count.drafts += 0 if kept else len(list((house.folder / "journal").glob(".holds.json.*")))
    count.half += unreadable(house.folder / "journal")
    count.kills += place is None
    count.told += told
    count.kept += kept
    count.lost += told and not kept


def _holding(life: float, die: Any, quiet: int = _QUIET) -> Any:
    """Answers as usual for a while, then 429; with the first of those the clock of the death begins to run."""
    left = quiet

    def script(request: Request) -> Fault | None:
        nonlocal left
        if request.is_time:
            return None
        left -= 1
        if left == -1:
            asyncio.get_running_loop().call_later(life, die)
        return Fault(_HELD) if left < 0 else None

    return script


async def _call(
    said: dict[str, Any], process: int, number: int, when_told: Callable[[], None]
) -> list[Answer]:
    """One client, until its gateway is gone."""
    answers: list[Answer] = []
    client = Client(*_address(said))
    while not is_gone(process) and not (answers and answers[-1].status == 0):
        answers.append(await client.ask("GET", read(f"c{number}-{len(answers)}").target))
        if answers[-1].status == 429:
            when_told()
        await asyncio.sleep(0.001)
    client.close()
    return answers


def _address(said: dict[str, Any]) -> tuple[str, int]:
    host, _, port = said["gateway"].rpartition("//")[2].rpartition(":")
    return host, int(port)
