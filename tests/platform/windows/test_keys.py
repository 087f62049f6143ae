"""Single keys of a console that is none."""

import subprocess
import sys

import pytest

from harness.gateway import ROOT
from tests.support.children import bare_environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-ins are made of Linux' own")

CONSOLE = """
import asyncio, shutil
from tests.platform.pretend_windows import become_windows
become_windows()
import msvcrt
waiting = []
msvcrt.kbhit, msvcrt.getwch = lambda: bool(waiting), lambda: waiting.pop(0)
from proxy.platform.windows.keys import Keys

async def main():
    pressed = []
    keys = Keys(0, asyncio.get_running_loop(), {"q": lambda: pressed.append("q"), "r": lambda: pressed.append("r")})
    for typed in ("q", "x", "qr", chr(0) + "r", "r"):  # a key, another, a paste, a function key, a key
        waiting[:] = typed
        while waiting:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    keys.close()
    print(*pressed)

asyncio.run(main())
"""


def test_single_keys_of_the_console_are_acted_on_and_pastes_are_not() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CONSOLE],
        check=False,
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("q r\n", "")
