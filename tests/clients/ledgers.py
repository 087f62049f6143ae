"""Gateways that share a file of day limits: in this process, and as children that can be killed."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from proxy.clients.day_ledger import DayLedger, Measure, Share
from proxy.clients.once import OnceRegister
from proxy.clients.policy_file import PolicyFile
from tests.support.children import bare_environment

DAY = 86_400_000
NOON = 20_000 * DAY + DAY // 2
"""Of a day in 2024."""

PREPARED = """
    import os, sys, time
    from pathlib import Path
    from decimal import Decimal
    from tests.clients.ledgers import NOON, at, file_at, ledger_at, once_at
    directory = Path(sys.argv[1])
    def ready_and_wait():
        print("ready", flush=True)
        time.sleep(60)
"""


OPENED: list[PolicyFile] = []
"""By the test that runs; conftest.py closes them."""


def file_at(directory: Path) -> PolicyFile:
    """As a gateway has it."""
    OPENED.append(PolicyFile(directory))
    return OPENED[-1]


def ledger_at(directory: Path) -> DayLedger:
    return DayLedger(file_at(directory))


def once_at(directory: Path) -> OnceRegister:
    return OnceRegister(file_at(directory))


def at(
    amount: str, most: str = "10", measure: Measure = "quantity", line: str = "line"
) -> tuple[tuple[Share, ...], ...]:
    """One alternative that takes this much of one bound."""
    return ((Share(line, measure, Decimal(amount), Decimal(most), f"{measure} of {line}"),),)


def used(ledger: DayLedger, now_ms: int = NOON) -> dict[tuple[str, str, str], str]:
    return {(one.client, one.line, one.measure): str(one.amount) for one in ledger.used(now_ms)}


def left_open(directory: Path) -> Sequence[tuple[str, int]]:
    """Requests under way, and whether they were sent."""
    with file_at(directory).change() as connection:
        return connection.execute("SELECT request, sent FROM taken ORDER BY request").fetchall()


def start(directory: Path, script: str) -> subprocess.Popen[str]:
    """A process that runs this after PREPARED."""
    source = textwrap.dedent(PREPARED) + textwrap.dedent(script)
    return subprocess.Popen(
        [sys.executable, "-c", source, str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        env=bare_environment(),
    )


@contextmanager
def living(directory: Path, script: str) -> Iterator[subprocess.Popen[str]]:
    """Such a process, once it has said `ready`; killed with SIGKILL in the end."""
    child = start(directory, script)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        yield child
    finally:
        kill(child)


def kill(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert child.stdout is not None
    child.stdout.close()
