"""Small SQLite files that several gateways share and that outlive them: private, in WAL mode, never waited for long.

What is committed is with the kernel: a killed process loses nothing of it. It is not forced onto the disk
(`synchronous=NORMAL`), so a loss of power may take back the last moments, and never damages the file
(sqlite.org/pragma.html, "synchronous"; sqlite.org/wal.html).
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from proxy.core.errors import ConfigError

if TYPE_CHECKING:
    import sqlite3

_BUSY_SECONDS: Final = 0.5
_PAUSE_SECONDS: Final = 0.0002
"""A transaction takes less. SQLite's own pauses grow to 100 ms, and two busy processes never meet a gap that way."""

_OPEN: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_HINT: Final = "it holds what was used of day limits, and what may be done once; move it away to begin anew"


def open_database(path: Path, schema: str) -> "sqlite3.Connection":
    """Open or make the file (mode 0600, no symbolic link) and run `schema` (CREATE ... IF NOT EXISTS).

    Every statement is its own transaction unless one is begun with `transaction`. Raises ConfigError.
    """
    import sqlite3  # noqa: PLC0415  # only where a policy needs it

    try:
        os.close(os.open(path, _OPEN, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(schema)
        connection.execute("PRAGMA busy_timeout=0")  # `transaction` waits by itself
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(
            f"{path.name} beside the journal cannot be used: {type(error).__name__}", _HINT
        ) from None
    return connection


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
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE_SECONDS)
