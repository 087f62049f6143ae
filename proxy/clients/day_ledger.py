"""How much of each day limit was used: counted before a request leaves, for good, and among all gateways.

The sum of a day includes what requests under way have taken; a row beside it says who took what, so that it can be
given back (`policy_file.py` has the life of such a row, and what becomes of it where a gateway dies).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

import structlog
from msgspec import Struct

from proxy.clients import day_totals
from proxy.clients.day_totals import DAY_MS, NONE, Total
from proxy.clients.day_usage import Used, used
from proxy.clients.policy_file import PolicyFile
from proxy.core.errors import RefusedError

if TYPE_CHECKING:
    import sqlite3

KEPT_DAYS: Final = 8
_LOG: Final = structlog.get_logger("policy")

type Measure = Literal["quantity", "quote", "contracts"]


class Share(Struct, frozen=True):
    """What a request takes of one bound of one line."""

    line: str
    """Key of the line: the same over restarts and when its maximum is changed."""
    measure: Measure
    amount: Decimal
    """Not negative; exact."""
    most: Decimal
    """For a day."""
    text: str = ""
    """The line in words, for `policy usage`."""


class Taken(Struct, frozen=True):
    """What a request took. `index`: of the alternative that had room; `counted`: whether anything was stored."""

    request_id: str
    index: int
    counted: bool


class DayLedger(Struct, frozen=True):
    """Days are UTC days, by the clock of this machine. It costs nothing to make: all state is the file's."""

    file: PolicyFile

    def take(
        self, client: str, request_id: str, alternatives: Sequence[Sequence[Share]], now_ms: int
    ) -> Taken | None:
        """Count the first alternative all of whose shares have room today; None where each has one that is used up.

        `client`: its name, "" for the anonymous one. An alternative without shares always fits, and nothing is
        stored of it. Raises RefusedError (503 `limit_unavailable`) where the count cannot be kept.
        """
        if alternatives and not alternatives[0]:
            return Taken(request_id, 0, counted=False)
        day = now_ms // DAY_MS
        with self.file.change() as connection:
            self._clean(connection, day)
            taken = self._first_fit(connection, client, request_id, alternatives, day)
            if taken is None and self.file.decide_dead(connection):
                taken = self._first_fit(connection, client, request_id, alternatives, day)
        self.file.cleaned_day = day
        return taken

    def settle(self, taken: Taken) -> None:
        """The request ended and may have been executed: what it took stays used."""
        if taken.counted:
            self._end(taken, back=False)

    def give_back(self, taken: Taken) -> None:
        """The request ended and was certainly not executed. Once more, or of a row that is gone: changes nothing."""
        if taken.counted:
            self._end(taken, back=True)

    def used(self, now_ms: int) -> list[Used]:
        """What was used today. Raises RefusedError where the file cannot be read."""
        with self.file.change() as connection:
            return [one for one in used(connection) if one.day == now_ms // DAY_MS]

    def _end(self, taken: Taken, *, back: bool) -> None:
        """Never raises: the answer must not suffer. What cannot be written now stays used."""
        try:
            with self.file.change() as connection:
                rows = connection.execute(
                    "DELETE FROM taken WHERE request=? RETURNING day, client, line, measure, amount",
                    [taken.request_id],
                ).fetchall()
                for *total, amount in rows if back else ():
                    day_totals.give_back(connection, Total(*total), Decimal(amount))
        except RefusedError:
            _LOG.warning(
                "allowance_not_given_back" if back else "allowance_not_settled", request_id=taken.request_id
            )

    def _first_fit(
        self,
        connection: "sqlite3.Connection",
        client: str,
        request_id: str,
        alternatives: Sequence[Sequence[Share]],
        day: int,
    ) -> Taken | None:
        for index, shares in enumerate(alternatives):
            sums = self._sums_with(connection, client, shares, day)
            if sums is None:
                continue
            for total, (amount, now_used) in sums.items():
                day_totals.set_used(connection, total, now_used)
                connection.execute(
                    "INSERT INTO taken VALUES (?,?,?,?,?,?,?,0)",
                    (request_id, *total.key, str(amount), self.file.owner),
                )
            self._describe(connection, client, shares)
            return Taken(request_id, index, counted=bool(sums))
        return None

    @staticmethod
    def _sums_with(
        connection: "sqlite3.Connection", client: str, shares: Sequence[Share], day: int
    ) -> dict[Total, tuple[Decimal, Decimal]] | None:
        """What is taken of each sum, and what it becomes; None where one of them has no room."""
        sums: dict[Total, tuple[Decimal, Decimal]] = {}
        for share in shares:
            if not share.amount.is_finite() or share.amount < 0:
                raise ValueError("a share is a number, and not negative")
            total = Total(day, client, share.line, share.measure)
            amount, before = sums.get(total) or (NONE, day_totals.used_of(connection, total))
            now_used = day_totals.exact_sum(before, share.amount)
            if now_used > share.most:
                return None
            sums[total] = day_totals.exact_sum(amount, share.amount), now_used
        return sums

    @staticmethod
    def _describe(connection: "sqlite3.Connection", client: str, shares: Sequence[Share]) -> None:
        """Keep what `policy usage` shows beside the sum; written where it is new."""
        for share in shares:
            connection.execute(
                "INSERT INTO bound VALUES (?,?,?,?,?) ON CONFLICT DO UPDATE"
                " SET says=excluded.says, most=excluded.most WHERE says<>excluded.says OR most<>excluded.most",
                (client, share.line, share.measure, share.text, str(share.most)),
            )

    def _clean(self, connection: "sqlite3.Connection", day: int) -> None:
        """Forget old days; at the first request of each."""
        if day != self.file.cleaned_day:
            connection.execute("DELETE FROM total WHERE day<?", [day - KEPT_DAYS])
            connection.execute("DELETE FROM taken WHERE day<?", [day - KEPT_DAYS])
            connection.execute(
                "DELETE FROM bound WHERE NOT EXISTS (SELECT 1 FROM total WHERE total.client=bound.client"
                " AND total.line=bound.line AND total.measure=bound.measure)"
            )
