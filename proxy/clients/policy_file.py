"""`policy.sqlite`: what was used of day limits and what was done once, shared by all gateways of a journal directory.

A request that takes something leaves a row with its *owner*: the gateway that serves it. It has three states:

    taken     counted; nothing was sent yet
    sent      `mark_sent` was called, just before its first octet may leave
    ended     the row is gone: folded into the sum of its day, or given back

An owner is a name drawn at a start, and a file `policy-NAME.owner` that stays locked (flock) while its gateway lives,
so that a lock that can be had tells of a dead one, however it died, in another container too. What a dead one left is
decided by its state: what was taken and not sent did certainly nothing and is given back; what was sent stays used.
Nothing else is asked, neither the journal, which may have been removed, nor the exchange.
"""

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from proxy.clients import day_totals
from proxy.clients.day_totals import Total
from proxy.core.errors import ConfigError, Refusal, RefusedError
from proxy.core.readings import Reading, counter
from proxy.platform import files
from proxy.runtime.checkpoints import Checkpoints
from proxy.runtime.database import open_database, transaction
from proxy.runtime.files import lock_for_life, stamp

if TYPE_CHECKING:
    import sqlite3

FILE: Final = "policy.sqlite"
_OWNER: Final = "policy-{}.owner"
_TRIES: Final = 10
_LOG: Final = structlog.get_logger("policy")

SCHEMA: Final = f"""
{day_totals.SCHEMA}
CREATE TABLE IF NOT EXISTS taken (
    request TEXT, day INTEGER, client TEXT, line TEXT, measure TEXT, amount TEXT NOT NULL, owner TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (request, line, measure)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS taken_owner ON taken (owner);
CREATE TABLE IF NOT EXISTS bound (
    client TEXT, line TEXT, measure TEXT, says TEXT NOT NULL, most TEXT NOT NULL, PRIMARY KEY (client, line, measure)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS once (
    mark BLOB PRIMARY KEY, since_ms INTEGER NOT NULL, request TEXT NOT NULL, owner TEXT NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS once_request ON once (request);
CREATE INDEX IF NOT EXISTS once_since ON once (since_ms);
CREATE INDEX IF NOT EXISTS once_owner ON once (owner);
CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""

UNAVAILABLE: Final = Refusal(
    503,
    "limit_unavailable",
    "the policy's count cannot be kept, so nothing that it limits is sent: policy.sqlite beside the journal cannot "
    "be written; free the disk, or see the gateway's log",
)


class PolicyFile:
    """One gateway's hold on the file. All methods block for some ten microseconds, and for half a second at most."""

    def __init__(self, directory: Path) -> None:
        """Open or make the file, and decide what dead gateways left. Raises ConfigError."""
        self._directory = directory
        self._lock = -1
        self._dead: list[tuple[Path, int]] = []  # found in this transaction: path and lock
        self._checkpoints = Checkpoints(directory / FILE)
        self._open()
        self._failing = False
        self.cleaned_day = -1  # of the last request that forgot old days
        self.failures = 0
        """How often the file could not be written since the start."""
        try:
            with self.change() as connection:
                self.decide_dead(connection, self._owners_with_a_file())
        except RefusedError as error:
            self.close()
            raise ConfigError(
                f"{FILE} beside the journal cannot be written: {type(error.__cause__).__name__}",
                "free the disk; if the file is damaged, move it away: day limits and `once` then begin anew",
            ) from None

    def _open(self) -> None:
        path = self._directory / FILE
        self._inode = 0
        self._connection = open_database(path, SCHEMA)
        try:
            self.owner, self._lock = self._new_owner()
        except OSError as error:
            self._connection.close()
            raise ConfigError(
                f"the directory of {FILE} cannot be written: {error.strerror}", "free the disk"
            ) from None
        self._inode = (stamp(path, follow=False) or (0,))[0]

    def close(self) -> None:
        """Let go. What is still under way is decided by whoever opens the file next. Nothing may be asked after."""
        if self._lock >= 0:
            if self._owes_nothing():
                with contextlib.suppress(OSError):
                    (self._directory / _OWNER.format(self.owner)).unlink()
            lock, self._lock = self._lock, -1
            os.close(lock)
            self._checkpoints.close()
        self._connection.close()

    @contextlib.contextmanager
    def change(self) -> Iterator["sqlite3.Connection"]:
        """A transaction, alone among all gateways. Raises RefusedError (503) where the file cannot be used."""
        import sqlite3  # noqa: PLC0415  # only where a policy needs it

        try:
            connection = self._current()
            with transaction(connection):
                yield connection
        except (sqlite3.Error, ConfigError, ArithmeticError) as error:
            self._let_go_of_dead(decided=False)
            self._failed(error)
            raise RefusedError(UNAVAILABLE) from error
        except BaseException:
            self._let_go_of_dead(decided=False)
            raise
        self._let_go_of_dead(decided=True)
        self._checkpoints.committed()
        if self._failing:
            self._failing = False
            _LOG.info("policy_file_recovered", failures=self.failures)

    def mark_sent(self, request_id: str) -> None:
        """Note that the request leaves now: whatever happens, what it took stays used unless it is given back.

        Raises RefusedError; then it must not leave.
        """
        with self.change() as connection:
            connection.execute("UPDATE taken SET sent=1 WHERE request=?", [request_id])
            connection.execute("UPDATE once SET sent=1 WHERE request=?", [request_id])

    def decide_dead(self, connection: "sqlite3.Connection", others: Iterable[str] = ()) -> bool:
        """Decide what gateways left that are dead by now; whether there was any. Inside a transaction.

        `others`: owners to look for besides those that left something.
        """
        rows = connection.execute("SELECT owner FROM taken UNION SELECT owner FROM once WHERE owner<>''")
        names = {name for (name,) in rows}.union(others) - {self.owner}
        decided = [self._decide_if_dead(connection, name) for name in sorted(names)]
        return any(decided)

    def readings(self) -> Iterator[Reading]:
        yield counter(
            "policy_file_failures", "Times that the policy's count could not be written", self.failures
        )
        yield counter(
            "policy_checkpoint_failures",
            "Times that the log of policy.sqlite could not be moved into it; it grows, and is tried again",
            self._checkpoints.failures,
        )

    def _owes_nothing(self) -> bool:
        """Whether nobody will have to know that we are dead."""
        import sqlite3  # noqa: PLC0415  # only where a policy needs it

        try:
            found = self._connection.execute(
                "SELECT 1 FROM taken WHERE owner=? UNION ALL SELECT 1 FROM once WHERE owner=? AND NOT sent LIMIT 1",
                [self.owner, self.owner],
            )
            return found.fetchone() is None
        except sqlite3.Error:
            return False

    def _owners_with_a_file(self) -> list[str]:
        return [path.stem.removeprefix("policy-") for path in self._directory.glob(_OWNER.format("*"))]

    def _decide_if_dead(self, connection: "sqlite3.Connection", owner: str) -> bool:
        path = self._directory / _OWNER.format(owner)
        try:
            lock = lock_for_life(path, create=False)
        except FileNotFoundError:
            # Somebody removed it, so nobody can tell: what it took stays used.
            connection.execute("UPDATE taken SET sent=1 WHERE owner=?", [owner])
            connection.execute("UPDATE once SET sent=1 WHERE owner=?", [owner])
        except OSError:
            return False
        else:
            if lock is None:  # it lives
                return False
            self._dead.append((path, lock))
        rows = connection.execute(
            "DELETE FROM taken WHERE owner=? RETURNING day, client, line, measure, amount, sent", [owner]
        ).fetchall()
        for *total, amount, sent in rows:
            if not sent:
                day_totals.give_back(connection, Total(*total), Decimal(amount))
        connection.execute("DELETE FROM once WHERE owner=? AND NOT sent", [owner])
        connection.execute("UPDATE once SET owner='' WHERE owner=?", [owner])
        return True

    def _let_go_of_dead(self, *, decided: bool) -> None:
        """Their files are removed once what they left is decided for good."""
        for path, lock in self._dead:
            if decided:
                files.remove_locked(path, lock)
            else:
                os.close(lock)
        self._dead.clear()

    def _new_owner(self) -> tuple[str, int]:
        """A name that no gateway had, and the lock that says that we live. Raises OSError."""
        for _ in range(_TRIES):  # another gateway that looks for dead ones may be faster than our lock
            owner = secrets.token_hex(8)
            lock = lock_for_life(self._directory / _OWNER.format(owner), create=True)
            if lock is not None:
                return owner, lock
        raise BlockingIOError(0, "locks are not to be had")

    def _current(self) -> "sqlite3.Connection":
        """The connection to the file that has the name now: who moves it away while gateways run begins anew with all
        of them. Raises ConfigError."""
        found = stamp(self._directory / FILE, follow=False)
        if found is None or found[0] != self._inode:
            _LOG.warning("policy_file_replaced", note="day limits and `once` begin anew")
            self.close()
            self._open()
        return self._connection

    def _failed(self, error: Exception) -> None:
        self.failures += 1
        if not self._failing:  # once until it works again: a full disk fails at every request
            self._failing = True
            name = getattr(error, "sqlite_errorname", "")
            _LOG.error("policy_file_failed", error=type(error).__name__, reason=name or str(error))
