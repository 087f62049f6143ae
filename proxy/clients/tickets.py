"""Tickets: operations that were refused until a person approves them, and may then be asked for once more.

They stand in `policy.sqlite` beside the journal, so that a restart forgets none and gateways of one directory share
them: each is asked for, approved and used in one transaction. Used up comes before sent, and is on the disk by then
(`synchronous=FULL`): whatever is killed in between, one approval never carries a request out twice.

A request is known again by an HMAC of all that it says, with a key that stands in the file. Its values are kept as
they are shown, without codes, secrets and people, until ten minutes after the ticket ended.
"""

import base64
import contextlib
import hashlib
import hmac
import secrets
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.core.guard.confirm import DescribedValue
from proxy.runtime.database import open_database, transaction
from proxy.runtime.files import stamp

if TYPE_CHECKING:
    import sqlite3

LIFE_MS: Final = 600_000
"""How long a ticket can be approved, an approval used, a refusal repeated; and how long an ended one is kept."""
MOST_OF_ONE_CLIENT: Final = 16
MOST: Final = 64
"""Operations that wait for a person at the same time."""
FILE: Final = "policy.sqlite"

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS confirmation_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS confirmation (
    id TEXT PRIMARY KEY, request BLOB NOT NULL, client TEXT NOT NULL, state TEXT NOT NULL, shown BLOB NOT NULL,
    until_ms INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS confirmation_request ON confirmation (request);
"""
_COLUMNS: Final = "SELECT id, state, shown, until_ms FROM confirmation "
_OF_REQUEST: Final = _COLUMNS + "WHERE request = ? AND state != 'used' AND until_ms > ?"
_OF_ID: Final = _COLUMNS + "WHERE id = ?"
_LIVING: Final = _COLUMNS + "WHERE state IN ('waiting', 'approved') AND until_ms > ? ORDER BY rowid"
_COUNT: Final = (
    "SELECT count(*), count(CASE WHEN client = ? THEN 1 END) FROM confirmation "
    "WHERE state = 'waiting' AND until_ms > ?"
)
_KEY_OCTETS: Final = 32
_ID_OCTETS: Final = 5


class State(StrEnum):
    """What became of an operation that a person must approve."""

    WAITING = "waiting"
    APPROVED = "approved"
    USED = "used"
    """Approved, and carried out or on its way: never again."""
    REFUSED = "refused"
    EXPIRED = "expired"


class Shown(msgspec.Struct, frozen=True):
    """What a person is shown of an operation."""

    operation: str
    """Its group: `money_out`."""
    endpoint: str
    """`METHOD /path`."""
    client: str
    """"" for the local client without a name."""
    account: str
    environment: str
    host: str
    values: tuple[DescribedValue, ...]


class Ticket(msgspec.Struct, frozen=True):
    """One ticket. `until_ms`: when its state ends, Unix ms."""

    id: str
    state: State
    shown: Shown
    until_ms: int


class TooManyError(Exception):
    """As many operations wait as may."""


class TicketsUnavailableError(Exception):
    """The file cannot be used now. Carries no text of the database."""


def new_id() -> str:
    """Eight letters and digits that are told apart when they are read out (RFC 4648 section 6): 40 random bits."""
    return base64.b32encode(secrets.token_bytes(_ID_OCTETS)).decode("ascii")


class Tickets:
    """The tickets of a journal directory. Opened when one is first needed. Each method raises
    `TicketsUnavailableError`."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE
        self._opened: sqlite3.Connection | None = None
        self._inode = 0
        self._key = b""

    @property
    def exists(self) -> bool:
        """Whether there may be any: nobody who only looks makes the file."""
        return self._opened is not None or self._path.exists()

    def open(self) -> None:
        """Open or make the file. Raises ConfigError."""
        import sqlite3  # noqa: PLC0415  # only where a policy needs it

        if self._opened is not None:
            return
        connection = open_database(self._path, _SCHEMA)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            with transaction(connection):
                fresh = secrets.token_bytes(_KEY_OCTETS)
                connection.execute("INSERT OR IGNORE INTO confirmation_key VALUES (1, ?)", (fresh,))
                (self._key,) = connection.execute("SELECT key FROM confirmation_key").fetchone()
        except sqlite3.Error as error:
            connection.close()
            raise ConfigError(f"{FILE} beside the journal cannot be used: {type(error).__name__}") from None
        self._opened, self._inode = connection, self._inode_now()

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def ask(self, request: tuple[bytes, ...], shown: Shown, now_ms: int) -> tuple[Ticket, bool]:
        """The ticket of a request that wants to be carried out, a new one if it has none; and whether it is new.

        State USED: it was approved, and this call has used the approval up; carry it out now, or never. Raises
        TooManyError.
        """
        with self._use() as connection:
            _forget(connection, now_ms)
            digest = self._digest(request)
            known = _one(connection, _OF_REQUEST, digest, now_ms)
            if known is None:
                return _add(connection, digest, shown, now_ms), True
            if known.state is State.APPROVED:
                known = _turn(connection, known, State.USED, now_ms)
            return known, False

    def decide(self, ticket_id: str, *, approved: bool, now_ms: int) -> tuple[Ticket, bool] | None:
        """Approve or refuse a ticket that waits; one that was approved and not used may still be refused.

        The ticket as it is now, and whether this changed it; None if there is none of this id.
        """
        with self._use() as connection:
            known = _one(connection, _OF_ID, ticket_id)
            state = State.APPROVED if approved else State.REFUSED
            if known is None:
                return None
            known = _now(known, now_ms)
            if not _may_become(known.state, state):
                return known, False
            return _turn(connection, known, state, now_ms), True

    def find(self, ticket_id: str, now_ms: int) -> Ticket | None:
        """As it is now; None if there is none of this id."""
        with self._use() as connection:
            known = _one(connection, _OF_ID, ticket_id)
            return known and _now(known, now_ms)

    def living(self, now_ms: int) -> list[Ticket]:
        """Those that wait, and those that were approved and not used yet, the oldest first."""
        with self._use() as connection:
            return [_ticket(row) for row in connection.execute(_LIVING, (now_ms,))]

    @contextlib.contextmanager
    def _use(self) -> Iterator["sqlite3.Connection"]:
        """One transaction. A connection that failed is not used again. Raises TicketsUnavailableError."""
        import sqlite3  # noqa: PLC0415  # only where a policy needs it

        if self._inode != self._inode_now():  # moved away: all gateways of the directory begin anew
            self.close()
        try:
            self.open()
            assert self._opened is not None
            with transaction(self._opened):
                yield self._opened
        except (sqlite3.Error, ConfigError):
            self.close()
            raise TicketsUnavailableError from None

    def _inode_now(self) -> int:
        """Of the file that has the name now; 0 where there is none."""
        return (stamp(self._path, follow=False) or (0,))[0]

    def _digest(self, request: tuple[bytes, ...]) -> bytes:
        """Each part with its length, so that nothing can move from one to the next."""
        octets = b"".join(b"%d:%b" % (len(part), part) for part in request)
        return hmac.digest(self._key, octets, hashlib.sha256)


def _forget(connection: "sqlite3.Connection", now_ms: int) -> None:
    """Remove what ended some time ago."""
    connection.execute("DELETE FROM confirmation WHERE until_ms <= ?", (now_ms - LIFE_MS,))


def _add(connection: "sqlite3.Connection", digest: bytes, shown: Shown, now_ms: int) -> Ticket:
    """A new ticket. Raises TooManyError."""
    in_all, of_client = connection.execute(_COUNT, (shown.client, now_ms)).fetchone()
    if in_all >= MOST or of_client >= MOST_OF_ONE_CLIENT:
        raise TooManyError
    made = Ticket(new_id(), State.WAITING, shown, now_ms + LIFE_MS)
    connection.execute(
        "INSERT INTO confirmation VALUES (?, ?, ?, ?, ?, ?)",
        (made.id, digest, shown.client, made.state.value, msgspec.json.encode(shown), made.until_ms),
    )
    return made


def _turn(connection: "sqlite3.Connection", known: Ticket, state: State, now_ms: int) -> Ticket:
    """Give a ticket another state, from now on."""
    until_ms = now_ms + LIFE_MS
    connection.execute(
        "UPDATE confirmation SET state = ?, until_ms = ? WHERE id = ?", (state.value, until_ms, known.id)
    )
    return Ticket(known.id, state, known.shown, until_ms)


def _may_become(now: State, wanted: State) -> bool:
    """Approved: what waits. Refused: also what was approved, as long as it is not used."""
    return now is State.WAITING or (now is State.APPROVED and wanted is State.REFUSED)


def _one(connection: "sqlite3.Connection", query: str, *values: object) -> Ticket | None:
    row = connection.execute(query, values).fetchone()
    return _ticket(row) if row is not None else None


def _ticket(row: tuple[str, str, bytes, int]) -> Ticket:
    ticket_id, state, shown, until_ms = row
    return Ticket(ticket_id, State(state), msgspec.json.decode(shown, type=Shown), until_ms)


def _now(ticket: Ticket, now_ms: int) -> Ticket:
    """A ticket that nobody approved, or whose approval nobody used, in time has expired."""
    if ticket.until_ms > now_ms or ticket.state not in (State.WAITING, State.APPROVED):
        return ticket
    return Ticket(ticket.id, State.EXPIRED, ticket.shown, ticket.until_ms)
