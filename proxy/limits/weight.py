"""Counting the weight, and the brake: reads stop before the limit, so that orders and cancels never meet it."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec
import structlog

from proxy.core.catalogue import PrefixFamily
from proxy.core.catalogue.rate_limits import Pool, pool_of, weight_limit
from proxy.core.catalogue.weights import documented_weight
from proxy.core.errors import Refusal
from proxy.core.flow import Flow
from proxy.core.readings import Reading, gauges
from proxy.core.retry_after import stated_limit
from proxy.core.routing import Route
from proxy.core.settings import BudgetSettings
from proxy.core.wire import Header
from proxy.limits.endpoint_limits import EndpointLimits
from proxy.limits.meter import Meter
from proxy.limits.spending import UNLISTED, Entry, Spending
from proxy.runtime.exchange_clock import ExchangeClock

_MOST_WEIGHTS: Final = 1024
_MOST_ORDER_COUNTS: Final = 1024
_MOST_KNOWN_LIMITS: Final = 2048
_NEW: Final = -1
_USED_UP: Final = "this minute's request weight is used up; call again after Retry-After"
_READS_STOP: Final = (
    "the share of this minute's request weight that reads may use (budget.brake) is spent, and the rest is kept for "
    "orders and cancels; call again after Retry-After, and see /weight on the admin port for who spent it"
)
ASSUMED: Final = 1
"""For an endpoint whose weight nobody documents, until the exchange's count shows it."""
_LOG: Final = structlog.get_logger("budget")

type _MeterKey = tuple[str, str, str, str]


class OrderCount(msgspec.Struct, frozen=True):
    """What the exchange said of an account's orders in an interval. On spot, filled orders give it back."""

    base: str
    account: str
    interval_ms: int
    count: int
    ends: float  # on the steady clock
    pool: Pool


class WeightBudget:
    """`refusal` is asked before each request, `settle` counts its answer. `steady`: no clock step moves it."""

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
        self._next_minute = math.inf
        self._known_limits: dict[str, dict[int, EndpointLimits]] = {}  # by account and identity of the route
        self._weights: dict[bytes, int | None] = {}  # by request target, of GETs whose parameters decide
        self._orders: dict[tuple[str, str, int], OrderCount] = {}
        self.spending = Spending()

    def limits(self, route: Route, account: str, clock: ExchangeClock) -> EndpointLimits:
        """What is known of requests of this kind; known again where `route` is the same object."""
        known_limits = self._known_limits.get(account)
        if known_limits is None:
            known_limits = self._known_limits[account] = {}
        return known_limits.get(id(route)) or self._new_limits(known_limits, route, account, clock)

    def weight(self, limits: EndpointLimits, flow: Flow) -> int | None:
        """What a request weighs by the documentation, None where nobody says."""
        if limits.weight is not None:
            return limits.weight
        endpoint = limits.route.endpoint
        if not limits.is_read:
            prepared = flow.prepared
            return documented_weight(endpoint, flow.client.query, prepared.form if prepared else b"")
        target = flow.client.target
        known = self._weights.get(target, _NEW)
        if known != _NEW:
            return known
        if len(self._weights) >= _MOST_WEIGHTS:
            self._weights.clear()
        weight = self._weights[target] = documented_weight(endpoint, flow.client.query)
        return weight

    def refusal(self, limits: EndpointLimits, weight: int | None) -> Refusal | None:
        """A local 429 for what would go beyond its share of this minute.

        Reads have the share `brake`; everything else has the whole. Where the exchange never said what was used
        there is no brake: a guess must not stop anybody.
        """
        meter = limits.meter
        if weight is None:
            weight = ASSUMED
        if meter.used + meter.in_flight + weight <= meter.brake or not meter.known:
            return None
        self.begin_minutes()  # the minute may be over since the last call
        used = meter.used + meter.in_flight + weight
        if used <= (meter.brake if limits.is_read else meter.limit or math.inf):
            return None
        return self._refuse(meter, _READS_STOP if limits.is_read else _USED_UP)

    def settle(
        self,
        limits: EndpointLimits,
        window: float,
        weight: int | None,
        status: int,
        headers: tuple[Header, ...],
    ) -> int:
        """What a request weighed, by its answer. Call while it still counts as in flight.

        `window` is the minute in which it was sent: an answer to the minute before says nothing of this one.
        """
        meter = limits.meter
        used, orders = limits.usage_headers.read(headers)
        if meter.ends != window:
            meter.used += ASSUMED if weight is None else weight  # until the next answer tells
        elif used is not None and limits.count_is_accurate:
            if weight is None and meter.known and meter.in_flight == ASSUMED and used > meter.used:
                weight = used - meter.used  # nothing else was under way from here
            meter.learn(used)
        if orders:
            self._count_orders(limits.account, meter, orders)
        if limits.free_on_success and status == 200:
            return 0
        return ASSUMED if weight is None else weight

    def note_spent(self, flow: Flow, limits: EndpointLimits, weight: int, window: float) -> None:
        """Note who spent it. A request that is sent twice weighs twice."""
        flow.weight = weight if flow.weight is None else flow.weight + weight
        entry = limits.entries.get(flow.client_name) or self._new_entry(flow, limits)
        entry.add(weight, window)

    def note_shared(self, flow: Flow, limits: EndpointLimits) -> None:
        """Note a request that needed no sending: another one's answer served it."""
        flow.weight = 0
        self._new_entry(flow, limits).shared += 1

    def begin_minutes(self) -> None:
        """Begin a new minute on each meter whose last one is over."""
        now = self._now()
        if now < self._next_minute:
            return
        for meter in self._meters.values():
            if now >= meter.ends:
                meter.begin_minute(now)
        self._next_minute = min((meter.ends for meter in self._meters.values()), default=now)

    def learn(self, meter: Meter, message: str) -> None:
        """Take over a limit that a 429 names: it knows better than any table."""
        limit = stated_limit(message)
        if limit is not None and limit != meter.limit:
            _LOG.warning(
                "limit_learned", host=meter.base, family=meter.family.value, limit=limit, was=meter.limit
            )
            meter.set_limit(limit, "told by the exchange in a 429", self._brake)

    def meters(self) -> Iterator[Meter]:
        """All limiters that were used, each in the minute that runs."""
        self.begin_minutes()
        return iter(self._meters.values())

    def order_counts(self) -> Iterator[OrderCount]:
        """What is known of intervals that are not over."""
        now = self._now()
        return (count for count in self._orders.values() if count.ends > now)

    def readings(self) -> Iterator[Reading]:
        """Who spent the weight, and what is used of the limits. Labels are bounded (spending.py)."""
        yield from self.spending.readings()
        limiter = ("host", "family", "endpoint", "account")
        known = [(_labels(meter), meter) for meter in self.meters() if meter.known]
        used = ((labels, meter.used) for labels, meter in known)
        limits = ((labels, meter.limit) for labels, meter in known if meter.limit is not None)
        yield gauges("weight_used", "What Binance says was used this minute", limiter, used)
        yield gauges("weight_limit", "Its limit a minute", limiter, limits)

    def now(self) -> float:
        return self._now()

    def _refuse(self, meter: Meter, says: str) -> Refusal:
        seconds = max(1, math.ceil(meter.ends - self._now()))
        return Refusal(429, "budget_exceeded", says, headers=(("Retry-After", str(seconds)),))

    def _new_entry(self, flow: Flow, limits: EndpointLimits) -> Entry:
        entry = limits.entries[flow.client_name] = self.spending.entry(
            flow.client_name, limits.route.base, limits.route.endpoint
        )
        return entry

    def _new_limits(
        self, known_limits: dict[int, EndpointLimits], route: Route, account: str, clock: ExchangeClock
    ) -> EndpointLimits:
        limits = EndpointLimits(route, account, clock, self._meter(route, account, clock))
        if route.endpoint.listed:
            if (
                len(known_limits) >= _MOST_KNOWN_LIMITS
            ):  # routes made by control headers are new objects each time
                known_limits.clear()
            known_limits[id(route)] = limits  # which keeps `route`, so that nothing else gets its id
        return limits

    def _meter(self, route: Route, account: str, clock: ExchangeClock) -> Meter:
        """The limiter that a request counts in."""
        endpoint = route.endpoint
        if route.family is not PrefixFamily.SAPI:
            pool = pool_of(route.base, route.family)
            key = (pool.base, pool.family.value, "", "")
        elif not endpoint.listed:
            key = (route.base, UNLISTED, "", "")
        else:
            key = (
                route.base,
                endpoint.path,
                endpoint.method,
                account if endpoint.weight_kind == "UID" else "",
            )
        meter = self._meters.get(key)
        if meter is None:
            meter = self._meters[key] = self._new_meter(route, account, clock)
            meter.begin_minute(self._now())
            self._next_minute = min(self._next_minute, meter.ends)
        return meter

    def _new_meter(self, route: Route, account: str, clock: ExchangeClock) -> Meter:
        endpoint = route.endpoint
        single = route.family is PrefixFamily.SAPI
        by_account = single and endpoint.weight_kind == "UID"
        counted_by = "UID" if by_account else "IP"
        pool = pool_of(route.base, route.family)
        meter = Meter(
            pool,
            clock,
            counted_by=counted_by,
            endpoint=(endpoint.name if endpoint.listed else UNLISTED) if single else "",
            account=account if by_account else "",
        )
        documented = weight_limit(pool.base, pool.family, counted_by)
        settings = (self._configured.get(family) for family in pool.families)
        configured = next((weight for weight in settings if weight is not None), None)
        if configured is not None:
            meter.set_limit(configured, "configuration", self._brake)
        elif documented is not None and (endpoint.weight_kind or not single):  # which of the two is not known
            meter.set_limit(documented.weight, f"{documented.source} ({documented.seen})", self._brake)
        return meter

    def _count_orders(self, account: str, meter: Meter, orders: Iterable[tuple[int, int]]) -> None:
        now = self._now()
        for interval_ms, count in orders:
            key = meter.base, account, interval_ms
            if key in self._orders or len(self._orders) < _MOST_ORDER_COUNTS:
                self._orders[key] = OrderCount(*key, count, meter.interval_ends(now, interval_ms), meter.pool)


def _labels(meter: Meter) -> tuple[str, ...]:
    return meter.base.partition("://")[2], meter.family.value, meter.endpoint, meter.account
