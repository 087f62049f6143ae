"""What may be done once: a C2C order is marked as paid, or its coins are released. Remembered over restarts.

A repeated `releaseCoin` of one order number is a mistake or worse, and cannot be taken back. The first claim of a
number wins, and others are refused for 90 days, unless the first certainly did nothing (`policy_file.py` has the
states of a claim, and what becomes of it where a gateway dies).

Order numbers lead to people. The file has only a keyed hash of them; the key is drawn when the file is made.
"""

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING, Final

import structlog
from msgspec import Struct

from proxy.clients.policy_file import PolicyFile
from proxy.core.errors import Refusal, RefusedError

if TYPE_CHECKING:
    import sqlite3

KEPT_MS: Final = 90 * 86_400_000
_NUMBER: Final = r"0*([0-9]{1,64})"
_KEY_OCTETS: Final = 32
_LOG: Final = structlog.get_logger("policy")

NO_NUMBER: Final = Refusal(
    403,
    "limit_exceeded",
    "the policy lets this be done once for each order, and the order number cannot be read: send it once, as plain "
    "decimal digits",
)


class OnceRegister(Struct, frozen=True):
    """Claims of order numbers."""

    file: PolicyFile

    def claim(self, kind: str, exchange: str, number: str, request_id: str, now_ms: int) -> bool:
        """Whether the request is the first to do `kind` (such as an endpoint's name) with this order of the exchange
        (the name of an environment).

        Leading zeros make no other number; blanks, signs and everything else that is no digit are refused. Raises
        RefusedError for such a number (403), and where the file cannot be used (503).
        """
        plain = _plain(number)
        with self.file.change() as connection:
            connection.execute("DELETE FROM once WHERE since_ms<=?", [now_ms - KEPT_MS])
            mark = _mark(connection, kind, exchange, plain)
            row = (mark, now_ms, request_id, self.file.owner)
            return _claimed(connection, row) or (
                self.file.decide_dead(connection) and _claimed(connection, row)
            )

    def release(self, request_id: str) -> None:
        """The request certainly did nothing: its order may be tried again. Never raises; where this cannot be
        written, the claim stays."""
        try:
            with self.file.change() as connection:
                connection.execute("DELETE FROM once WHERE request=?", [request_id])
        except RefusedError:
            _LOG.warning("claim_not_released", request_id=request_id)


def _plain(number: str) -> str:
    """The digits without leading zeros. Raises RefusedError."""
    found = re.fullmatch(_NUMBER, number)
    if found is None:
        raise RefusedError(NO_NUMBER)
    return found[1]


def _claimed(connection: "sqlite3.Connection", row: tuple[bytes, int, str, str]) -> bool:
    return connection.execute("INSERT OR IGNORE INTO once VALUES (?,?,?,?,0)", row).rowcount == 1


def _mark(connection: "sqlite3.Connection", kind: str, exchange: str, number: str) -> bytes:
    """A hash that says nothing without the file's key; no two triples give the same text."""
    connection.execute("INSERT OR IGNORE INTO secret VALUES ('once', ?)", [secrets.token_bytes(_KEY_OCTETS)])
    (key,) = connection.execute("SELECT value FROM secret WHERE name='once'").fetchone()
    text = f"{number}\0{kind}\0{exchange}"
    return hmac.digest(key, text.encode(), hashlib.sha256)
