"""Moves the log of a SQLite file into the file, in a thread, so that the event loop does not wait for the disk.

SQLite does so by itself at the end of a transaction, where the log has grown long, and then waits twice for the disk
(fsync): milliseconds, or a tenth of a second where others write much. It still does where the log has become very
long (`database.py`): where this thread fails, or where transactions follow each other so closely that it never comes
to the end of the log (sqlite.org/wal.html, "Avoiding Excessively Large WAL Files").
"""

import threading
from pathlib import Path
from typing import Final

import structlog

_COMMITS: Final = 200
"""Some 600 to 1,000 pages of log, of 4 KiB."""
_LOG: Final = structlog.get_logger("policy")


class Checkpoints:
    """Of one file, for one process. Needs no event loop; a thread lives for one checkpoint."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.absolute().as_uri()}?mode=rw"
        self._commits = 0
        self._thread: threading.Thread | None = None
        self._ended: str | None = (
            None  # how the last one did: its error, "" for none; None once that was told
        )
        self._failing = False
        self.failures = 0
        """Checkpoints that failed since the start."""

    def committed(self) -> None:
        """A transaction ended. Now and then this starts a checkpoint, if the one before has ended."""
        self._commits += 1
        if self._commits < _COMMITS or (self._thread is not None and self._thread.is_alive()):
            return
        self._tell()
        self._commits = 0
        try:
            self._thread = threading.Thread(target=self._run, name="policy-checkpoint")
            self._thread.start()
        except RuntimeError as error:  # no more threads; SQLite does it
            self._thread, self._ended = None, type(error).__name__

    def close(self) -> None:
        """Wait for the one that runs."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._tell()

    def _run(self) -> None:
        import sqlite3  # noqa: PLC0415  # only where a policy needs it

        try:
            checkpoint(self._uri)
            self._ended = ""
        except sqlite3.Error as error:
            self._ended = getattr(error, "sqlite_errorname", "") or type(error).__name__

    def _tell(self) -> None:
        """Count and log how the last one ended; failures once until it works again."""
        error, self._ended = self._ended, None
        if error is None:
            return
        if error and not self._failing:
            _LOG.warning("policy_checkpoint_failed", reason=error, note="the log grows, and is moved later")
        self._failing = bool(error)
        self.failures += self._failing


def checkpoint(uri: str) -> tuple[int, int]:
    """Pages in the log, and how many of them are in the file by now; both -1 where there is no log.

    Disturbs nobody who reads or writes. Raises sqlite3.Error.
    """
    import sqlite3  # noqa: PLC0415  # only where a policy needs it

    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=0)
    try:
        connection.execute(
            "SELECT 1 FROM sqlite_schema"
        ).fetchone()  # it notices only now that there is a log
        _busy, in_log, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    finally:
        connection.close()
    return in_log, moved
