"""Counting the weight, and the brake: reads stop before the limit, so that orders and cancels never meet it."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import structlog

from proxy.budget.heard import Ear
from proxy.budget.meter import Meter
from proxy.budget.spending import UNLISTED, Spending
from proxy.clock import ExchangeClock
from proxy.core.backoff import told_limit
from proxy.core.catalogue import Endpoint, PrefixFamily
from proxy.core.catalogue.rate_limits import weight_limit
from proxy.core.catalogue.weights import FREE_ON_SUCCESS, INACCURATE_COUNT, documented_weight
from proxy.core.errors import Refusal
from proxy.core.flow import Flow
from proxy.core.routing import Route
from proxy.core.settings import BudgetSettings
from proxy.core.wire import Header

_MOST_WEIGHTS: Final = 1024
_MOST_ORDER_COUNTS: Final = 1024
_ASSUMED: Final = 1
"""For an endpoint whose weight nobody documents, until the exchange's count tells."""
_LOG: Final = structlog.get_logger("budget")

type _MeterKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class OrderCount:
    """What the exchange said of an account's orders in an interval. On spot, filled orders give it back."""

    base: str
    account: str
    interval_ms: int
    count: int
    ends: float  # on the steady clock


@dataclass(slots=True)
class Errand:
    """A request while it is in flight."""

    meter: Meter
    weight: int | None
    window: float  # the end of the minute in which it was sent

    @property
    def assumed(self) -> int:
        return _ASSUMED if self.weight is None else self.weight


class Budget:
    """Asked before each request and told of each answer. `steady`: seconds that no clock step moves."""

    def __init__(self, settings: BudgetSettings, steady: Callable[[], float]) -> None:
        self._brake = settings.brake
        self._configured = {
            PrefixFamily.API: settings.api_weight,
            PrefixFamily.FAPI: settings.fapi_weight,
            PrefixFamily.DAPI: settings.dapi_weight,
            PrefixFamily.EAPI: settings.eapi_weight,
            PrefixFamily.PAPI: settings.papi_weight,
        }
        self._now = steady
        self._meters: dict[_MeterKey, Meter] = {}
        self._weights: dict[bytes, int | None] = {}  # by request target, of GETs whose parameters decide
        self._orders: dict[tuple[str, str, int], OrderCount] = {}
        self._ear = Ear()
        self.spending = Spending()

    def meter(self, way: Route, account: str, clock: ExchangeClock) -> Meter:
        """The limiter that a request counts in; its minute is the one that runs."""
        endpoint = way.endpoint
        if way.family is not PrefixFamily.SAPI:
            key = (way.base, way.family.value, "", "")
        elif not endpoint.listed:
            key = (way.base, UNLISTED, "", "")
        else:
            key = (way.base, endpoint.path, endpoint.method, account if endpoint.weight_kind == "UID" else "")
        meter = self._meters.get(key)
        if meter is None:
            meter = self._meters[key] = self._new_meter(way, account, clock)
        now = self._now()
        if now >= meter.ends:
            meter.roll(now)
        return meter

    def weight(self, endpoint: Endpoint, flow: Flow) -> int | None:
        """What a request weighs by the documentation, None where nobody says."""
        if isinstance(endpoint.weight, int):
            return endpoint.weight
        if endpoint.method != "GET":
            prepared = flow.prepared
            return documented_weight(endpoint, flow.client.query, prepared.form if prepared else b"")
        target = flow.client.target
        if target not in self._weights:
            if len(self._weights) >= _MOST_WEIGHTS:
                self._weights.clear()
            self._weights[target] = documented_weight(endpoint, flow.client.query)
        return self._weights[target]

    def refusal(self, endpoint: Endpoint, meter: Meter, weight: int | None) -> Refusal | None:
        """A local 429 for what would go beyond its share of this minute.

        Reads have the share `brake`; everything else has the whole. Where the exchange never told what was used
        there is no brake: a guess must not stop anybody.
        """
        used = meter.told + meter.in_flight + (_ASSUMED if weight is None else weight)
        if used <= meter.brake or not meter.informed:
            return None
        if endpoint.method != "GET":
            if meter.limit is None or used <= meter.limit:
                return None
            return self._refuse(
                meter, "this minute's request weight is used up; call again after Retry-After"
            )
        return self._refuse(
            meter,
            "the share of this minute's request weight that reads may use (budget.brake) is spent, and the rest is "
            "kept for orders and cancels; call again after Retry-After, and see /weight on the admin port for who "
            "spent it",
        )

    def answered(
        self, way: Route, account: str, errand: Errand, status: int, headers: tuple[Header, ...]
    ) -> int:
        """What a request weighed, by its answer. Call while it still counts as in flight.

        An answer to a request that was sent in the minute before says nothing of this one.
        """
        endpoint, meter, weight = way.endpoint, errand.meter, errand.weight
        used, orders = self._ear.hear(headers)
        assumed = errand.assumed
        if meter.ends != errand.window:
            meter.told += assumed  # it may have arrived in this minute; the next answer corrects it
        elif used is not None and endpoint.path not in INACCURATE_COUNT:
            if weight is None and meter.informed and meter.in_flight == assumed and used > meter.told:
                weight = used - meter.told  # nothing else was under way from here
            meter.hear(used)
        if orders is not None:
            self._count_orders(way.base, account, meter, orders)
        if status == 200 and endpoint.mutates and (endpoint.method, endpoint.path) in FREE_ON_SUCCESS:
            weight = 0
        return assumed if weight is None else weight

    def spend(self, flow: Flow, way: Route, errand: Errand, weight: int) -> None:
        """Note who spent it. A request that is sent twice weighs twice."""
        flow.weight = weight if flow.weight is None else flow.weight + weight
        self.spending.add(flow.client_name, way.base, way.endpoint, weight, errand.window)

    def learn(self, meter: Meter, message: str) -> None:
        """A 429 that names the current limit knows better than any table."""
        limit = told_limit(message)
        if limit is not None and limit != meter.limit:
            _LOG.warning(
                "limit_learned", host=meter.base, family=meter.family.value, limit=limit, was=meter.limit
            )
            meter.bound(limit, "told by the exchange in a 429", self._brake)

    def meters(self) -> Iterator[Meter]:
        """All limiters that were used, each in the minute that runs."""
        now = self._now()
        for meter in self._meters.values():
            if now >= meter.ends:
                meter.roll(now)
            yield meter

    def order_counts(self) -> Iterator[OrderCount]:
        """What is known of intervals that are not over."""
        now = self._now()
        return (count for count in self._orders.values() if count.ends > now)

    def now(self) -> float:
        return self._now()

    def _refuse(self, meter: Meter, says: str) -> Refusal:
        seconds = max(1, math.ceil(meter.ends - self._now()))
        return Refusal(429, "budget_exceeded", says, headers=(("Retry-After", str(seconds)),))

    def _new_meter(self, way: Route, account: str, clock: ExchangeClock) -> Meter:
        endpoint, family = way.endpoint, way.family
        single = family is PrefixFamily.SAPI
        by_account = single and endpoint.weight_kind == "UID"
        counted_by = "UID" if by_account else "IP"
        meter = Meter(
            way.base,
            family,
            clock,
            counted_by=counted_by,
            endpoint=(endpoint.name if endpoint.listed else UNLISTED) if single else "",
            account=account if by_account else "",
        )
        documented = weight_limit(way.base, family, counted_by)
        configured = self._configured.get(family)
        if configured is not None:
            meter.bound(configured, "configuration", self._brake)
        elif documented is not None and meter.endpoint != UNLISTED:
            meter.bound(documented.weight, f"{documented.source} ({documented.seen})", self._brake)
        return meter

    def _count_orders(self, base: str, account: str, meter: Meter, orders: list[tuple[int, int]]) -> None:
        now = self._now()
        for interval_ms, count in orders:
            ends = meter.interval_ends(now, interval_ms)
            if len(self._orders) < _MOST_ORDER_COUNTS:
                self._orders[base, account, interval_ms] = OrderCount(base, account, interval_ms, count, ends)
