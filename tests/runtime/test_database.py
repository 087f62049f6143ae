"""Small SQLite files: private, shared by processes, whole after a kill."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.runtime.database import open_database, transaction

SCHEMA = "CREATE TABLE IF NOT EXISTS note (text TEXT PRIMARY KEY)"


def _notes(path: Path) -> list[str]:
    return [text for (text,) in open_database(path, SCHEMA).execute("SELECT text FROM note ORDER BY text")]


def test_the_file_and_what_stands_beside_it_are_private(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "policy.sqlite", SCHEMA)
    connection.execute("INSERT INTO note VALUES ('a')")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert len(modes) == 3  # the file, its log, its index
    assert set(modes.values()) == {0o600}


def test_a_process_that_opens_the_file_twice_keeps_its_log_when_others_close_it(tmp_path: Path) -> None:
    """SQLite removes the log with the last connection, and knows of those in other processes by their locks."""
    path = tmp_path / "policy.sqlite"
    first, second = open_database(path, SCHEMA), open_database(path, SCHEMA)
    script = (
        "import sys, sqlite3; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM note'); c.close()"
    )
    subprocess.run([sys.executable, "-c", script, path], check=True, timeout=30)
    for connection, text in ((first, "a"), (second, "b")):
        with transaction(connection):
            connection.execute("INSERT INTO note VALUES (?)", [text])
    script = "import sys, sqlite3; print(*sqlite3.connect(sys.argv[1]).execute('SELECT text FROM note').fetchall())"
    seen = subprocess.run([sys.executable, "-c", script, path], check=True, capture_output=True, timeout=30)
    assert seen.stdout == b"('a',) ('b',)\n"


def test_a_transaction_is_taken_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "policy.sqlite"
    connection = open_database(path, SCHEMA)
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.executemany("INSERT INTO note VALUES (?)", [("a",), ("a",)])
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES ('b')")
    assert _notes(path) == ["b"]


def test_a_full_disk_is_told_as_such_and_the_next_transaction_begins(tmp_path: Path) -> None:
    connection = open_database(tmp_path / "policy.sqlite", SCHEMA)
    connection.execute("PRAGMA max_page_count=3")
    with pytest.raises(sqlite3.OperationalError, match="full"), transaction(connection):
        connection.execute("INSERT INTO note VALUES (?)", ["x" * 40_000])
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES ('b')")
    assert _notes(tmp_path / "policy.sqlite") == ["b"]


def test_where_a_commit_is_refused_nothing_stays_open(tmp_path: Path) -> None:
    schema = (
        "CREATE TABLE IF NOT EXISTS note (text TEXT PRIMARY KEY);"
        "CREATE TABLE IF NOT EXISTS of_note (text TEXT REFERENCES note DEFERRABLE INITIALLY DEFERRED)"
    )
    connection = open_database(tmp_path / "policy.sqlite", schema)
    connection.execute("PRAGMA foreign_keys=1")
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.execute("INSERT INTO of_note VALUES ('of none')")
    assert not connection.in_transaction
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES ('b')")
    assert _notes(tmp_path / "policy.sqlite") == ["b"]


def test_what_was_committed_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "policy.sqlite"
    script = f"""
        import time
        from pathlib import Path
        from proxy.runtime.database import open_database, transaction
        connection = open_database(Path({str(path)!r}), {SCHEMA!r})
        with transaction(connection):
            connection.execute("INSERT INTO note VALUES ('kept')")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO note VALUES ('lost')")
        print("ready", flush=True)
        time.sleep(60)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert _notes(path) == ["kept"]


def test_a_file_that_is_none_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "policy.sqlite"
    path.write_text("this is no database, and it is long enough to be looked at " * 20)
    with pytest.raises(ConfigError) as caught:
        open_database(path, SCHEMA)
    assert "policy.sqlite" in caught.value.message
    assert "move it away" in caught.value.hint


def test_of_many_that_begin_at_once_each_gets_the_file(tmp_path: Path) -> None:
    script = """
        import sys
        from pathlib import Path
        from proxy.runtime.database import open_database, transaction
        path = Path(sys.argv[1])
        print(flush=True)
        for number in map(int, sys.stdin):
            c = open_database(path / f"{number}.sqlite", "CREATE TABLE IF NOT EXISTS note (text TEXT PRIMARY KEY)")
            with transaction(c):
                c.execute("INSERT INTO note VALUES (?)", [sys.argv[2]])
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    children = [
        subprocess.Popen([*command, str(one)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for one in range(6)
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"".join(b"%d\n" % number for number in range(20)))
        child.stdin.close()
    for child in children:
        assert child.wait(60) == 0
        assert child.stdout is not None
        child.stdout.close()
    for number in range(20):
        assert _notes(tmp_path / f"{number}.sqlite") == list("012345")


def test_a_file_that_others_keep_is_waited_for_at_the_start_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "policy.sqlite"
    monkeypatch.setattr("proxy.runtime.database._BUSY_AT_THE_START_SECONDS", 0.2)
    other = sqlite3.connect(path, isolation_level=None)  # not in WAL mode yet
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ConfigError, match="OperationalError"):
        open_database(path, SCHEMA)
    monkeypatch.setattr("proxy.runtime.database._BUSY_AT_THE_START_SECONDS", 30.0)
    waiter = threading.Thread(target=_notes, args=(path,))
    waiter.start()
    time.sleep(0.05)
    assert waiter.is_alive()
    other.execute("COMMIT")
    waiter.join(30)
    assert not waiter.is_alive()


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "policy.sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError):
        open_database(tmp_path / "policy.sqlite", SCHEMA)
    assert not (tmp_path / "elsewhere").exists()


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "policy.sqlite")
    with pytest.raises(ConfigError, match="FileExistsError"):
        open_database(tmp_path / "policy.sqlite", SCHEMA)


def test_who_waits_for_the_file_gets_it_soon_after_it_is_free_and_gives_up_after_half_a_second(
    tmp_path: Path,
) -> None:
    path = tmp_path / "policy.sqlite"
    ours, other = open_database(path, SCHEMA), open_database(path, SCHEMA)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="locked"), transaction(ours):
        raise AssertionError
    assert 0.5 <= time.monotonic() - began < 5
    waiter = threading.Thread(target=_write_through_a_connection_of_its_own, args=(path,))
    waiter.start()
    time.sleep(0.05)
    other.execute("COMMIT")
    waiter.join()
    assert _notes(path) == ["waited"]


def _write_through_a_connection_of_its_own(path: Path) -> None:
    with transaction(connection := open_database(path, "")):
        connection.execute("INSERT INTO note VALUES ('waited')")
    connection.close()
