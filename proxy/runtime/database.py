"""Small SQLite files that several gateways share and that outlive them: private, in WAL mode, never waited for long.

What is committed is with the kernel: a killed process loses nothing of it. It is not forced onto the disk
(`synchronous=NORMAL`), so a loss of power may take back the last moments, and never damages the file
(sqlite.org/pragma.html, "synchronous"; sqlite.org/wal.html).
"""

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from proxy.core.errors import ConfigError
from proxy.platform import files

if TYPE_CHECKING:
    import sqlite3

_BUSY_SECONDS: Final = 0.5
_BUSY_AT_THE_START_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.0002
"""A transaction takes less. SQLite's own pauses grow to 100 ms, and two busy processes never meet a gap that way."""

_LONGEST_LOG_PAGES: Final = 8000
"""Then SQLite moves the log by itself, at the end of a transaction; before, `checkpoints.py` does."""

_HINT: Final = "it holds what was used of day limits, and what may be done once; move it away to begin anew"


def open_database(path: Path, schema: str) -> "sqlite3.Connection":
    """Open or make the file (mode 0600, no symbolic link) and run `schema` (CREATE ... IF NOT EXISTS).

    Every statement is its own transaction unless one is begun with `transaction`. Raises ConfigError.
    """
    import sqlite3  # noqa: PLC0415  # only where a policy needs it

    try:
        _make(path)
        connection = sqlite3.connect(path, isolation_level=None, timeout=0)  # who waits does so here
        _prepare(connection, schema)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(
            f"{path.name} beside the journal cannot be used: {type(error).__name__}", _HINT
        ) from None
    return connection


def _prepare(connection: "sqlite3.Connection", schema: str) -> None:
    """Again while others are at it: of several that make the same file SQLite tells some that it is locked, at once
    and whatever the time-out. Raises sqlite3.Error."""
    import sqlite3  # noqa: PLC0415  # only where a policy needs it

    until = time.monotonic() + _BUSY_AT_THE_START_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint={_LONGEST_LOG_PAGES}")
            connection.executescript(schema)
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _make(path: Path) -> None:
    """An empty private file, where there is none. Raises OSError, also where the name is no regular file's.

    One that is there is not opened. To close any descriptor of a file drops all POSIX locks that this process has on
    it (fcntl(2)), those of SQLite too; a gateway that stops would take itself for the last and remove the log, in
    which this one goes on to write (sqlite.org/howtocorrupt.html, section 2.2).
    """
    try:
        os.close(files.open_new(path))
    except FileExistsError:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise


@contextlib.contextmanager
def transaction(connection: "sqlite3.Connection") -> Iterator[None]:
    """All or nothing, alone among all processes: what is read inside cannot change before it ends.

    Raises sqlite3.Error; sqlite3.OperationalError where others keep the file for half a second.
    """
    _begin(connection)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if (
            connection.in_transaction
        ):  # a full disk may have ended it already (sqlite.org/lang_transaction.html)
            connection.execute("ROLLBACK")
        raise


def _begin(connection: "sqlite3.Connection") -> None:
    import sqlite3  # noqa: PLC0415  # only where a policy needs it

    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE_SECONDS)


def _is_busy(error: "sqlite3.OperationalError") -> bool:
    """SQLITE_BUSY or one of its kinds (sqlite.org/rescode.html: the low octet is the primary code)."""
    return error.sqlite_errorcode & 0xFF == 5
