"""Work in a thread that nobody has to wait for."""

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from proxy.doctor.aside import aside
from tests.support.children import ROOT, bare_environment


async def test_a_result_and_an_error_come_back() -> None:
    assert await aside(lambda: threading.current_thread().name) == "doctor"
    with pytest.raises(ZeroDivisionError):
        await aside(lambda: 1 // 0)


async def test_who_gives_up_is_not_disturbed_later() -> None:
    go_on = threading.Event()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(aside(go_on.wait), 0.05)
    go_on.set()
    await asyncio.sleep(0.05)


HANGS = """
import asyncio, time
from proxy.doctor.aside import aside
async def main():
    try:
        await asyncio.wait_for(aside(lambda: time.sleep(60)), 0.1)
    except TimeoutError:
        print("gave up")
asyncio.run(main())
"""


def test_the_process_ends_though_the_work_does_not() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", HANGS],
        env=bare_environment(),
        cwd=ROOT,
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert done.stdout == b"gave up\n"
    assert time.monotonic() - began < 25
