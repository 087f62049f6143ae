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


RESTING = {
    "symbol": "BTCUSDT",
    "status": "NEW",
    "clientOrderId": "mine-1",
    "price": "50000.00000000",
    "avgPrice": "0.00",
    "origQty": "0.01000000",
    "executedQty": "0.00000000",
    "cumQuote": "0.00000000",
    "timeInForce": "GTC",
    "type": "STOP",
    "origType": "STOP",
    "reduceOnly": True,
    "closePosition": False,
    "side": "SELL",
    "positionSide": "LONG",
    "stopPrice": "51000.50000000",
    "workingType": "MARK_PRICE",
    "time": 1_780_000_000_000,
    "updateTime": 1_780_000_000_000,
}


async def test_a_resting_order_tells_what_was_asked_for(exchange: Any) -> None:
    asked = (
        "symbol=BTCUSDT&side=SELL&type=STOP&quantity=0.01&price=50000&stopPrice=51000.5&positionSide=LONG"
        "&newClientOrderId=mine-1&reduceOnly=true&workingType=MARK_PRICE"
    )
    told = (await exchange.signed("POST", "/fapi/v1/order", asked)).json
    number = told.pop("orderId")
    assert list(told.items()) == list(RESTING.items()), "as Binance shows it, in its order"
    query = f"symbol=BTCUSDT&orderId={number}"
    assert (await exchange.signed("GET", "/fapi/v1/order", query)).json == {"orderId": number} | RESTING


@pytest.mark.parametrize(
    ("prefix", "symbol", "average", "total"),
    [
        ("/fapi", "BTCUSDT", "60000.00000000", "1200.00000000"),  # the market stands at 60000: 0.02 * 60000
        ("/dapi", "BTCUSD_PERP", "1.00000000", "0.02000000"),  # contracts in the coin have no price here
    ],
)
async def test_a_market_order_is_filled_at_the_market(
    exchange: Any, prefix: str, symbol: str, average: str, total: str
) -> None:
    asked = f"symbol={symbol}&side=BUY&type=MARKET&quantity=0.02"
    told = (await exchange.signed("POST", f"{prefix}/v1/order", asked)).json
    number = told.pop("orderId")
    assert list(told.items()) == list(
        (
            RESTING
            | {
                "symbol": symbol,
                "status": "FILLED",
                "clientOrderId": f"sandbox{number}",
                "price": "0.00000000",
                "avgPrice": average,
                "origQty": "0.02000000",
                "executedQty": "0.02000000",
                "cumQuote": total,
                "type": "MARKET",
                "origType": "MARKET",
                "reduceOnly": False,
                "side": "BUY",
                "positionSide": "BOTH",
                "stopPrice": "0.00000000",
                "workingType": "CONTRACT_PRICE",
            }
        ).items()
    )


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("LIMIT", "timeInForce=GTC&quantity=1", -1102),
        ("MARKET", "price=1", -1102),
        ("STOP", "quantity=1&price=1", -1102),
        ("STOP_MARKET", "quantity=1", -1102),
        ("TRAILING_STOP_MARKET", "quantity=1", -1102),
        ("LIMIT", "timeInForce=GTC&quantity=0&price=0.123456789", -1111),  # precision before amount
        ("LIMIT", "timeInForce=GTC&quantity=0.123456789", -1102),  # what is missing before what is wrong
        ("STOP_MARKET", "stopPrice=1.123456789", -1111),
        ("STOP_MARKET", "stopPrice=1", None),
        ("STOP_MARKET", "stopPrice=1.12345678", None),
    ],
)
async def test_each_type_needs_its_own_parameters(
    exchange: Any, kind: str, given: str, code: int | None
) -> None:
    asked = f"symbol=BTCUSDT&side=BUY&type={kind}&{given}"
    assert (await exchange.signed("POST", "/fapi/v1/order", asked)).code == code
