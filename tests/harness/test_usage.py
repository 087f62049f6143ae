"""What a process has used, of this process and of one that is known."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from harness.usage import cpu_seconds, forget_peak, memory_kib, wanted_seconds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

BURN = (
    "import sys, threading, time\n"
    "def burn():\n"
    "    end = time.thread_time() + 0.3\n"
    "    while time.thread_time() < end: pass\n"
    "thread = threading.Thread(target=burn); thread.start(); thread.join()\n"
    "print(time.process_time(), flush=True)\n"
    "big = bytearray(64 << 20); del big\n"
    "print(flush=True); sys.stdin.read()\n"
)
"""Takes 0.3 s of the processor in a thread that ends, says what all of it took, and touches 64 MiB for a moment."""


@pytest.fixture
def burnt() -> Iterator[tuple[int, float]]:
    with subprocess.Popen(
        [sys.executable, "-c", BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        took = float(child.stdout.readline())
        child.stdout.readline()
        yield child.pid, took


def test_the_time_of_threads_that_have_ended_counts(burnt: tuple[int, float]) -> None:
    pid, took = burnt
    assert took >= 0.3
    assert took <= cpu_seconds(pid) < took + 0.2


def test_our_own_time() -> None:
    assert cpu_seconds(os.getpid()) == pytest.approx(time.process_time(), abs=0.05)


def test_who_waits_for_nothing_wants_nothing(burnt: tuple[int, float]) -> None:
    pid, _ = burnt
    wanted = []
    for _ in range(5):  # on a busy machine it is still on its way to where it waits
        before = wanted_seconds(pid)
        time.sleep(0.2)
        wanted.append(wanted_seconds(pid) - before)
    assert min(wanted) < 0.02
    assert wanted_seconds(pid) > 0


def test_the_peak_is_remembered_and_can_be_forgotten(burnt: tuple[int, float]) -> None:
    pid, _ = burnt
    assert memory_kib(pid, "VmHWM") - memory_kib(pid) > 60 * 1024
    forget_peak(pid)
    assert memory_kib(pid, "VmHWM") - memory_kib(pid) < 1024
