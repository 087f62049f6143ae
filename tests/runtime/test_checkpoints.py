"""The log of a shared SQLite file is moved off the path, stays bounded whatever fails, and loses nothing to a kill."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from proxy.runtime import checkpoints, database
from proxy.runtime.checkpoints import Checkpoints, checkpoint
from proxy.runtime.database import open_database, transaction
from tests.support.children import bare_environment

SCHEMA = "CREATE TABLE IF NOT EXISTS note (number INTEGER PRIMARY KEY, text TEXT)"
PAGE = 4096 + 24
"""Of the log: a page of the file, and the frame's own header (sqlite.org/fileformat2.html, section 4.1)."""


def write(connection: sqlite3.Connection, numbers: range, moving: Checkpoints | None) -> None:
    for number in numbers:
        with transaction(connection):
            connection.execute("INSERT INTO note VALUES (?, ?)", (number, "x" * 100))
        if moving is not None:
            moving.committed()


def log_octets(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


def in_the_file_alone(path: Path, elsewhere: Path) -> int:
    """Rows that a reader of the file without its log finds."""
    elsewhere.write_bytes(path.read_bytes())
    connection = sqlite3.connect(elsewhere)
    (rows,) = connection.execute("SELECT count(*) FROM note").fetchone()
    connection.close()
    return int(rows)


def test_now_and_then_what_was_committed_is_moved_in_another_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, where = tmp_path / "policy.sqlite", list[threading.Thread]()

    def watched(uri: str) -> None:
        where.append(threading.current_thread())
        checkpoint(uri)

    monkeypatch.setattr(checkpoints, "checkpoint", watched)
    connection, moving = open_database(path, SCHEMA), Checkpoints(path)
    write(connection, range(checkpoints._COMMITS - 1), moving)
    assert where == []
    write(connection, range(1000, 1001), moving)
    moving.close()
    assert len(where) == 1
    assert where[0] is not threading.main_thread()
    assert in_the_file_alone(path, tmp_path / "copy") == checkpoints._COMMITS
    assert moving.failures == 0


def test_what_is_all_moved_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "policy.sqlite"
    connection, moving = open_database(path, SCHEMA), Checkpoints(path)
    for turn in range(20):
        first = turn * checkpoints._COMMITS
        write(connection, range(first, first + checkpoints._COMMITS), moving)
        moving.close()
    assert log_octets(path) < 3 * checkpoints._COMMITS * PAGE
    assert connection.execute("SELECT count(*) FROM note").fetchone() == (20 * checkpoints._COMMITS,)


@pytest.mark.parametrize("works", [True, False])
def test_without_a_rest_or_where_it_always_fails_the_log_stays_bounded(
    works: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LONGEST_LOG_PAGES", 900)
    path = tmp_path / "policy.sqlite"
    connection = open_database(path, SCHEMA)
    moving = Checkpoints(path if works else tmp_path / "nowhere")
    write(connection, range(4000), moving)
    moving.close()
    assert log_octets(path) < 3 * 900 * PAGE, "4,000 commits without a bound take more"
    assert (moving.failures > 0) is not works


def test_the_longest_log_is_that_of_the_real_file(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "policy.sqlite", SCHEMA)
    assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (8000,)


def test_a_failure_is_counted_each_time_and_logged_once_until_it_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "_COMMITS", 1)
    path = tmp_path / "policy.sqlite"
    moving = Checkpoints(path)
    with capture_logs() as logs:
        for _ in range(3):
            moving.committed()
            moving.close()
        assert not path.exists()
        open_database(path, SCHEMA).close()
        moving.committed()
        moving.close()
        path.write_bytes(b"no database" * 1000)
        moving.committed()
        moving.close()
    assert [(line["event"], line["reason"]) for line in logs] == [
        ("policy_checkpoint_failed", "SQLITE_CANTOPEN"),
        ("policy_checkpoint_failed", "SQLITE_NOTADB"),
    ]
    assert moving.failures == 4


def test_where_no_thread_is_to_be_had_sqlite_does_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(checkpoints, "_COMMITS", 1)
    monkeypatch.setattr(threading.Thread, "start", none_left)
    moving = Checkpoints(tmp_path / "policy.sqlite")
    moving.committed()
    moving.close()
    assert moving.failures == 1


def test_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, begun = threading.Event(), list[str]()

    def slow(uri: str) -> None:
        begun.append(uri)
        go_on.wait(10)

    monkeypatch.setattr(checkpoints, "_COMMITS", 1)
    monkeypatch.setattr(checkpoints, "checkpoint", slow)
    moving = Checkpoints(tmp_path / "policy.sqlite")
    for _ in range(5):
        moving.committed()
    go_on.set()
    moving.close()
    assert len(begun) == 1


def test_who_holds_the_file_does_not_hinder_it_and_is_not_hindered(tmp_path: Path) -> None:
    path = tmp_path / "policy.sqlite"
    connection = open_database(path, SCHEMA)
    write(connection, range(10), None)
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES (99, 'not yet')")
        in_log, moved = checkpoint(path.as_uri())
        assert in_log == moved > 0
    assert connection.execute("SELECT count(*) FROM note").fetchone() == (11,)


def test_killed_while_it_runs_nothing_that_was_committed_is_lost(tmp_path: Path) -> None:
    script = f"""
        import sys
        from pathlib import Path
        from proxy.runtime import checkpoints
        from proxy.runtime.database import open_database, transaction
        checkpoints._COMMITS = 1
        path = Path(sys.argv[1])
        connection, moving = open_database(path, {SCHEMA!r}), checkpoints.Checkpoints(path)
        (first,) = connection.execute("SELECT count(*) FROM note").fetchone()
        for number in range(first, 1_000_000):
            with transaction(connection):
                connection.execute("INSERT INTO note VALUES (?, 'x')", [number])
            moving.committed()
            print(number, flush=True)
    """
    path, seen = tmp_path / "policy.sqlite", -1
    for turn in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script), path],
            stdout=subprocess.PIPE,
            env=bare_environment(),
        )
        assert child.stdout is not None
        assert int(child.stdout.readline()) > seen
        time.sleep(0.02 * turn)
        os.kill(child.pid, signal.SIGKILL)
        rest, _ = child.communicate(timeout=30)
        told = [int(line) for line in rest.splitlines(keepends=True) if line.endswith(b"\n")]
        connection = open_database(path, SCHEMA)
        (rows,) = connection.execute("SELECT count(*) FROM note").fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        seen = max(told, default=seen)
        assert rows >= seen + 1
