"""What is the same for all requests to one endpoint with one account, looked up once."""

from proxy.budget.heard import USED_NAME, USED_NAMES, Ear
from proxy.budget.meter import Meter
from proxy.budget.spending import Entry
from proxy.clock import ExchangeClock
from proxy.core.catalogue import Needs, PrefixFamily
from proxy.core.catalogue.weights import FREE_ON_SUCCESS, INACCURATE_COUNT
from proxy.core.routing import Route

_MEASURED = ("/time", "/ping")


class Lane:
    """A way, the limiter it counts in, and what is known of its requests beforehand."""

    __slots__ = (
        "account",
        "believed",
        "clock",
        "ear",
        "entries",
        "free_on_success",
        "meter",
        "reads",
        "shareable",
        "way",
        "weight",
    )

    def __init__(self, way: Route, account: str, clock: ExchangeClock, meter: Meter) -> None:
        """`account` is a name, "" where none is used; `clock` judges requests of this way."""
        endpoint = way.endpoint
        self.way = way
        self.account = account
        self.clock = clock
        self.meter = meter
        self.weight = endpoint.weight if isinstance(endpoint.weight, int) else None
        self.reads = endpoint.method == "GET"
        self.free_on_success = (endpoint.method, endpoint.path) in FREE_ON_SUCCESS
        self.believed = endpoint.path not in INACCURATE_COUNT and endpoint.family != "futures_data"
        self.shareable = (
            way.needs is Needs.NONE
            and endpoint.needs is Needs.NONE
            and self.reads
            and not endpoint.mutates
            and not endpoint.path.endswith(_MEASURED)  # clients measure with these
        )
        self.entries: dict[str | None, Entry] = {}
        sapi = way.family is PrefixFamily.SAPI
        self.ear = Ear(USED_NAMES[meter.counted_by] if sapi else USED_NAME)
