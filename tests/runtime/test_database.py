"""Small SQLite files: private, shared by processes, whole after a kill."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
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


def test_a_transaction_is_taken_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "policy.sqlite"
    connection = open_database(path, SCHEMA)
    with pytest.raises(sqlite3.IntegrityError), transaction(connection):
        connection.executemany("INSERT INTO note VALUES (?)", [("a",), ("a",)])
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES ('b')")
    assert _notes(path) == ["b"]


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


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "policy.sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError):
        open_database(tmp_path / "policy.sqlite", SCHEMA)
    assert not (tmp_path / "elsewhere").exists()
