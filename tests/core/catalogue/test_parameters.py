"""The parameters of every endpoint, held against the file itself and against the table of endpoints."""

import csv

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.parameters import UNDESCRIBED, Role, parameters_of
from proxy.core.catalogue.shipped import shipped

ROWS = list(csv.DictReader(shipped("parameters.csv").decode().splitlines()))


def test_every_row_of_the_file_is_found_under_its_endpoint() -> None:
    """The look-up finds lines by their beginning; this reads the file the plain way."""
    wanted: dict[tuple[str, str], dict[str, str]] = {}
    for row in ROWS:
        names = wanted.setdefault((row["method"], row["path"]), {})
        assert row["name"] not in names, row
        names[row["name"]] = row["role"]
    found = {key: {name: one.role.value for name, one in parameters_of(*key).items()} for key in wanted}
    assert found == wanted


def test_every_endpoint_of_the_file_is_listed() -> None:
    catalogue = Catalogue.builtin()
    assert {
        (row["method"], row["path"]) for row in ROWS if not catalogue.find(row["method"], row["path"])
    } == set()


def test_the_name_of_a_coin_is_no_decimal() -> None:
    """As some pages have it: whoever sends `targetAsset=BTC` is right."""
    assert [row for row in ROWS if row["role"] in ("coin", "symbol") and row["type"] == "DECIMAL"] == []


def test_every_role_is_played_and_every_place_known() -> None:
    assert {row["role"] for row in ROWS} == {role.value for role in Role}
    assert {row["in"] for row in ROWS} == {"query", "json", "any"}
    assert {row["required"] for row in ROWS} == {"yes", "no", "conditional"}


@pytest.mark.parametrize(
    ("method", "path", "name", "role"),
    [
        ("POST", "/api/v3/order", "quantity", Role.BASE_QUANTITY),
        ("POST", "/dapi/v1/order", "quantity", Role.CONTRACTS),
        ("POST", "/sapi/v1/asset/transfer", "type", Role.FROM_ACCOUNT),
        ("POST", "/sapi/v1/margin/borrow-repay", "type", Role.SIDE),
        ("POST", "/papi/v1/um/conditional/order", "strategyType", Role.ORDER_TYPE),
        ("POST", "/api/v3/order", "strategyType", Role.OTHER),
        ("POST", "/sapi/v1/c2c/orderMatch/releaseCoin", "code", Role.CODE_2FA),
        ("POST", "/fapi/v1/batchOrders", "batchOrders[].quantity", Role.BASE_QUANTITY),
    ],
)
def test_the_same_name_plays_different_roles(method: str, path: str, name: str, role: Role) -> None:
    """Section "same name, other meaning" of the sources, and Binance's own documentation pages."""
    assert parameters_of(method, path)[name].role is role


def test_a_path_that_begins_like_another_has_its_own() -> None:
    assert "computeCommissionRates" in parameters_of("POST", "/api/v3/order/test")
    assert "computeCommissionRates" not in parameters_of("POST", "/api/v3/order")


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v3/nothing"), ("get", "/api/v3/order"), ("", "")])
def test_what_no_source_knows_has_none(method: str, path: str) -> None:
    assert parameters_of(method, path) == {}


def test_writes_without_facts_are_named() -> None:
    """All they have in the file is what every signed call has."""
    for name in UNDESCRIBED:
        method, path = name.split(" ")
        assert all(one.role is Role.COMMON for one in parameters_of(method, path).values()), name
        assert Catalogue.builtin().find(method, path), name


def test_a_row_says_what_the_sources_say() -> None:
    one = parameters_of("POST", "/api/v3/order")["timeInForce"]
    assert (one.place, one.type, one.required) == ("any", "ENUM", "conditional")
    assert one.values[:3] == ("GTC", "IOC", "FOK")
    assert (one.least, one.most, one.default) == ("", "", "")
    assert "spot-api-docs" in one.source
    window = parameters_of("GET", "/api/v3/account")["recvWindow"]
    assert (window.most, window.default, window.role) == ("60000", "5000", Role.COMMON)
