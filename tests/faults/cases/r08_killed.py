"""R8: the log knows every write. Gateways are killed (SIGKILL) at random moments while a dozen clients write.

Each write has a quantity of its own, which the journal keeps, so that what the exchange read can be looked for among
the intents. To have hundreds of kills in minutes, two gateways live and die at a time, each forked from an interpreter
that has imported everything already (zygote.py).
"""

import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from harness.gateway import ROOT, arguments
from proxy.core.redaction import ForeignIntent
from proxy.journal.reader import Reader
from tests.faults.forked import Zygote, kill, zygote_at
from tests.faults.frame import Client, Row, scaled
from tests.faults.upstream import Exchange, exchange

KILLS: Final = 500
CLIENTS: Final = 12
BATCH: Final = 10
"""Kills on one journal, until it is looked through."""
LONGEST_LIFE: Final = 0.4
"""Seconds to a gateway's death, at most; the least is none."""
WITH_ANSWERS: Final = 0.9
"""So many die that long after their first answer, the others that long after their first line."""


@dataclass
class Count:
    """What a trial has seen."""

    kills: int = 0
    writes: int = 0  # that the exchange read
    unknown: int = 0  # of them without an intent line
    twice: int = 0
    files: int = 0
    torn: int = 0
    most_torn: int = 0  # in one file
    answered: int = 0
    readers: dict[str, str] = field(default_factory=dict)  # verb -> what was wrong with it


async def measure(scale: float) -> list[Row]:
    kills = scaled(KILLS, scale, least=4)
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        trials = [trial(number, kills // 2, Path(name) / str(number)) for number in (1, 2)]
        one, two = await asyncio.gather(*trials)
    return rows(one, two)


def rows(one: Count, two: Count) -> list[Row]:
    writes, unknown, twice = one.writes + two.writes, one.unknown + two.unknown, one.twice + two.twice
    kills, torn, files = one.kills + two.kills, one.torn + two.torn, one.files + two.files
    most = max(one.most_torn, two.most_torn)
    wrong = one.readers | two.readers
    unread = ", ".join(f"{verb}: {what}" for verb, what in wrong.items() if what)
    note = f"{one.answered + two.answered} of the writes were answered before the kill"
    return [
        Row(
            "R8",
            f"{kills} kills under load: 0 writes at the exchange without an intent line",
            f"{writes} writes read by the exchange, {unknown} without an intent, {twice} executed twice",
            held=kills > 0 and writes > kills and unknown == twice == 0,
            note=note,
        ),
        Row(
            "R8",
            "at most 1 torn line in a file",
            f"{torn} torn lines in {files} files, at most {most} in one",
            most <= 1,
        ),
        Row(
            "R8",
            "every reader takes torn lines: " + ", ".join(wrong),
            unread or "each read on and told what it could",
            held=bool(wrong) and not unread,
        ),
    ]


async def trial(number: int, kills: int, directory: Path, *, readers: bool = True) -> Count:
    """Gateways one after another on the same journal, each to its death."""
    count, dice = Count(), random.Random(number)
    async with exchange() as upstream, zygote_at(directory) as zygote:
        upstream.keep_received = False
        while count.kills < kills:
            journal = directory / f"journal-{count.kills}"
            journal.parent.mkdir(parents=True, exist_ok=True)
            upstream.executed.clear()
            for _ in range(min(BATCH, kills - count.kills)):
                count.answered += await _live_and_die(zygote, upstream, journal, dice, count.kills)
                count.kills += 1
            look_through(journal, upstream, count)
            if readers and not count.readers:
                count.readers = await _readers(journal)
            shutil.rmtree(journal)
    return count


async def _live_and_die(
    zygote: Zygote, upstream: Exchange, journal: Path, dice: random.Random, life: int
) -> int:
    """One gateway from its start to its death under load; how many writes were answered."""
    said, descriptor = await zygote.gateway(arguments(upstream.base, journal), journal.parent / "log")
    address = urlsplit(said["gateway"])
    answered, first = [0], asyncio.Event()
    clients = [
        asyncio.create_task(
            _write(Client(address.hostname or "", address.port or 0), life, number, answered, first)
        )
        for number in range(CLIENTS)
    ]
    try:
        if dice.random() < WITH_ANSWERS:
            await asyncio.wait_for(first.wait(), 10)
        await asyncio.sleep(dice.uniform(0, LONGEST_LIFE))
    finally:
        await kill(descriptor)
    await asyncio.gather(*clients)
    await asyncio.sleep(0.03)  # what it had sent stands in our own sockets by now, and is read
    return answered[0]


async def _write(client: Client, life: int, number: int, answered: list[int], first: asyncio.Event) -> None:
    """Orders one after another, in a form and in the query by turns, until one is not answered."""
    for turn in range(1_000_000):
        mark = f"{life + 1}{number:02d}{turn:05d}"
        pairs = f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity={mark}&newClientOrderId={mark}"
        if turn % 2:
            answer = await client.ask("POST", f"/api/v3/order?{pairs}")
        else:
            answer = await client.ask("POST", "/api/v3/order", pairs.encode())
        if answer.status != 200:
            client.close()
            return
        answered[0] += 1
        first.set()


def look_through(journal: Path, upstream: Exchange, count: Count) -> None:
    """Are all writes of the exchange among the intents, and how much is torn?"""
    known: set[str] = set()
    for path in Reader(journal).files():
        reader = Reader(path)
        for record, _ in reader.records():
            if isinstance(record, ForeignIntent):
                known.add(dict(parse_qsl((record.came.body or record.came.query).raw))["quantity"])
        count.files += 1
        count.torn += reader.torn
        count.most_torn = max(count.most_torn, reader.torn)
    count.writes += len(upstream.executed)
    count.unknown += len(set(upstream.executed) - known)
    count.twice += upstream.duplicates


async def _readers(journal: Path) -> dict[str, str]:
    """Every verb that reads journals, on one with a line cut in the middle for sure; what was wrong, by verb."""
    last = Reader(journal).files()[-1]
    content = last.read_bytes()
    last.write_bytes(content[: content.rstrip(b"\n").rfind(b"\n") + 200])
    reader, out = Reader(journal), journal.parent / "out"
    lines = sum(1 for _ in reader.records())
    found = {"Reader": "" if reader.torn and lines else f"{lines} lines, {reader.torn} torn"}
    few = journal.parent / "few.jsonl"
    few.write_bytes(b"\n".join(content.splitlines()[-20:-1]) + content[-500:-300])
    out.mkdir(exist_ok=True)
    for verb, words in _verbs(journal, out, few).items():
        found[verb] = await _verb(words, usual=(0, 1) if verb == "explain" else (0,))
    with contextlib.suppress(OSError):
        shutil.rmtree(out)
    return found


def _verbs(journal: Path, out: Path, few: Path) -> dict[str, list[str]]:
    """What is said to each of them; `few` are some lines of the journal, of which the last is torn."""

    def export(kind: str, name: str) -> list[str]:
        return ["export", kind, "--journal", str(journal), "--out", str(out / name), "--force"]

    return {
        "logs": ["logs", "--journal", str(journal), "--lines", "0", "--format", "json"],
        "export har": export("har", "flows.har"),
        "export curl": export("curl", "flows.sh"),
        "export bundle": export("bundle", "b.zip"),
        "explain": ["explain", "--json", str(few)],
    }


async def _verb(words: list[str], usual: tuple[int, ...]) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "proxy", *words),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await process.communicate()
    if process.returncode not in usual:
        return f"exit {process.returncode}: {errors.decode()[-200:]}"
    return "" if said or errors else "said nothing"
