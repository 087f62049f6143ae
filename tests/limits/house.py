"""A budget with clocks that are moved."""

from dataclasses import dataclass

from proxy.core.catalogue import Catalogue, PrefixFamily
from proxy.core.errors import Refusal
from proxy.core.flow import Flow, Timings
from proxy.core.routing import Route
from proxy.core.settings import BudgetSettings, ClockSettings
from proxy.core.wire import Header, RawRequest
from proxy.limits.endpoint_limits import EndpointLimits
from proxy.limits.meter import Meter
from proxy.limits.weight import ASSUMED, WeightBudget
from proxy.runtime.clock import LocalClock
from proxy.runtime.exchange_clock import ExchangeClock

MINUTE_MS = 1_795_262_400_000  # a whole minute
FAMILIES = {
    "api": PrefixFamily.API,
    "sapi": PrefixFamily.SAPI,
    "fapi": PrefixFamily.FAPI,
    "futures": PrefixFamily.FAPI,
    "dapi": PrefixFamily.DAPI,
    "eapi": PrefixFamily.EAPI,
    "papi": PrefixFamily.PAPI,
}


@dataclass
class PendingRequest:
    """A request while it is in flight."""

    limits: EndpointLimits
    weight: int | None
    window: float

    @property
    def meter(self) -> Meter:
        return self.limits.meter

    @property
    def assumed(self) -> int:
        return ASSUMED if self.weight is None else self.weight


class Hands(LocalClock):
    """20 seconds into a minute."""

    def __init__(self) -> None:
        self.passed = 0.0

    def unix_ms(self) -> int:
        return MINUTE_MS + 20_000 + round(self.passed * 1000)

    def monotonic(self) -> float:
        return 100 + self.passed

    def steady(self) -> float:
        return 1000 + self.passed


class House:
    def __init__(self, settings: BudgetSettings | None = None) -> None:
        self.hands = Hands()
        self.budget = WeightBudget(settings or BudgetSettings(), self.hands.steady)

        async def never() -> int:
            raise AssertionError

        self.clock = ExchangeClock(never, self.hands, ClockSettings(), "spot")

    def route(self, name: str, base: str = "https://x") -> Route:
        method, path = name.split(" ")
        endpoint = Catalogue.builtin().find(method, path) or Catalogue.builtin().unlisted(method, path)
        assert endpoint is not None
        return Route(endpoint, FAMILIES[path.split("/")[1]], base, endpoint.needs)

    def flow(self, name: str, query: bytes = b"", client: str | None = None) -> Flow:
        method, path = name.split(" ")
        target = path.encode() + (b"?" + query if query else b"")
        return Flow("id", MINUTE_MS, RawRequest(method, target, ()), Timings(0.0), client_name=client)

    def limits(self, name: str, account: str = "main", base: str = "https://x") -> EndpointLimits:
        """As for the first request of its kind after a look."""
        self.budget.begin_minutes()
        return self.budget.limits(self.route(name, base), account, self.clock)

    def refusal(self, name: str, query: bytes = b"", account: str = "main") -> Refusal | None:
        limits = self.limits(name, account)
        return self.budget.refusal(limits, self.budget.weight(limits, self.flow(name, query)))

    def begin(
        self, name: str, query: bytes = b"", account: str = "main", base: str = "https://x"
    ) -> PendingRequest:
        """A request leaves."""
        limits = self.limits(name, account, base)
        pending = PendingRequest(
            limits, self.budget.weight(limits, self.flow(name, query)), limits.meter.ends
        )
        limits.meter.in_flight += pending.assumed
        return pending

    def end(
        self,
        name: str,
        pending: PendingRequest,
        *headers: Header,
        status: int = 200,
        client: str | None = None,
    ) -> int:
        """Its answer has come. What it weighed."""
        limits = pending.limits
        weight = self.budget.settle(limits, pending.window, pending.weight, status, headers)
        limits.meter.in_flight -= pending.assumed
        self.budget.note_spent(self.flow(name, client=client), limits, weight, pending.window)
        return weight

    def ask(
        self,
        name: str,
        used: int | None = None,
        *,
        query: bytes = b"",
        status: int = 200,
        client: str | None = None,
    ) -> int:
        """A request and its answer, which tells the used weight."""
        header = b"X-SAPI-USED-IP-WEIGHT-1M" if "/sapi/" in name else b"x-mbx-used-weight-1m"
        headers = [] if used is None else [(header, b"%d" % used)]
        return self.end(name, self.begin(name, query), *headers, status=status, client=client)
