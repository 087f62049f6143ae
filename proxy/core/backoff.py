"""How long to stay away after 429 or 418, and from what.

Source: binance-spot-api-docs rest-api.md, "IP Limits" and "Unfilled Order Count". Calling on after a 429 ends in a
418, a ban of this IP from two minutes to three days, and each further call lengthens it. Weight belongs to the IP,
orders (-1015) to the account.
"""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

from proxy.core.catalogue import Endpoint

_LEAST_SECONDS: Final = 1.0
_MOST_SECONDS: Final = 259_200.0  # three days, the longest ban
_BAN_SECONDS: Final = 120.0
_DOUBLED_AT_MOST: Final = 120.0
_TOO_MANY_ORDERS: Final = -1015
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][0-9]{1,2})?")


class Scope(StrEnum):
    IP = "ip"  # everything to the host
    ACCOUNT = "account"  # the endpoints that count by account (kind UID)
    ORDERS = "orders"  # what places orders, of one account


@dataclass(frozen=True, slots=True)
class Hold:
    """What an answer asks for."""

    scope: Scope
    seconds: float
    banned: bool  # 418: it must outlive a restart


def hold_for(
    endpoint: Endpoint,
    status: int,
    code: int | str | None,
    retry_after: str | None,
    *,
    previous: float,
    now_ms: int,
) -> Hold | None:
    """The hold that an answer asks for, None for an answer that asks for none.

    `previous` is how long the last hold of this kind was, in seconds; without a `Retry-After` it is doubled.
    `now_ms`: wall clock, for a `Retry-After` that is a date.
    """
    if status not in (418, 429):
        return None
    asked = _seconds(retry_after, now_ms)
    if status == 418:
        return Hold(Scope.IP, asked if asked is not None else _BAN_SECONDS, banned=True)
    if asked is None:
        asked = min(max(_LEAST_SECONDS, previous * 2), _DOUBLED_AT_MOST)
    return Hold(_scope(endpoint, code), asked, banned=False)


def places_orders(endpoint: Endpoint) -> bool:
    """Whether an order count forbids it: placing, not cancelling or reading."""
    return endpoint.moves_funds_kind == "order" and endpoint.method in ("POST", "PUT")


def counts_by_account(endpoint: Endpoint) -> bool:
    return endpoint.weight_kind == "UID"


def _scope(endpoint: Endpoint, code: int | str | None) -> Scope:
    if code == _TOO_MANY_ORDERS:
        return Scope.ORDERS
    return Scope.ACCOUNT if counts_by_account(endpoint) else Scope.IP


def _seconds(retry_after: str | None, now_ms: int) -> float | None:
    """Seconds or an HTTP date (RFC 9110 section 10.2.3), clamped; None where it says nothing."""
    text = (retry_after or "").strip()
    if _NUMBER.fullmatch(text):
        return min(max(float(text), _LEAST_SECONDS), _MOST_SECONDS)
    try:
        asked = parsedate_to_datetime(text).timestamp() - now_ms / 1000
    except (ValueError, OverflowError):
        return None
    return min(max(asked, _LEAST_SECONDS), _MOST_SECONDS)
