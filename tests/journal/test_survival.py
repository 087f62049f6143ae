"""Real processes: killed, limited, without rights."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from proxy.journal import Reader
from proxy.journal.verification import Kind, verify_journal
from tests.journal.lines import files
from tests.support.children import ROOT, bare_environment

WRITER = """
import sys
from pathlib import Path
from tests.journal.lines import flow, intent, open_journal

assert sys.dont_write_bytecode  # torn files would stay behind, beside the sources and in .venv
journal = open_journal(Path(sys.argv[1]), later=lambda seconds, call: None, **eval(sys.argv[2]))
for number in range(int(sys.argv[3])):
    journal.intent(intent(number))
    print(number, flush=True)  # the request would leave now
    journal.record(flow(number))
print("dropped", journal.dropped, flush=True)
"""


def _writer(directory: Path, more: str, count: int, **options: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(directory), more, str(count)],
        cwd=ROOT,
        env=bare_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


@pytest.mark.parametrize("lines", [1, 57, 333, 1800])
def test_killed_at_any_moment_every_sent_write_has_its_intent(tmp_path: Path, lines: int) -> None:
    """lifecycle-02: an intent that was said to be written is there, and at most one line is torn."""
    with _writer(tmp_path / "journal", "{'file_bytes': 65536}", 1_000_000) as process:
        assert process.stdout is not None
        sent = [int(process.stdout.readline()) for _ in range(lines)]
        process.kill()
        *more, _torn = process.stdout.read().split(b"\n")
        sent += map(int, more)
    assert process.returncode == -signal.SIGKILL
    reader = Reader(tmp_path / "journal")
    known = {entry.record.request_id for entry in reader.entries()}
    assert {f"r-{number}" for number in sent} <= known
    assert reader.torn <= len(files(tmp_path / "journal"))
    report = verify_journal(files(tmp_path / "journal"), Kind(whole=True))
    assert report.breaks == []
    assert len(report.like_a_kill) <= 2


def test_a_limit_on_file_size_is_met_with_another_file(tmp_path: Path) -> None:
    """The kernel takes a part of the line, then refuses (EFBIG); everything lost is counted."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    with _writer(tmp_path / "journal", "{}", 300, preexec_fn=limit) as process:
        out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors.decode()
    dropped = int(out.split()[-1])
    reader = Reader(tmp_path / "journal")
    lines = sum(1 for record, _ in reader.records() if hasattr(record, "request_id"))
    assert 0 < dropped < 50
    assert lines + dropped == 599  # 300 intents and as many flows, the last of which still waits
    assert reader.dropped == dropped
    report = verify_journal(files(tmp_path / "journal"), Kind(whole=True))
    assert (report.breaks, report.torn) == ([], reader.torn)
    assert report.torn > 0
    assert len(files(tmp_path / "journal")) > 3


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")
def test_without_rights_nothing_is_written_and_nothing_breaks() -> None:
    """A journal that becomes read-only under an ordinary user: lines are counted as dropped, none gets in."""
    with TemporaryDirectory() as name:  # pytest's own is closed to others
        os.chown(name, 65_534, 65_534)
        _lose_rights(Path(name))


def _lose_rights(directory: Path) -> None:
    script = """
import os, sys
from pathlib import Path
import structlog  # while the interpreter's own files can be read
from tests.journal.lines import flow, open_journal

os.setgroups([]); os.setgid(65534); os.setuid(65534)
directory = Path(sys.argv[1])
journal = open_journal(directory)
journal.record(flow(1))
path = next(directory.glob("flows-*"))
path.unlink()
directory.chmod(0o500)
for number in range(2, 12):
    journal.record(flow(number))
assert journal.dropped == 10, journal.dropped
directory.chmod(0o700)
journal.record(flow(12))
assert journal.dropped == 10
assert {p.stat().st_mode & 0o777 for p in directory.iterdir()} == {0o600}
print("good")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(directory)],
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.endswith(b"good\n"), done.stderr.decode()
    kinds = [type(record).__name__ for record, _ in Reader(directory).records()]
    assert kinds == ["ForeignDropped", "ForeignFlow"]
