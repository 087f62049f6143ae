"""What was used of one bound in one UTC day: exact decimals, kept as text in the file that gateways share.

Everything here runs inside a transaction of the caller's. SQLite's own numbers are 64 bits wide or binary floats, so
the sums are made here, under a context that would rather fail than round.
"""

from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    import sqlite3

DAY_MS: Final = 86_400_000
NONE: Final = Decimal(0)
_EXACT: Final = Context(prec=1000, traps=[Inexact, InvalidOperation, Overflow, DivisionByZero])

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS total (
    day INTEGER, client TEXT, line TEXT, measure TEXT, amount TEXT NOT NULL,
    PRIMARY KEY (day, client, line, measure)
) WITHOUT ROWID;
"""
"""`day`: whole days since 1970-01-01 UTC. `amount` includes what requests under way have taken."""


class Total(Struct, frozen=True):
    """Which sum: a client's, of one bound of one line, in one day."""

    day: int
    client: str
    line: str
    measure: str

    @property
    def key(self) -> tuple[int, str, str, str]:
        return self.day, self.client, self.line, self.measure


def exact_sum(one: Decimal, other: Decimal) -> Decimal:
    """Never rounded. Raises decimal.Inexact where 1000 digits do not suffice."""
    return _EXACT.add(one, other)


def used_of(connection: "sqlite3.Connection", total: Total) -> Decimal:
    found = connection.execute(
        "SELECT amount FROM total WHERE day=? AND client=? AND line=? AND measure=?", total.key
    ).fetchone()
    return Decimal(found[0]) if found else NONE


def set_used(connection: "sqlite3.Connection", total: Total, amount: Decimal) -> None:
    connection.execute("INSERT OR REPLACE INTO total VALUES (?,?,?,?,?)", (*total.key, str(amount)))


def give_back(connection: "sqlite3.Connection", total: Total, amount: Decimal) -> None:
    """Take an amount out of a sum again. A sum that was forgotten meanwhile (it was of an old day) stays so."""
    connection.execute(
        "UPDATE total SET amount=? WHERE day=? AND client=? AND line=? AND measure=?",
        (str(exact_sum(used_of(connection, total), -amount)), *total.key),
    )
