"""Weights, order counts, 429 and the ban that follows for those who go on.

Intervals are aligned to the clock: a minute starts at second 0. Sources: binance/binance-spot-api-docs
(rest-api.md, "LIMITS"), the "LIMITS" page of the `/sapi` documentation, and the notice of 2026-06-10 that USD-M and
COIN-M share one pool.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal, Protocol

from proxy.sandbox.refusals import Refusal

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Figures of 2026. `ban_after`: so many requests after a 429 within its interval bring a 418.

    futures: USD-M and COIN-M have one pool of weight and one of orders since 2026-06-30. `/eapi` and `/papi` have
    theirs. Orders are counted by account, in the intervals that the product has.
    """

    spot_weight_1m: int = 6000
    spot_raw_5m: int = 300_000
    orders_10s: int = 50
    orders_1d: int = 160_000
    sapi_ip_1m: int = 12_000
    sapi_uid_1m: int = 180_000
    futures_weight_1m: int = 2400
    futures_orders_10s: int = 300
    futures_orders_1m: int = 1200
    eapi_weight_1m: int = 2400
    eapi_orders_10s: int = 300
    eapi_orders_1m: int = 1200
    papi_weight_1m: int = 6000
    papi_orders_1m: int = 1200
    ban_after: int = 10
    ban_ms: int = 120_000


class Charged(Protocol):
    """What has to be known of an endpoint to charge a call of it. `weight_kind`: see `endpoint.Endpoint`."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def weight(self) -> int: ...
    @property
    def weight_kind(self) -> Literal["IP", "UID"]: ...
    @property
    def order(self) -> bool: ...


@dataclass(slots=True)
class _Ban:
    until_ms: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class _Rule:
    limit: int
    interval_ms: int
    what: str
    interval: str


@dataclass(frozen=True, slots=True)
class _OrderRule:
    """header: how the interval is named in `X-MBX-ORDER-COUNT-...`."""

    limit: int
    interval_ms: int
    header: str
    text: str

    @property
    def counter(self) -> str:
        return f"ORDERS_{self.header}"


def _weight_rule(limit: int) -> _Rule:
    return _Rule(limit, _MINUTE_MS, "request weight", "1 MINUTE")


class LimitKeeper:
    """Counts by address, account and endpoint. Times are the exchange's, in milliseconds."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._used: dict[tuple[str, str], tuple[int, int]] = {}
        self._ignored: dict[str, int] = defaultdict(int)
        self._bans: dict[str, _Ban] = {}

    def used(self, name: str, who: str, interval_ms: int, now_ms: int) -> int:
        window, count = self._used.get((name, who), (-1, 0))
        return count if window == now_ms // interval_ms else 0

    def _add(self, name: str, who: str, interval_ms: int, now_ms: int, amount: int) -> int:
        count = self.used(name, who, interval_ms, now_ms) + amount
        self._used[name, who] = (now_ms // interval_ms, count)
        return count

    def admit(self, endpoint: Charged, ip: str, now_ms: int) -> None:
        """Charges the request to its address. Raises 429 over the limit, 418 if that was ignored."""
        if endpoint.family == "api":
            raw = self._add("RAW", ip, 5 * _MINUTE_MS, now_ms, 1)
            rule = _Rule(self.limits.spot_raw_5m, 5 * _MINUTE_MS, "raw requests", "5 MINUTE")
            self._refuse_over(raw, rule, ip, now_ms)
        if endpoint.family == "sapi" and endpoint.weight_kind == "UID":
            return
        used = self._add(_scope(endpoint), ip, _MINUTE_MS, now_ms, endpoint.weight)
        self._refuse_over(used, _weight_rule(self._limit_of(endpoint)), ip, now_ms)

    def admit_account(self, endpoint: Charged, account: str, ip: str, now_ms: int) -> None:
        """Charges a `/sapi` endpoint of kind UID, and refuses orders over the account's count (-1015)."""
        if endpoint.family == "sapi" and endpoint.weight_kind == "UID":
            used = self._add(_scope(endpoint), account, _MINUTE_MS, now_ms, endpoint.weight)
            self._refuse_over(used, _weight_rule(self.limits.sapi_uid_1m), ip, now_ms)
        if endpoint.order:
            self._refuse_too_many_orders(endpoint, account, now_ms)

    def refund(self, endpoint: Charged, ip: str, now_ms: int) -> None:
        """A successful order costs no weight."""
        self._add(_scope(endpoint), ip, _MINUTE_MS, now_ms, -endpoint.weight)

    def count_order(self, endpoint: Charged, account: str, now_ms: int) -> dict[str, str]:
        """Counts one order and gives the headers that report it."""
        pool = _pool(endpoint.family)
        return {
            f"X-MBX-ORDER-COUNT-{rule.header}": str(
                self._add(f"{pool} {rule.counter}", account, rule.interval_ms, now_ms, 1)
            )
            for rule in self._order_rules(pool)
        }

    def order_counts(self, family: str, account: str, now_ms: int) -> list[tuple[str, int, int]]:
        """What rateLimit/order shows: interval as in the header (`10S`), limit, orders so far."""
        pool = _pool(family)
        return [
            (rule.header, rule.limit, self.used(f"{pool} {rule.counter}", account, rule.interval_ms, now_ms))
            for rule in self._order_rules(pool)
        ]

    def _order_rules(self, pool: str) -> list[_OrderRule]:
        limits = self.limits
        ten = {"api": limits.orders_10s, "futures": limits.futures_orders_10s, "eapi": limits.eapi_orders_10s}
        minute = {
            "futures": limits.futures_orders_1m,
            "eapi": limits.eapi_orders_1m,
            "papi": limits.papi_orders_1m,
        }
        day = {"api": limits.orders_1d}
        found = []
        for figures, interval_ms, header, text in (
            (ten, 10_000, "10S", "10 SECOND"),
            (minute, _MINUTE_MS, "1M", "1 MINUTE"),
            (day, 86_400_000, "1D", "1 DAY"),
        ):
            if pool in figures:
                found.append(_OrderRule(figures[pool], interval_ms, header, text))
        return found

    def headers(self, endpoint: Charged, ip: str, account: str | None, now_ms: int) -> dict[str, str]:
        """The weight used so far, under the name that the family uses."""
        if endpoint.family != "sapi":
            used = str(self.used(_scope(endpoint), ip, _MINUTE_MS, now_ms))
            return {"X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}
        who = ip if endpoint.weight_kind == "IP" else (account or "")
        used = str(self.used(_scope(endpoint), who, _MINUTE_MS, now_ms))
        return {f"X-SAPI-USED-{endpoint.weight_kind}-WEIGHT-1M": used}

    def _limit_of(self, endpoint: Charged) -> int:
        return {
            "api": self.limits.spot_weight_1m,
            "sapi": self.limits.sapi_ip_1m,
            "futures": self.limits.futures_weight_1m,
            "eapi": self.limits.eapi_weight_1m,
            "papi": self.limits.papi_weight_1m,
        }[_pool(endpoint.family)]

    def _refuse_too_many_orders(self, endpoint: Charged, account: str, now_ms: int) -> None:
        pool = _pool(endpoint.family)
        for rule in self._order_rules(pool):
            if self.used(f"{pool} {rule.counter}", account, rule.interval_ms, now_ms) >= rule.limit:
                msg = f"Too many new orders; current limit is {rule.limit} orders per {rule.text}."
                raise Refusal(429, -1015, msg, headers=_retry_after(rule.interval_ms, now_ms))

    def _refuse_over(self, used: int, rule: _Rule, ip: str, now_ms: int) -> None:
        if used <= rule.limit:
            return
        self._ignored[ip] += 1
        if self._ignored[ip] > self.limits.ban_after:
            self._ban(ip, now_ms)
            self.refuse_if_banned(ip, now_ms)
        msg = (
            f"Too much request weight used; current limit is {rule.limit} {rule.what} per {rule.interval}. "
            "Please use WebSocket Streams for live updates to avoid polling the API."
        )
        raise Refusal(429, -1003, msg, headers=_retry_after(rule.interval_ms, now_ms))

    def _ban(self, ip: str, now_ms: int) -> None:
        """Bans grow for repeaters: 2 minutes at first, doubled each time, at most 3 days."""
        before = self._bans.get(ip)
        length = self.limits.ban_ms if before is None else min(2 * before.length_ms, 3 * 86_400_000)
        self._bans[ip] = _Ban(now_ms + length, length)
        self._ignored[ip] = 0

    def refuse_if_banned(self, ip: str, now_ms: int) -> None:
        """Raises 418 while the address is banned, whatever it asks for."""
        ban = self._bans.get(ip)
        if ban is None or now_ms >= ban.until_ms:
            return
        msg = (
            f"Way too much request weight used; IP banned until {ban.until_ms}. "
            "Please use WebSocket Streams for live updates to avoid bans."
        )
        seconds = -(-(ban.until_ms - now_ms) // 1000)
        raise Refusal(418, -1003, msg, headers={"Retry-After": str(seconds)})


def _pool(family: str) -> str:
    """Whose counters: USD-M and COIN-M share theirs."""
    return "futures" if family in ("fapi", "dapi") else family


def _scope(endpoint: Charged) -> str:
    """One counter for a whole pool, but one for each single `/sapi` endpoint."""
    return f"{endpoint.method} {endpoint.path}" if endpoint.family == "sapi" else _pool(endpoint.family)


def _retry_after(interval_ms: int, now_ms: int) -> dict[str, str]:
    return {"Retry-After": str(-(-(interval_ms - now_ms % interval_ms) // 1000))}
