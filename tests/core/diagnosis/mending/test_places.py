"""Host, path, method and body of the block."""

from typing import Any

import pytest

from tests.core.diagnosis.mending.shown import block, told

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FIELDS = "asset=USDT&fiat=EUR&page=1&rows=9&tradeType=BUY"
SIGNED = "recvWindow=5000&timestamp=<now in ms>&signature=********"


@pytest.mark.parametrize(
    ("line", "more", "right"),
    [
        ("GET //api/v3/account/", {"code": 404, "status": 404}, f"GET /api/v3/account?{SIGNED}"),
        ("POST /api/v3/account", {"code": -1101}, f"GET /api/v3/account?{SIGNED}"),
        ("GET /api/v3/order?symbol=A&side=BUY&type=MARKET&quantity=1", {"code": -1101},
         f"POST /api/v3/order?symbol=A&side=BUY&type=MARKET&quantity=1&{SIGNED}"),
        ("OPTIONS /api/v3/openOrders?symbol=BTCUSDT",
         {"code": None, "headers": {"Access-Control-Request-Method": "GET"}},
         f"GET /api/v3/openOrders?symbol=BTCUSDT&{SIGNED}"),
        ("OPTIONS /api/v3/account", {"code": None}, f"GET /api/v3/account?{SIGNED}"),
        ("POST /api/v3/order?symbol%3DBTCUSDT%26side%3DBUY%26newClientOrderId%3Da%2520b", {},
         f"POST /api/v3/order?symbol=BTCUSDT&side=BUY&newClientOrderId=a%20b&{SIGNED}"),
        ("GET /api/v3/allOrders?symbol=BTCUSDT%C3%97tamp=1779999999999", {"code": -1102},
         f"GET /api/v3/allOrders?symbol=BTCUSDT&{SIGNED}"),
        ("POST /api/v3/order/test", {"code": -1102, "body": '{"symbol": "BTCUSDT", "quantity": 1.50, "ok": true}',
                                     "headers": {"Content-Type": "application/json"}},
         f"POST /api/v3/order/test?{SIGNED}"),
        ("GET /api/v3/account", {"code": 403, "status": 403, "body": '{"omitZeroBalances": true}'},
         f"GET /api/v3/account?omitZeroBalances=true&{SIGNED}"),
        ("GET /api/v3/account", {"code": 403, "status": 403, "body": "[1]"}, f"GET /api/v3/account?{SIGNED}"),
    ],
)  # fmt: skip
def test_the_request_line(line: str, more: dict[str, Any], right: str) -> None:
    assert block(line, **{"code": -1022, **more})[0] == right


def test_json_becomes_a_form_where_none_is_read() -> None:
    shown = block(
        "POST /api/v3/order/test", -1102, body='{"symbol":"BTCUSDT","quantity":1.50,"ok":true,"no":null}'
    )
    assert shown[-3:] == [
        "Content-Type: application/x-www-form-urlencoded",
        "",
        "symbol=BTCUSDT&quantity=1.50&ok=true",
    ]
    nested = told("POST /api/v3/order/test", -1102, body='{"symbol":["BTCUSDT"]}')
    assert nested.left_out.startswith("the JSON of the body is no flat object")


def test_a_form_becomes_json_where_only_that_is_read() -> None:
    shown = block("POST /sapi/v1/c2c/ads/search", -1000, body=f"{FIELDS}&timestamp=1", headers=FORM)
    assert shown[-3:] == [
        "Content-Type: application/json",
        "",
        '{"asset":"USDT","fiat":"EUR","page":"1","rows":"9","tradeType":"BUY"}',
    ]


@pytest.mark.parametrize(
    ("path", "host", "right"),
    [
        ("/api/v3/account", "fapi.binance.com", "api.binance.com"),
        ("/fapi/v2/account", "api.binance.com", "fapi.binance.com"),
        ("/fapi/v2/account", "testnet.binance.vision", "testnet.binancefuture.com"),
        ("/dapi/v1/account", "demo-fapi.binance.com", "demo-dapi.binance.com"),
        ("/api/v3/account", "api.binnance.com", "api.binance.com"),
        ("/fapi/v2/account", "fapi.binance.co", "fapi.binance.com"),
    ],
)
def test_the_host_serves_the_path(path: str, host: str, right: str) -> None:
    assert block(f"GET {path}", None, host=host)[1] == f"Host: {right}"


def test_a_host_that_does_not_exist_leaves_the_block_out() -> None:
    assert told("GET /sapi/v1/account", None, host="testnet.binance.vision").left_out == (
        "no host of this environment serves this path"
    )


def test_of_several_methods_none_is_guessed() -> None:
    found = told("PUT /api/v3/order?symbol=BTCUSDT&orderId=1", -1101)
    assert (found.corrected, found.left_out) == (
        None,
        "which of DELETE or GET or POST you mean cannot be told",
    )
