"""What a burst took goes back to the system."""

import asyncio
import ctypes
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.runtime import memory

GLIBC = hasattr(ctypes.CDLL(None), "malloc_trim")


def resident_kib() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


@pytest.fixture
def frozen() -> Iterator[None]:
    """What `trim_memory` changes of the collector is as before after the test."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


async def at_once() -> None:
    """All modules are there."""


@pytest.mark.skipif(not GLIBC, reason="malloc_trim is glibc's")
async def test_a_burst_is_given_back_though_something_stands_behind_it(
    frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """glibc itself gives back only what is free at the end of its heap."""
    monkeypatch.setattr(memory, "_POLL_SECONDS", 0.05)
    keeping = asyncio.create_task(memory.trim_memory(at_once))
    await asyncio.sleep(0.2)
    burst = [b"x" * 100_000 for _ in range(600)]  # below the size that glibc maps by itself
    behind = b"y" * 100_000
    del burst
    before = resident_kib()
    for _ in range(100):
        await asyncio.sleep(0.05)
        if before - resident_kib() > 40_000:
            break
    keeping.cancel()
    assert before - resident_kib() > 40_000
    assert behind


async def test_without_glibc_nothing_is_given_back_and_nothing_fails(
    frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    await asyncio.wait_for(memory.trim_memory(at_once), 5)
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == 20_000


async def test_under_load_from_the_first_moment_the_collector_looks_seldom_at_once(frozen: None) -> None:
    """Modules may be imported half a minute later, see `proxy.runtime.background_imports`."""
    loaded = asyncio.Event()

    async def wait() -> None:
        await loaded.wait()

    before = gc.get_freeze_count()
    keeping = asyncio.create_task(memory.trim_memory(wait))
    await asyncio.sleep(0.01)
    assert (gc.get_threshold()[0], gc.get_freeze_count()) == (20_000, before)
    loaded.set()
    await asyncio.sleep(0.1)
    assert gc.get_freeze_count() > before
    keeping.cancel()
