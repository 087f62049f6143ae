"""Files that never end, are nested without end, or are none: bounded in memory and time, with a message.

Each verb runs in a process of its own, whose largest resident size the kernel tells (getrusage(2), ru_maxrss).
"""

import gzip
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from harness.usage import memory_kib
from tests.journal.lines import flow
from tests.support.children import bare_environment

NAME = "flows-20260723T101456789Z-0000.jsonl"
MOST_MIB = 320
MOST_SECONDS = 30.0


@dataclass(frozen=True)
class Ended:
    code: int
    says: str
    seconds: float
    mib: int


MEASURED: Final = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[2:], timeout=60).returncode
with open(sys.argv[1], "w") as peak:
    peak.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
"""
"""Starts a process and writes down its peak, in KiB. One that the tests start themselves would have theirs: until it
becomes another program (execve(2)) it is a copy of them, and the kernel counts that."""


def run(folder: Path, *words: str, fed_by: str = ":") -> Ended:
    """One verb to its end, fed by a shell command; killed after a minute."""
    began = time.monotonic()
    source = subprocess.Popen(["sh", "-c", fed_by], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-c", MEASURED, "peak", sys.executable, "-m", "proxy", *words],
            cwd=folder,
            env=bare_environment(NO_COLOR="1"),
            stdin=source.stdout,
            stdout=said,
            stderr=said,
        )
        assert source.stdout is not None
        source.stdout.close()  # the child alone reads it: when it ends, so does what feeds it
        code = child.wait(70)
    source.kill()
    source.wait()
    text = (folder / "said").read_text("utf-8", "replace")
    return Ended(code, text, time.monotonic() - began, int((folder / "peak").read_text()) // 1024)


def endless(at: Path) -> None:
    """One line of 400 MiB, without an end."""
    with at.open("wb") as file:
        file.truncate(400 << 20)


def nested(at: Path) -> None:
    """100,000 levels, as a line and within a record."""
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    at.write_bytes(
        deep + b"\n" + b"[" * 100_000 + b"]" * 100_000 + b"\n" + flow(1).line[:-1] + b',"x":' + deep + b"}\n"
    )


def bomb(at: Path) -> None:
    with zipfile.ZipFile(at, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(NAME, "w") as member:
        for _ in range(300):
            member.write(b"{}\n" * 349_525)


def packed(at: Path) -> None:
    at.write_bytes(gzip.compress(bytes(100 << 20), 1))


FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "endless": (endless, "larger than 64 MiB"),
    "nested": (nested, "none of the forms"),
    "bomb": (bomb, "more than 64 MiB"),
    "packed": (packed, "packed with gzip"),
    "folder": (Path.mkdir, "no journal files"),
    "pipe": (os.mkfifo, "pipe or device"),
    "device": (lambda at: at.symlink_to("/dev/zero"), "pipe or device"),
}


def said_well(done: Ended, words: str) -> None:
    assert words in done.says
    assert "Traceback" not in done.says
    assert "unexpected" not in done.says
    assert done.seconds < MOST_SECONDS
    assert done.mib < MOST_MIB


@pytest.mark.parametrize("kind", FILES)
def test_explain(tmp_path: Path, kind: str) -> None:
    make, words = FILES[kind]
    make(tmp_path / "given")
    done = run(tmp_path, "explain", "given")
    said_well(done, words)
    assert done.code == 2


@pytest.mark.parametrize("source", ["cat /dev/zero", "yes", "yes '{}' | tr -d '\\n'"])
def test_explain_of_a_pipe_that_never_ends(tmp_path: Path, source: str) -> None:
    said_well(run(tmp_path, "explain", fed_by=source), "larger than 64 MiB")


@pytest.mark.parametrize("kind", ["endless", "packed", "pipe", "device"])
def test_explain_with_an_answer_of_a_file(tmp_path: Path, kind: str) -> None:
    make, words = FILES[kind]
    make(tmp_path / "given")
    said_well(run(tmp_path, "explain", "--answer", "@given", "https://api.binance.com/api/v3/time"), words)


VERBS = {
    "logs": ("logs",),
    "har": ("export", "har"),
    "curl": ("export", "curl"),
    "repro": ("export", "repro"),
    "bundle": ("export", "bundle"),
    "learn": ("policy", "learn"),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ["endless", "nested"])
def test_lines_that_cannot_be_read_are_counted_and_the_others_are_read(
    tmp_path: Path, verb: str, kind: str
) -> None:
    (tmp_path / "journal").mkdir()
    FILES[kind][0](tmp_path / "journal" / NAME)
    with (tmp_path / "journal" / NAME).open("ab") as file:
        file.write(b"\n" + flow(7).line + b"\n")
    done = run(tmp_path, *VERBS[verb])
    said_well(done, f"{1 if kind == 'endless' else 3} damaged line")
    assert done.code == 0
    assert "no flow matches" not in done.says


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_journal_file_is_named(tmp_path: Path, verb: str, kind: str) -> None:
    (tmp_path / "journal").mkdir()
    FILES[kind][0](tmp_path / "journal" / NAME)
    done = run(tmp_path, *VERBS[verb])
    said_well(done, NAME)
    assert done.code == 3


def test_following_a_file_that_is_there_already_and_very_large(tmp_path: Path) -> None:
    """Ended by SIGINT, as Ctrl-C does, once it has come to the end."""
    (tmp_path / "journal").mkdir()
    endless(tmp_path / "journal" / NAME)
    with (tmp_path / "journal" / NAME).open("ab") as file:
        file.write(b"\n" + flow(7).line + b"\n")
    child = subprocess.Popen(
        [sys.executable, "-m", "proxy", "logs", "--follow"],
        cwd=tmp_path,
        env=bare_environment(NO_COLOR="1", PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    line = child.stdout.readline()
    peak = memory_kib(child.pid, "VmHWM") // 1024
    child.send_signal(signal.SIGINT)
    child.wait(20)
    child.stdout.close()
    assert "r-7" in line
    assert peak < MOST_MIB


def test_whois_of_a_line_that_never_ends(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / NAME).write_bytes(flow(7).line + b"\n")
    key = tmp_path / "journal" / "tag.key"
    key.touch(0o600)
    key.write_bytes(bytes(32))
    done = run(tmp_path, "whois", "1a2b3c4d5e", fed_by="head -c 1G /dev/zero")
    said_well(done, "1a2b3c4d5e")


@pytest.mark.parametrize("kind", ["endless", "pipe", "device", "folder"])
def test_a_configuration(tmp_path: Path, kind: str) -> None:
    FILES[kind][0](tmp_path / "given")
    done = run(tmp_path, "config", "check", "--config", "given")
    said_well(done, "error: given: ")
    assert done.code == 3
