"""The small part of `/fapi` and `/dapi`."""

from typing import Any
from urllib.parse import quote

import pytest

LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"


@pytest.mark.parametrize(("prefix", "symbol"), [("/fapi", "BTCUSDT"), ("/dapi", "BTCUSD_PERP")])
async def test_an_order_is_placed_found_and_cancelled_once(exchange: Any, prefix: str, symbol: str) -> None:
    path = f"{prefix}/v1/order"
    told = (await exchange.signed("POST", path, form=LIMIT.replace("BTCUSDT", symbol))).json
    assert (told["status"], told["positionSide"]) == ("NEW", "BOTH")
    query = f"symbol={symbol}&orderId={told['orderId']}"
    assert (await exchange.signed("GET", path, query)).json == told
    assert [order["orderId"] for order in (await exchange.signed("GET", f"{prefix}/v1/openOrders")).json] == [
        told["orderId"]
    ]
    assert (await exchange.signed("DELETE", path, query)).json["status"] == "CANCELED"
    assert (await exchange.signed("DELETE", path, query)).json == {
        "code": -2011,
        "msg": "Unknown order sent.",
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("BTCUSDT", "NOSUCH"), -1121),
        (("&price=50000", ""), -1102),
        (("BUY", "buy"), -1117),
        (("LIMIT", "NONE"), -1116),
        (("GTC", "NONE"), -1115),
        (("0.01", "0"), -4003),
        (("50000", "50000.000000001"), -1111),
        (("50000", "5e4"), -1100),
    ],
)
async def test_wrong_orders(exchange: Any, change: tuple[str, str], code: int) -> None:
    assert (await exchange.signed("POST", "/fapi/v1/order", LIMIT.replace(*change))).code == code


async def test_a_market_order_fills_and_a_test_leaves_nothing(exchange: Any) -> None:
    market = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01"
    assert (await exchange.signed("POST", "/fapi/v1/order/test", LIMIT)).status == 200
    assert (await exchange.signed("POST", "/fapi/v1/order", market)).json["status"] == "FILLED"
    every = (await exchange.signed("GET", "/fapi/v1/allOrders", "symbol=BTCUSDT")).json
    assert [order["type"] for order in every] == ["MARKET"]


async def test_each_order_of_a_batch_stands_for_itself(exchange: Any) -> None:
    good = '{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.01","price":"50000"}'
    batch = f"[{good},{good.replace('BTCUSDT', 'NOSUCH')},{good.replace('BUY', 'buy')},{{}}]"
    told = (await exchange.signed("POST", "/fapi/v1/batchOrders", f"batchOrders={quote(batch)}")).json
    assert [entry.get("code") for entry in told] == [None, -1121, -1117, -1102]
    numbers = quote(f"[{told[0]['orderId']},1]")
    cancelled = (
        await exchange.signed("DELETE", "/fapi/v1/batchOrders", f"symbol=BTCUSDT&orderIdList={numbers}")
    ).json
    assert [entry.get("status", entry.get("code")) for entry in cancelled] == ["CANCELED", -2011]
    assert (await exchange.signed("POST", "/fapi/v1/batchOrders", "batchOrders=x")).code == -1100


async def test_leverage_and_margin_type(exchange: Any) -> None:
    assert (await exchange.signed("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=10")).json[
        "leverage"
    ] == 10
    assert (await exchange.signed("POST", "/fapi/v1/leverage", "symbol=BTCUSDT&leverage=126")).code == -4028
    isolated = "symbol=BTCUSDT&marginType=ISOLATED"
    assert (await exchange.signed("POST", "/fapi/v1/marginType", isolated)).json["msg"] == "success"
    assert (await exchange.signed("POST", "/fapi/v1/marginType", isolated)).code == -4046


@pytest.mark.parametrize("prefix", ["/fapi", "/dapi"])
async def test_the_listen_key_needs_the_key_alone(exchange: Any, prefix: str) -> None:
    path = f"{prefix}/v1/listenKey"
    assert (await exchange.send("PUT", path)).code == -1125
    opened = (await exchange.send("POST", path)).json["listenKey"]
    assert (await exchange.send("PUT", path)).json["listenKey"] == opened
    assert (await exchange.send("DELETE", path)).json == {}
    assert (await exchange.send("POST", path, api_key=None)).code == -2014


@pytest.mark.parametrize("path", ["/fapi/v2/account", "/fapi/v3/account", "/dapi/v1/account"])
async def test_the_account_shows_the_wallet(exchange: Any, path: str) -> None:
    told = (await exchange.signed("GET", path)).json
    assert told["totalWalletBalance"] == "100000.00000000"
    assert {entry["asset"] for entry in told["assets"]} >= {"USDT", "BTC"}


@pytest.mark.parametrize("prefix", ["/fapi", "/dapi"])
async def test_exchange_info_names_the_contracts_that_can_be_traded(exchange: Any, prefix: str) -> None:
    names = [
        entry["symbol"] for entry in (await exchange.send("GET", f"{prefix}/v1/exchangeInfo")).json["symbols"]
    ]
    assert len(names) > 5
    for name in names[:3]:
        assert (await exchange.signed("GET", f"{prefix}/v1/openOrders", f"symbol={quote(name)}")).json == []
