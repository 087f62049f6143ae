"""What is known beforehand of requests to an endpoint."""

import msgspec
import pytest

from proxy.core.catalogue import Needs
from tests.limits.house import House

KNOWN = [
    # weight, is read, free on success, count is accurate, shareable
    ("GET /api/v3/account", 20, True, False, True, False),
    ("GET /api/v3/exchangeInfo", 20, True, False, True, True),
    ("GET /api/v3/time", 1, True, False, True, False),
    ("GET /api/v3/ping", 1, True, False, True, False),
    ("GET /fapi/v1/time", 1, True, False, True, False),
    ("GET /api/v3/historicalTrades", 25, True, False, True, True),
    ("GET /api/v3/depth", None, True, False, True, True),
    ("POST /api/v3/order", 1, False, True, True, False),
    ("DELETE /api/v3/order", 1, False, True, True, False),
    ("PUT /api/v3/order/amend/keepPriority", 4, False, False, True, False),
    ("POST /fapi/v1/order", None, False, False, True, False),
    ("GET /fapi/v2/ticker/price", None, True, False, False, True),
    ("GET /fapi/v1/ticker/bookTicker", None, True, False, False, True),
    ("GET /fapi/v1/premiumIndex", None, True, False, True, True),
]


@pytest.mark.parametrize(("name", "weight", "is_read", "free", "count_is_accurate", "shareable"), KNOWN)
def test_what_is_known(
    name: str, weight: int | None, is_read: bool, free: bool, count_is_accurate: bool, shareable: bool
) -> None:
    limits = House().limits(name)
    assert (
        limits.weight,
        limits.is_read,
        limits.free_on_success,
        limits.count_is_accurate,
        limits.shareable,
    ) == (
        weight,
        is_read,
        free,
        count_is_accurate,
        shareable,
    )


def test_a_request_that_goes_out_with_a_key_is_not_shared() -> None:
    """By a control header of the caller's, although the endpoint needs none; and the other way round."""
    house = House()
    public, private = house.route("GET /api/v3/exchangeInfo"), house.route("GET /api/v3/account")
    for route, needs, shareable in (
        (public, Needs.NONE, True),
        (public, Needs.KEY, False),
        (public, Needs.SIGNED, False),
        (private, Needs.NONE, False),
    ):
        chosen = msgspec.structs.replace(route, needs=needs)
        assert house.budget.limits(chosen, "main", house.clock).shareable is shareable


def test_a_public_get_that_changes_something_is_not_shared() -> None:
    house = House()
    route = house.route("GET /api/v3/exchangeInfo")
    changing = msgspec.structs.replace(route, endpoint=msgspec.structs.replace(route.endpoint, mutates=True))
    assert not house.budget.limits(changing, "main", house.clock).shareable
