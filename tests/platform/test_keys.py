"""Keys and the mode of a terminal, without a gateway around them; with one: `test_run.py`."""

import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

from harness.terminal import controlling
from tests.support.children import bare_environment

READS = """
import asyncio
from proxy.platform.keys import Keys

async def main():
    loop, end = asyncio.get_running_loop(), asyncio.Event()
    keys = Keys(0, loop, {"a": lambda: print("<A>", flush=True), "x": end.set, "f": lambda: loop.stop()})
    print("<ready>", flush=True)
    await end.wait()
    keys.close()
    keys.close()
    print("<closed>", flush=True)
    while input() != "end":
        pass

asyncio.run(main())
"""


class Child:
    """The program above on a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            [sys.executable, "-c", READS], cwd=folder, env=bare_environment(),
            stdin=self.slave, stdout=self.slave, stderr=self.slave,
            preexec_fn=lambda: controlling(self.slave),  # noqa: PLW1509  # the only way to a terminal of its own
        )  # fmt: skip
        self.seen = b""

    def await_text(self, wanted: bytes, seconds: float = 10.0) -> None:
        until = time.monotonic() + seconds
        while wanted not in self.seen:
            assert time.monotonic() < until, self.seen
            if select.select([self.master], [], [], 0.05)[0]:
                self.seen += os.read(self.master, 65536)

    def await_keys(self) -> None:
        """Until each key is handed over at once."""
        until = time.monotonic() + 10
        while termios.tcgetattr(self.slave)[3] & termios.ICANON:
            assert time.monotonic() < until
            time.sleep(0.01)

    def write(self, octets: bytes) -> None:
        os.write(self.master, octets)
        time.sleep(0.2)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


def test_single_keys_act_pastes_and_arrows_do_not(tmp_path: Path) -> None:
    child = Child(tmp_path)
    try:
        child.await_keys()
        child.write(b"a")
        child.await_text(b"<A>")
        child.write(b"\x1b[A")
        child.write(b"aaaa")
        child.write(b"?")
        child.write(b"\xc3")
        child.write(b"a")
        child.await_text(b"<A>\r\n<A>")
        assert child.seen.count(b"<A>") == 2
        assert b"aaaa" not in child.seen, "what is typed is not shown"
        child.write(b"x")
        child.await_text(b"<closed>")
        assert termios.tcgetattr(child.slave) == child.before
        child.write(b"end\n")
        assert child.process.wait(10) == 0
    finally:
        child.end()


def test_it_is_restored_when_the_loop_fails(tmp_path: Path) -> None:
    child = Child(tmp_path)
    try:
        child.await_keys()
        child.write(b"f")
        assert child.process.wait(10) == 1
        assert termios.tcgetattr(child.slave) == child.before
    finally:
        child.end()
