"""A call from one line."""

import pytest

from proxy.core.errors import UsageError
from proxy.probing.call import read_call


def test_query_and_body_stay_as_they_are_written() -> None:
    call = read_call('POST /sapi/v1/c2c/ads/search?x=%20 {"asset": "USDT"}')
    assert (call.name, call.target) == ("POST /sapi/v1/c2c/ads/search", b"/sapi/v1/c2c/ads/search?x=%20")
    assert call.body == b'{"asset": "USDT"}'
    assert read_call("  GET /api/v3/account ").target == b"/api/v3/account"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/api/v3/account",
        "DELETE /api/v3/order",
        "GET https://api.binance.com/api/v3/account",
        "GET /api/v3/a b c",
    ],
)
def test_what_is_no_call_says_how_one_is_written(text: str) -> None:
    with pytest.raises(UsageError, match="METHOD /path"):
        read_call(text)


@pytest.mark.parametrize("query", ["timestamp=1", "a=1&signature=2"])
def test_what_is_added_may_not_stand_in_it(query: str) -> None:
    with pytest.raises(UsageError, match="are added"):
        read_call(f"GET /api/v3/account?{query}")


@pytest.mark.parametrize("body", ['{"a":1}', "symbol=BTCUSDT"])
def test_a_get_has_no_body(body: str) -> None:
    with pytest.raises(UsageError, match="a GET has no body"):
        read_call(f"GET /api/v3/openOrders {body}")


def test_a_retired_call_names_its_successor() -> None:
    with pytest.raises(UsageError, match="was retired on"):
        read_call("GET /api/v1/time")
