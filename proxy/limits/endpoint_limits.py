"""What is the same for all requests to one endpoint with one account: found once, then kept."""

from proxy.core.catalogue import Needs, PrefixFamily
from proxy.core.catalogue.weights import FREE_ON_SUCCESS, INACCURATE_COUNT
from proxy.core.routing import Route
from proxy.limits.meter import Meter
from proxy.limits.spending import Entry
from proxy.limits.usage_headers import USED_NAME, USED_NAMES, UsageHeaders
from proxy.runtime.exchange_clock import ExchangeClock

_MEASURED = ("/time", "/ping")


class EndpointLimits:
    """A route, the limiter that counts its requests, and what the catalogue says of them."""

    __slots__ = (
        "account",
        "clock",
        "count_is_accurate",
        "entries",
        "free_on_success",
        "is_read",
        "meter",
        "route",
        "shareable",
        "usage_headers",
        "weight",
    )

    def __init__(self, route: Route, account: str, clock: ExchangeClock, meter: Meter) -> None:
        """`account` is a name, "" where none is used; `clock`: the exchange's, by which it judges time stamps."""
        endpoint = route.endpoint
        self.route = route
        self.account = account
        self.clock = clock
        self.meter = meter
        self.weight = endpoint.weight if isinstance(endpoint.weight, int) else None
        self.is_read = endpoint.method == "GET"
        self.free_on_success = (endpoint.method, endpoint.path) in FREE_ON_SUCCESS
        self.count_is_accurate = endpoint.path not in INACCURATE_COUNT and endpoint.family != "futures_data"
        self.shareable = (
            route.needs is Needs.NONE
            and endpoint.needs is Needs.NONE
            and self.is_read
            and not endpoint.mutates
            and not endpoint.path.endswith(_MEASURED)  # clients measure with these
        )
        self.entries: dict[str | None, Entry] = {}
        sapi = route.family is PrefixFamily.SAPI
        self.usage_headers = UsageHeaders(USED_NAMES[meter.counted_by] if sapi else USED_NAME)
