"""Unlisted paths that must not pass for reads, because a known write stands behind them."""

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.likeness import known_write_like
from proxy.core.catalogue.operations import DELICATE, Operation, operation_of

CATALOGUE = Catalogue.builtin()
RELEASE = "POST /sapi/v1/c2c/orderMatch/releaseCoin"
PAID = "POST /sapi/v1/c2c/orderMatch/markOrderAsPaid"
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
DISPUTE = "POST /sapi/v1/c2c/agent/complaint/cancel-complaint"

WRITES = [
    ("GET /sapi/v1/c2c/agent/orderMatch/releaseCoin", RELEASE),
    ("GET /sapi/v1/c2c/orderMatch/releaseCoin", RELEASE),
    ("GET /sapi/v1/c2c/releaseCoin", RELEASE),
    ("GET /sapi/v1/c2c/x/merchant/startBusiness", "POST /sapi/v1/c2c/merchant/startBusiness"),
    ("GET /sapi/v1/capital/withdraw/apply/x/y", "POST /sapi/v1/capital/withdraw/apply"),
    ("GET /sapi/x1/capital/withdraw/apply", "POST /sapi/v1/capital/withdraw/apply"),
    ("GET /sapi/v1/x/capital/withdraw/apply", "POST /sapi/v1/capital/withdraw/apply"),
    ("GET /sapi/v1/c2c/foo2/x/releaseCoin", RELEASE),
    ("GET /sapi/v1/c2c/ordermatch/RELEASECOIN", RELEASE),
    ("POST /sapi/v1/c2c/agent/orderMatch/releaseCoin", RELEASE),
    ("GET /sapi/v1/c2c/merchant/v2/orderMatch/releaseCoin", RELEASE),
    ("GET /sapi/v1/c2c" + "/a" * 500 + "/orderMatch/releaseCoin", RELEASE),
    ("GET /sapi/v1/c2c/orderMatch/release-coin", RELEASE),
    ("GET /sapi/v1/c2c/orderMatch/release_coin/v2", RELEASE),
    ("GET /sapi/v1/c2c/orderMatch/releaseCoin/now", RELEASE),
    ("GET /sapi/v1/c2c/orderMatch/releaseCoin/history", RELEASE),  # delicate: the last segment does not help
    ("GET /sapi/v2/c2c/orderMatch/markOrderAsPaid", PAID),
    ("GET /sapi/v1/c2c/complaint/cancelComplaint", DISPUTE),
    ("GET /sapi/v1/capital/withdraw/apply", WITHDRAW),
    ("GET /sapi/capital/withdraw/apply", WITHDRAW),
    ("GET /sapi/v10/capital/withdraw/apply", WITHDRAW),
    ("PUT /sapi/v2/capital/withdraw/apply/fast", WITHDRAW),
    ("GET /sapi/v2/margin/apiKey", "DELETE /sapi/v1/margin/apiKey"),  # delicate, though v1 has a read there
    ("POST /sapi/v2/margin/apiKey", "POST /sapi/v1/margin/apiKey"),
    ("GET /fapi/v1/leverage", "POST /fapi/v1/leverage"),
    ("GET /api/v3/order/oco", "POST /api/v3/order/oco"),
    ("GET /sapi/v2/simple-earn/flexible/redeem", "POST /sapi/v1/simple-earn/flexible/redeem"),
    ("GET /sapi/v1/simple-earn/flexible/redeem/all", "POST /sapi/v1/simple-earn/flexible/redeem"),
    ("PUT /api/v3/order", "DELETE /api/v3/order"),
]

NONE = [
    "GET /api/v4/order",  # v3 has a read there
    "GET /fapi/v3/order",
    "GET /fapi/v2/feeBurn",
    "GET /api/v3/order/newest",
    "GET /sapi/v1/simple-earn/flexible/redeem/history",
    "GET /sapi/v2/giftcard/buyCode/token-limit",  # a listed read, below a delicate write
    "GET /sapi/v1/c2c/agent/orderMatch/getUserStats",
    "GET /sapi/v1/c2c/ads/brandNew",
    "GET /sapi/v1/brand/new",
    "GET /api/v3/ticker/newest",
    "GET /futures/data/newest",
    "POST /sapi/v1/brand/new",
    "GET /",
    "GET /sapi/v1",
    "GET /sapi/v1/capital/withdraw/x/apply",
    "GET /sapi/v1/c2c/orderMatch/releaseCoin/x/y",
]


@pytest.mark.parametrize(("name", "write"), WRITES)
def test_a_path_that_is_a_known_writes_but_for_details(name: str, write: str) -> None:
    assert known_write_like(*name.split(" ")) == write


@pytest.mark.parametrize("name", NONE)
def test_a_path_that_is_none(name: str) -> None:
    assert known_write_like(*name.split(" ")) is None


def test_no_read_of_the_table_becomes_a_write_by_a_new_version() -> None:
    """Unless a delicate write stands on its path: those keep their group in any version."""
    delicate = {name.split(" ")[1] for name in DELICATE}
    became = {
        endpoint.path
        for endpoint in CATALOGUE
        if not endpoint.mutates and known_write_like(endpoint.method, endpoint.path.replace("/v1/", "/v7/"))
    }
    assert became <= {path.replace("/v2/", "/v1/") for path in delicate}


def test_every_write_of_the_table_is_found_again_under_any_method_and_version() -> None:
    for endpoint in CATALOGUE:
        if endpoint.mutates:
            found = known_write_like(endpoint.method, endpoint.path.replace("/v1/", "/v7/").upper())
            assert found is not None, endpoint.name
            other = CATALOGUE.find(*found.split(" "))
            assert other is not None
            assert other.path.split("/")[-1].lower() == endpoint.path.split("/")[-1].lower()
            assert (endpoint.name in DELICATE) == (found in DELICATE), endpoint.name


def test_a_listed_endpoint_is_not_asked_about() -> None:
    """Its group is that of its own row: nothing listed resembles anything."""
    assert not any(endpoint.resembles for endpoint in CATALOGUE)


def test_what_resembles_a_write_counts_as_one() -> None:
    for name, write in WRITES:
        endpoint = CATALOGUE.unlisted(*name.split(" "))
        assert endpoint is not None, name
        assert (endpoint.mutates, endpoint.resembles) == (True, write)
        assert operation_of(endpoint) is DELICATE.get(write, Operation.OTHER_WRITE)
