"""What a request is and where it goes."""

import tracemalloc
from functools import partial

import pytest

from proxy.core.catalogue import ENVIRONMENTS, Catalogue, EndpointCorrection, Needs, PrefixFamily, sandbox
from proxy.core.catalogue.retired import retirement_of
from proxy.core.errors import Refusal
from proxy.core.head import Head, read_head
from proxy.core.routing import Route, Router, route
from tests.support.refusals import decided

CATALOGUE = Catalogue.builtin()


def head(name: str, **headers: str) -> Head:
    method, path = name.split(" ")
    fields = tuple((key.replace("_", "-").encode(), value.encode()) for key, value in headers.items())
    return read_head(method, path.encode(), (1, 1), fields)


def ask(name: str, environment: str = "production", **headers: str) -> Route | Refusal:
    return decided(lambda: route(head(name, **headers), CATALOGUE, ENVIRONMENTS[environment]))


WAYS = [
    ("GET /api/v3/time", "https://api.binance.com", Needs.NONE),
    ("GET /api/v3/account", "https://api.binance.com", Needs.SIGNED),
    ("GET /sapi/v1/margin/allPairs", "https://api.binance.com", Needs.KEY),
    ("POST /sapi/v1/margin/listen-key", "https://api.binance.com", Needs.KEY),
    ("POST /sapi/v2/margin/listen-key", "https://api.binance.com", Needs.KEY),
    ("POST /sapi/v1/userListenToken", "https://api.binance.com", Needs.KEY),
    ("POST /sapi/v1/c2c/ads/search", "https://api.binance.com", Needs.SIGNED),
    ("GET /fapi/v2/account", "https://fapi.binance.com", Needs.SIGNED),
    ("POST /fapi/v1/listenKey", "https://fapi.binance.com", Needs.KEY),
    ("POST /dapi/v1/listenKey", "https://dapi.binance.com", Needs.KEY),
    ("POST /eapi/v1/listenKey", "https://eapi.binance.com", Needs.KEY),
    ("POST /papi/v1/listenKey", "https://papi.binance.com", Needs.KEY),
    ("POST /sapi/v1/equity/listenKey", "https://api.binance.com", Needs.KEY),
    ("GET /dapi/v1/account", "https://dapi.binance.com", Needs.SIGNED),
    ("GET /eapi/v1/account", "https://eapi.binance.com", Needs.SIGNED),
    ("GET /papi/v1/account", "https://papi.binance.com", Needs.SIGNED),
    ("GET /futures/data/openInterestHist", "https://fapi.binance.com", Needs.NONE),
    (
        "GET /fapi/v1/allForceOrders",
        "https://fapi.binance.com",
        Needs.NONE,
    ),  # left the SDKs; nobody retired it
    ("GET /api/v1/not/listed", "https://api.binance.com", Needs.SIGNED),
    ("GET /sapi/v7/not/listed", "https://api.binance.com", Needs.SIGNED),
]


@pytest.mark.parametrize(("name", "base", "needs"), WAYS)
def test_production(name: str, base: str, needs: Needs) -> None:
    way = ask(name)
    assert isinstance(way, Route)
    assert (way.base, way.needs) == (base, needs)


def test_futures_data_of_coin_margined_contracts() -> None:
    way = ask("GET /futures/data/openInterestHist", X_Gateway_Host="dapi")
    assert isinstance(way, Route)
    assert way.base == "https://dapi.binance.com"
    only = ask("GET /futures/data/basis")
    assert isinstance(only, Route)


CHOICES = [
    # path, X-Gateway-Host -> family and base; both hosts serve the first, only COIN-M's serves the second
    ("openInterestHist", "", PrefixFamily.FAPI, "https://fapi.binance.com"),
    ("openInterestHist", "dapi", PrefixFamily.DAPI, "https://dapi.binance.com"),
    ("openInterestHist", " DAPI ", PrefixFamily.DAPI, "https://dapi.binance.com"),
    ("openInterestHist", "fapi", PrefixFamily.FAPI, "https://fapi.binance.com"),
    ("openInterestHist", "evil.example", PrefixFamily.FAPI, "https://fapi.binance.com"),
    ("openInterestHist", "\xe9", PrefixFamily.FAPI, "https://fapi.binance.com"),
    ("takerBuySellVol", "fapi", PrefixFamily.DAPI, "https://dapi.binance.com"),
]


@pytest.mark.parametrize(("name", "wanted", "family", "base"), CHOICES)
def test_the_host_that_the_caller_wants(name: str, wanted: str, family: PrefixFamily, base: str) -> None:
    way = ask(f"GET /futures/data/{name}", **({"X_Gateway_Host": wanted} if wanted else {}))
    assert isinstance(way, Route)
    assert (way.endpoint.name, way.family, way.base) == (f"GET /futures/data/{name}", family, base)


REFUSED = [
    ("GET /evil/v1/x", "production", "endpoint_unknown"),
    ("GET /bapi/c2c/v1/public/c2c/agent/quote-price", "production", "endpoint_unknown"),
    ("POST /SAPI/V1/capital/withdraw/apply", "production", "endpoint_unknown"),
    ("GET /sapi/v1/account/status", "testnet", "endpoint_not_in_environment"),
    ("GET /papi/v1/account", "demo", "endpoint_not_in_environment"),
    ("GET /fapi/v1/time", "us", "endpoint_not_in_environment"),
]


@pytest.mark.parametrize(("name", "environment", "token"), REFUSED)
def test_refused(name: str, environment: str, token: str) -> None:
    refusal = ask(name, environment)
    assert isinstance(refusal, Refusal)
    assert (refusal.token, refusal.status) == (token, 404)


RETIRED = [
    # call, environment, whether it is refused, what to use instead. The days: change logs of spot, of its testnet and
    # of margin trading; Binance.US keeps its stream keys, and of demo mode nobody says anything.
    ("GET /api/v1/ping", "production", "on 2026-03-25; use GET /api/v3/ping. "),
    ("GET /api/v1/historicalTrades", "production", "on 2026-03-25; use GET /api/v3/historicalTrades. "),
    ("GET /api/v1/ping", "testnet", None),
    ("GET /api/v1/ping", "us", None),
    ("POST /api/v3/userDataStream", "production", "on 2026-02-20; use the WebSocket API: userDataStream.subscribe in"),
    ("PUT /api/v3/userDataStream", "production", "userDataStream.subscribe.signature"),
    ("DELETE /api/v3/userDataStream", "testnet", "on 2026-02-04; use the WebSocket API"),
    ("POST /api/v3/userDataStream", "us", None),
    ("POST /api/v3/userDataStream", "demo", None),
    ("POST /api/v1/userDataStream", "production", "on 2026-03-25; use the WebSocket API"),
    ("POST /sapi/v1/userDataStream", "production", "on 2026-02-20; use POST /sapi/v1/userListenToken and with its"),
    ("PUT /sapi/v1/userDataStream/isolated", "production", "userDataStream.subscribe.listenToken of the WebSocket"),
    ("POST /sapi/v1/userDataStream", "us", None),
]  # fmt: skip


def retired(found: Route | Refusal, instead: str | None, begins: str) -> str:
    """What is said of a call that is not there any more; "" where it is (`instead` None)."""
    if instead is None:
        assert isinstance(found, Route)
        return ""
    assert isinstance(found, Refusal)
    assert (found.status, found.token) == (410, "endpoint_retired")
    assert found.message.startswith(begins)
    assert instead in found.message
    return found.message


@pytest.mark.parametrize(("name", "environment", "instead"), RETIRED)
def test_a_call_that_was_retired_by_name_is_refused_where_it_was(
    name: str, environment: str, instead: str | None
) -> None:
    message = retired(ask(name, environment), instead, f"Binance retired {name} on 2026-")
    assert instead is None or message.endswith("name it under `endpoints:` in the configuration")


ON_A_RETIRED_PATH = [
    ("GET /api/v3/userDataStream", "production", "on 2026-02-20; use the WebSocket API"),
    ("GET /api/v3/userDataStream", "testnet", "on 2026-02-04; use the WebSocket API"),
    (
        "GET /sapi/v1/userDataStream/isolated",
        "production",
        "on 2026-02-20; use POST /sapi/v1/userListenToken",
    ),
    ("POST /api/v1/klines", "production", "on 2026-03-25; use GET /api/v3/klines"),
    ("GET /api/v3/userDataStream", "us", None),
    ("GET /api/v3/userdatastream", "production", None),
]


@pytest.mark.parametrize(("name", "environment", "instead"), ON_A_RETIRED_PATH)
def test_so_is_a_call_that_nobody_lists_on_a_path_that_was_retired_as_a_whole(
    name: str, environment: str, instead: str | None
) -> None:
    retired(ask(name, environment), instead, f"Binance retired every call on {name.split()[1]} on 2026-")


def test_the_sandbox_stands_for_production_in_what_is_retired() -> None:
    everything = sandbox("http://127.0.0.1:1")
    found = decided(lambda: route(head("GET /api/v1/ping"), CATALOGUE, everything))
    assert isinstance(found, Refusal)
    assert found.token == "endpoint_retired"


def test_a_correction_has_a_retired_call_sent_again() -> None:
    corrected = CATALOGUE.with_corrections([EndpointCorrection("POST", "/api/v3/userDataStream")])
    router = Router(corrected)
    way = decided(partial(router.route, head("POST /api/v3/userDataStream"), ENVIRONMENTS["production"]))
    assert isinstance(way, Route)
    assert (way.needs, way.endpoint.mutates, way.base) == (Needs.KEY, False, "https://api.binance.com")
    other = decided(partial(router.route, head("PUT /api/v3/userDataStream"), ENVIRONMENTS["production"]))
    assert isinstance(other, Refusal)


WEB3 = [
    "GET /build/api/v1/dex/market/price",
    "POST /build",
    "POST /BUILD/x/y",
    "GET /api/v1/dex",
    "GET /api/v1/dex/aggregator/quote",
    "POST /api/v1/DEX/pre-transaction/broadcast",
]


@pytest.mark.parametrize("name", WEB3)
def test_the_web3_wallet_api_is_refused_by_name(name: str) -> None:
    found = ask(name)
    assert isinstance(found, Refusal)
    assert (found.status, found.token) == (404, "endpoint_unknown")
    assert found.message.startswith("/build and /api/v1/dex belong to Binance's Web3 wallet API")


@pytest.mark.parametrize("name", ["GET /api/v1/dexter/x", "GET /api/v3/dex/x", "GET /sapi/v1/dex/x"])
def test_what_only_looks_like_the_web3_wallet_api_is_not(name: str) -> None:
    assert isinstance(ask(name), Route)


@pytest.mark.parametrize("wanted", ["none", "key", "signed"])
def test_the_caller_may_override(wanted: str) -> None:
    way = ask("GET /api/v3/account", X_Gateway_Security=wanted)
    assert isinstance(way, Route)
    assert way.needs is Needs(wanted)


def test_a_refusal_says_what_is_wrong() -> None:
    said = {name: ask(*name.split(" in ")) for name in ("GET /sapi/v1/x in testnet", "GET /papi/v1/x in us")}
    assert [one.message for one in said.values() if isinstance(one, Refusal)] == [
        "the testnet environment has no /sapi; choose an account of another environment",
        "the us environment has no /papi; choose an account of another environment",
    ]
    web, unknown = ask("GET /bapi/c2c/v1/x"), ask("GET /evil/v1/x")
    assert isinstance(web, Refusal)
    assert isinstance(unknown, Refusal)
    assert web.message.startswith("/bapi belongs to Binance's web site")
    assert unknown.message.endswith(": /api /sapi /fapi /dapi /eapi /papi /futures/data")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_path_that_nobody_listed_is_assumed_to_need_a_signature(method: str) -> None:
    way = ask(f"{method} /fapi/v9/not/listed")
    assert isinstance(way, Route)
    assert (way.endpoint.name, way.endpoint.listed) == (f"{method} /fapi/v9/not/listed", False)
    assert (way.endpoint.mutates, way.needs, way.family) == (method != "GET", Needs.SIGNED, PrefixFamily.FAPI)
    assert way.base == "https://fapi.binance.com"


def test_every_listed_endpoint_but_web_ones_has_a_way() -> None:
    everything = sandbox("http://127.0.0.1:1")
    for endpoint in CATALOGUE:
        way = decided(
            partial(
                route, read_head(endpoint.method, endpoint.path.encode(), (1, 1), ()), CATALOGUE, everything
            )
        )
        none = endpoint.path.startswith("/bapi/") or retirement_of(endpoint, everything.name) is not None
        assert isinstance(way, Refusal) == none, endpoint.name


STEPS = [
    # request, environment, headers -> base, needs
    ("GET /api/v3/account", "production", {}, "https://api.binance.com", Needs.SIGNED),
    ("GET /api/v3/account", "testnet", {}, "https://testnet.binance.vision", Needs.SIGNED),
    ("GET /api/v3/account", "demo", {}, "https://demo-api.binance.com", Needs.SIGNED),
    ("GET /api/v3/account", "us", {}, "https://api.binance.us", Needs.SIGNED),
    ("GET /api/v3/account", "production", {"X_Gateway_Security": "none"}, "https://api.binance.com", Needs.NONE),
    ("GET /api/v3/account", "testnet", {"X_Gateway_Security": "key"}, "https://testnet.binance.vision", Needs.KEY),
    ("GET /api/v3/account", "testnet", {"X_Gateway_Timing": "1"}, "https://testnet.binance.vision", Needs.SIGNED),
    ("GET /api/v3/account", "production", {"Accept": "*/*"}, "https://api.binance.com", Needs.SIGNED),
    ("GET /api/v3/time", "production", {}, "https://api.binance.com", Needs.NONE),
    ("GET /futures/data/openInterestHist", "production", {}, "https://fapi.binance.com", Needs.NONE),
    ("GET /futures/data/openInterestHist", "production", {"X_Gateway_Host": "dapi"}, "https://dapi.binance.com", Needs.NONE),
    ("GET /futures/data/openInterestHist", "demo", {}, "https://demo-fapi.binance.com", Needs.NONE),
    ("GET /futures/data/openInterestHist", "demo", {"X_Gateway_Host": "dapi"}, "https://demo-dapi.binance.com", Needs.NONE),
    ("GET /sapi/v7/not/listed", "production", {}, "https://api.binance.com", Needs.SIGNED),
]  # fmt: skip


class TestAgain:
    """A router that has seen the path before: what it remembers must depend on all that the way depends on."""

    @pytest.mark.parametrize("turn", range(len(STEPS)))
    def test_every_order_of_asking_gives_the_same_ways(self, turn: int) -> None:
        """Each comes first once, and each is asked for again after all others."""
        router = Router(CATALOGUE)
        for name, environment, headers, base, needs in [*STEPS[turn:], *STEPS[:turn]] * 2:
            way = decided(partial(router.route, head(name, **headers), ENVIRONMENTS[environment]))
            assert isinstance(way, Route)
            assert (way.endpoint.name, way.base, way.needs) == (name, base, needs), (environment, headers)

    def test_another_method_is_another_endpoint(self) -> None:
        router = Router(CATALOGUE)
        for method in ("GET", "POST", "DELETE") * 2:
            way = decided(partial(router.route, head(f"{method} /api/v3/order"), ENVIRONMENTS["production"]))
            assert isinstance(way, Route)
            assert way.endpoint.name == f"{method} /api/v3/order"
            assert way.endpoint.mutates is (method != "GET")

    def test_what_one_environment_has_the_other_need_not_have(self) -> None:
        router = Router(CATALOGUE)
        for environment, has_it in (("production", True), ("testnet", False)) * 2:
            way = decided(
                partial(router.route, head("GET /sapi/v1/account/status"), ENVIRONMENTS[environment])
            )
            assert isinstance(way, Route) is has_it

    def test_a_listed_path_is_known_again_and_costs_no_second_search(self) -> None:
        """As the same object: the limits know its requests by it."""
        router = Router(CATALOGUE)
        first = router.route(head("GET /api/v3/account"), ENVIRONMENTS["production"])
        assert router.route(head("GET /api/v3/account"), ENVIRONMENTS["production"]) is first
        for headers in ({"Accept": "x"}, {"X_Gateway_Timing": "1"}):
            assert router.route(head("GET /api/v3/account", **headers), ENVIRONMENTS["production"]) is first

    def test_an_override_counts_again_and_only_where_it_stands(self) -> None:
        router = Router(CATALOGUE)
        for there in (False, True, False, True):
            headers = {"X_Gateway_Security": "key"} if there else {}
            way = router.route(head("GET /api/v3/account", **headers), ENVIRONMENTS["production"])
            assert way.needs is (Needs.KEY if there else Needs.SIGNED)

    @pytest.mark.parametrize(
        ("path", "headers"),
        [
            ("/sapi/v1/never/heard/of/{}", {}),
            ("/evil/{}", {}),
            ("/bapi/{}", {}),
            ("/api/v9/{}", {"X_Gateway_Security": "none"}),
        ],
    )
    def test_what_anybody_can_make_up_is_not_remembered(self, path: str, headers: dict[str, str]) -> None:
        """1500 different requests; remembered, each would take some 300 octets and more for ever."""
        router = Router(CATALOGUE)
        production = ENVIRONMENTS["production"]

        def ask_for(numbers: range) -> None:
            for number in numbers:
                decided(partial(router.route, head("GET " + path.format(number), **headers), production))

        ask_for(range(500))  # what is bounded has reached its bound
        tracemalloc.start()
        try:
            ask_for(range(500, 2000))
            grown, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert grown < 150_000
