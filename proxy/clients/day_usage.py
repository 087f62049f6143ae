"""What was used of day limits, for people: read from the file that gateways share, while they run."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from proxy.clients.day_totals import DAY_MS
from proxy.clients.policy_file import FILE
from proxy.core.errors import ConfigError

if TYPE_CHECKING:
    import sqlite3

_BUSY_SECONDS: Final = 2.0
_SELECT: Final = """
SELECT day, client, line, measure, COALESCE(says, ''), amount, most
FROM total LEFT JOIN bound USING (client, line, measure) ORDER BY day DESC, client, line, measure
"""


class Used(Struct, frozen=True):
    """What a client used of one bound of one line in one UTC day."""

    day: int
    """Whole days since 1970-01-01 UTC."""
    client: str
    """"" for the anonymous one."""
    line: str
    """Key of the line."""
    measure: str
    text: str
    """The line in words, as when it was last counted."""
    amount: Decimal
    """With what requests under way have taken."""
    most: Decimal | None
    """As when it was last counted; None where the file does not say."""

    @property
    def ends_ms(self) -> int:
        """When the day ends, in Unix ms."""
        return (self.day + 1) * DAY_MS


def used(connection: "sqlite3.Connection") -> list[Used]:
    """All days that the file has, the newest first."""
    return [
        Used(day, client, line, measure, text, Decimal(amount), Decimal(most) if most is not None else None)
        for day, client, line, measure, text, amount, most in connection.execute(_SELECT)
    ]


def read_usage(directory: Path) -> list[Used] | None:
    """What the file in this directory says; None where there is none. Changes nothing. Raises ConfigError."""
    import sqlite3  # noqa: PLC0415  # for one verb

    path = (directory / FILE).absolute()
    if not path.exists():
        return None
    connection = None
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        return used(connection)
    except (sqlite3.Error, ArithmeticError) as error:
        raise ConfigError(
            f"{FILE} cannot be read: {type(error).__name__}", "it belongs to the user who runs the gateway"
        ) from None
    finally:
        if connection is not None:
            connection.close()
