"""A quote as the account keeps it until it is accepted or too old."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """What is given and taken, and until when (milliseconds of the exchange's time)."""

    from_coin: str
    to_coin: str
    from_amount: Decimal
    to_amount: Decimal
    valid_until_ms: int
