"""How long an answer asks us to wait, and with which requests.

Sources: binance-spot-api-docs rest-api.md, "IP Limits" and "Unfilled Order Count": more calls after a 429 ends in a
418, a ban of this IP from two minutes to three days, and each further call lengthens it; weight belongs to the IP,
orders (-1015) to the account. Support article 360004492232: a 403 of the firewall lasts about five minutes.
Intervals are aligned to the clock, so one that is full ends with it (second 0, 10, 20 ..., 00:00 UTC).
"""

import re
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint

MOST_SECONDS: Final = 259_200.0  # three days, the longest ban
FIREWALL_ANSWERS: Final = 3
"""So many refusals of the firewall in a row, nothing else between them, mean that it shuts this IP out."""

_LEAST_SECONDS: Final = 1.0
_BAN_SECONDS: Final = 120.0
_DOUBLED_AT_MOST: Final = 120.0
_FIREWALL_SECONDS: Final = 30.0
_FIREWALL_AT_MOST: Final = 300.0
_TOO_MUCH_WEIGHT: Final = frozenset({-1003, "-1003"})
_TOO_MANY_ORDERS: Final = frozenset({-1015, "-1015"})
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][0-9]{1,2})?")
_BANNED_UNTIL: Final = re.compile(r"banned until ([0-9]{13})(?![0-9])")
_INTERVAL: Final = re.compile(r" per ([0-9]{0,3}) ?(second|minute|hour|day)s?\b", re.IGNORECASE)
_UNIT_MS: Final = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
_CURRENT_LIMIT: Final = re.compile(
    r"current limit (?:of IP\([^)]*\) )?is ([0-9]{2,7}) (?:request weight per 1 MINUTE|requests per minute)"
)


class Scope(StrEnum):
    IP = "ip"  # everything to the host
    ACCOUNT = "account"  # the endpoints that count by account (kind UID)
    ORDERS = "orders"  # what places orders, of one account


class Hold(msgspec.Struct, frozen=True):
    """What an answer asks for."""

    scope: Scope
    seconds: float
    banned: bool  # 418, or a text that says so


def requested_hold(
    endpoint: Endpoint,
    status: int,
    code: int | str | None,
    retry_after: str | None,
    *,
    previous: float,
    now_ms: int,
    message: str = "",
) -> Hold | None:
    """The hold that an answer asks for, None for an answer that asks for none.

    429 and 418 ask for one, and so do -1003 and -1015 under any other status. How long: `Retry-After`; else the end
    of the ban or of the interval that `message` names; else twice as long as before. `previous` is how long the last
    hold of this kind was, in seconds. `now_ms`: the exchange's time, for a date, a ban and an interval.
    """
    too_much, orders = code in _TOO_MUCH_WEIGHT, code in _TOO_MANY_ORDERS
    if status not in (418, 429) and not too_much and not orders:
        return None
    asked = _seconds(retry_after, now_ms)
    until = _BANNED_UNTIL.search(message) if too_much else None
    if status == 418 or until is not None:
        if asked is None:
            asked = _clamped((int(until[1]) - now_ms) / 1000) if until else _BAN_SECONDS
        return Hold(Scope.IP, asked, banned=True)
    if asked is None:
        asked = _interval_left(message, now_ms)
    if asked is None:
        asked = min(max(_LEAST_SECONDS, previous * 2), _DOUBLED_AT_MOST)
    return Hold(_scope(endpoint, orders=orders), asked, banned=False)


def firewall_hold(retry_after: str | None, *, previous: float, now_ms: int) -> Hold:
    """The hold for a firewall that refuses everything: 30 s, doubled each time it still does, at most 5 minutes."""
    asked = _seconds(retry_after, now_ms)
    if asked is None:
        asked = min(max(_FIREWALL_SECONDS, previous * 2), _FIREWALL_AT_MOST)
    return Hold(Scope.IP, asked, banned=False)


def places_orders(endpoint: Endpoint) -> bool:
    """Whether an order count forbids it: placing, not cancelling or reading."""
    return endpoint.moves_funds_kind == "order" and endpoint.method in ("POST", "PUT")


def counts_by_account(endpoint: Endpoint) -> bool:
    return endpoint.weight_kind == "UID"


def stated_limit(message: str) -> int | None:
    """The weight a minute that a -1003 names as the current limit; None where it names none."""
    found = _CURRENT_LIMIT.search(message)
    return int(found[1]) if found else None


def _scope(endpoint: Endpoint, *, orders: bool) -> Scope:
    if orders:
        return Scope.ORDERS
    return Scope.ACCOUNT if counts_by_account(endpoint) else Scope.IP


def _seconds(retry_after: str | None, now_ms: int) -> float | None:
    """Seconds or an HTTP date (RFC 9110 section 10.2.3), clamped; None where it says nothing."""
    text = (retry_after or "").strip()
    if _NUMBER.fullmatch(text):
        return _clamped(float(text))
    try:
        return _clamped(parsedate_to_datetime(text).timestamp() - now_ms / 1000)
    except (ValueError, OverflowError):
        return None


def _interval_left(message: str, now_ms: int) -> float | None:
    """Seconds to the end of the interval of "current limit is 50 orders per 10 SECOND"."""
    found = _INTERVAL.search(message)
    if found is None:
        return None
    interval_ms = int(found[1] or 1) * _UNIT_MS[found[2].lower()]
    return _clamped((interval_ms - now_ms % interval_ms) / 1000) if interval_ms else None


def _clamped(seconds: float) -> float:
    return min(max(seconds, _LEAST_SECONDS), MOST_SECONDS)
