"""What a request is and where it goes."""

import pytest

from proxy.core.catalogue import ENVIRONMENTS, Catalogue, Needs, sandbox
from proxy.core.errors import Refusal
from proxy.core.guard import read_head
from proxy.core.routing import Route, route

CATALOGUE = Catalogue.builtin()


def ask(name: str, environment: str = "production", **headers: str) -> Route | Refusal:
    method, path = name.split(" ")
    fields = tuple((key.replace("_", "-").encode(), value.encode()) for key, value in headers.items())
    return route(read_head(method, path.encode(), (1, 1), fields), CATALOGUE, ENVIRONMENTS[environment])


WAYS = [
    ("GET /api/v3/time", "https://api.binance.com", Needs.NONE),
    ("GET /api/v3/account", "https://api.binance.com", Needs.SIGNED),
    ("GET /sapi/v1/margin/allPairs", "https://api.binance.com", Needs.KEY),
    ("POST /sapi/v1/userDataStream", "https://api.binance.com", Needs.KEY),
    ("POST /sapi/v1/c2c/ads/search", "https://api.binance.com", Needs.SIGNED),
    ("GET /fapi/v2/account", "https://fapi.binance.com", Needs.SIGNED),
    ("POST /fapi/v1/listenKey", "https://fapi.binance.com", Needs.KEY),
    ("GET /dapi/v1/account", "https://dapi.binance.com", Needs.SIGNED),
    ("GET /eapi/v1/account", "https://eapi.binance.com", Needs.SIGNED),
    ("GET /papi/v1/account", "https://papi.binance.com", Needs.SIGNED),
    ("GET /futures/data/openInterestHist", "https://fapi.binance.com", Needs.NONE),
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


@pytest.mark.parametrize("wanted", ["none", "key", "signed", "SIGNED"])
def test_the_caller_may_override(wanted: str) -> None:
    way = ask("GET /api/v3/account", X_Gateway_Security=wanted)
    assert isinstance(way, Route)
    assert way.needs is Needs(wanted.lower())


def test_a_wrong_override_is_refused() -> None:
    refusal = ask("GET /api/v3/account", X_Gateway_Security="maybe")
    assert isinstance(refusal, Refusal)
    assert refusal.token == "bad_control_header"


def test_every_listed_endpoint_but_web_ones_has_a_way() -> None:
    everything = sandbox("http://127.0.0.1:1")
    for endpoint in CATALOGUE:
        way = route(read_head(endpoint.method, endpoint.path.encode(), (1, 1), ()), CATALOGUE, everything)
        assert isinstance(way, Refusal) == endpoint.path.startswith("/bapi/"), endpoint.name
