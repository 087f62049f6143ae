"""`/fapi` and `/dapi`: orders, account, public data."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"


@pytest.mark.parametrize(("prefix", "symbol"), [("/fapi", "BTCUSDT"), ("/dapi", "BTCUSD_PERP")])
async def test_an_order_is_placed_found_and_cancelled_once(exchange: Any, prefix: str, symbol: str) -> None:
    path = f"{prefix}/v1/order"
    told = (
        await exchange.signed("POST", path, form=LIMIT.replace("BTCUSDT", symbol).replace("0.01", "1"))
    ).json
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
    "price": "70000.00000000",
    "avgPrice": "0.00",
    "origQty": "0.01000000",
    "executedQty": "0.00000000",
    "cumQuote": "0.00000000",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "origType": "LIMIT",
    "reduceOnly": True,
    "closePosition": False,
    "side": "SELL",
    "positionSide": "BOTH",
    "stopPrice": "0.00000000",
    "workingType": "MARK_PRICE",
    "time": 1_780_000_000_000,
    "updateTime": 1_780_000_000_000,
}


async def test_a_resting_order_tells_what_was_asked_for(exchange: Any) -> None:
    exchange.sandbox.account().futures.positions["BTCUSDT", "BOTH"] = Decimal(1)
    asked = (
        "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.01&price=70000&positionSide=BOTH"
        "&newClientOrderId=mine-1&reduceOnly=true&workingType=MARK_PRICE"
    )
    told = (await exchange.signed("POST", "/fapi/v1/order", asked)).json
    number = told.pop("orderId")
    assert list(told.items()) == list(RESTING.items()), "as Binance shows it, in its order"
    query = f"symbol=BTCUSDT&orderId={number}"
    assert (await exchange.signed("GET", "/fapi/v1/order", query)).json == {"orderId": number} | RESTING


async def test_a_market_order_is_filled_at_the_market(exchange: Any) -> None:
    asked = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.02"
    told = (await exchange.signed("POST", "/fapi/v1/order", asked)).json
    number = told.pop("orderId")
    filled = {
        "status": "FILLED",
        "clientOrderId": f"sandbox{number}",
        "price": "0.00000000",
        "avgPrice": "60000.00000000",
        "origQty": "0.02000000",
        "executedQty": "0.02000000",
        "cumQuote": "1200.00000000",
        "type": "MARKET",
        "origType": "MARKET",
        "reduceOnly": False,
        "side": "BUY",
        "workingType": "CONTRACT_PRICE",
    }
    assert list(told.items()) == list((RESTING | filled).items())


async def test_coin_m_counts_in_contracts(exchange: Any) -> None:
    """Five contracts of 100 USD at 60000 USD a coin."""
    asked = "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=5"
    told = (await exchange.signed("POST", "/dapi/v1/order", asked)).json
    assert (told["executedQty"], told["avgPrice"], told["cumBase"]) == (
        "5.00000000",
        "60000.00000000",
        "0.00833333",
    )
    assert "cumQuote" not in told
    (entry,) = exchange.sandbox.executed
    assert (entry.product, entry.contracts, entry.contract_size, entry.contract_coin) == (
        "coinm",
        5,
        100,
        "USD",
    )
    assert (entry.quote_value, entry.quote_coin, entry.price) == (500, "USD", 60_000)
    assert f"{entry.base_quantity:.8f}" == "0.00833333"
    assert (await exchange.signed("POST", "/dapi/v1/order", asked.replace("=5", "=0.5"))).code == -1111


async def test_contract_sizes_stand_in_the_exchange_info(exchange: Any) -> None:
    listed = (await exchange.send("GET", "/dapi/v1/exchangeInfo")).json["symbols"]
    sizes = {entry["symbol"]: entry["contractSize"] for entry in listed}
    assert (sizes["BTCUSD_PERP"], sizes["ETHUSD_PERP"], sizes["DOGEUSD_PERP"]) == (100, 10, 10)


@pytest.mark.parametrize(
    ("path", "symbol"), [("/fapi/v1/order", "BTCUSD_PERP"), ("/dapi/v1/order", "BTCUSDT")]
)
async def test_a_contract_of_the_other_product_is_unknown(exchange: Any, path: str, symbol: str) -> None:
    asked = f"symbol={symbol}&side=BUY&type=MARKET&quantity=1"
    assert (await exchange.signed("POST", path, asked)).code == -1121


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("LIMIT", "timeInForce=GTC&quantity=1", -1102),
        ("LIMIT", "price=1&quantity=1", -1102),
        ("LIMIT", "timeInForce=GTD&price=1&quantity=1", -1102),
        ("LIMIT", "timeInForce=GTD&price=1&quantity=1&goodTillDate=1780000900000", None),
        ("LIMIT", "timeInForce=GTC&quantity=1&priceMatch=QUEUE", None),
        ("LIMIT", "timeInForce=GTC&quantity=1&priceMatch=QUEUE&price=1", -1106),
        ("LIMIT", "timeInForce=GTC&quantity=1&priceMatch=BEST", -1130),
        ("LIMIT", "timeInForce=GTC&quantity=1&price=1&positionSide=LONG", -4061),
        ("MARKET", "price=1", -1102),
        ("LIMIT", "timeInForce=GTC&quantity=0&price=0.123456789", -1111),  # precision before amount
        ("LIMIT", "timeInForce=GTC&quantity=0.123456789", -1102),  # what is missing before what is wrong
        # Moved to algoOrder.
        ("STOP", "quantity=1&price=1&stopPrice=1", -4120),
        ("STOP_MARKET", "stopPrice=1&closePosition=true", -4120),
        ("TAKE_PROFIT", "quantity=1&price=1&stopPrice=1", -4120),
        ("TAKE_PROFIT_MARKET", "quantity=1&stopPrice=1", -4120),
        ("TRAILING_STOP_MARKET", "quantity=1&callbackRate=1", -4120),
    ],
)
@pytest.mark.parametrize(("prefix", "symbol"), [("/fapi", "BTCUSDT"), ("/dapi", "BTCUSD_PERP")])
async def test_each_type_needs_its_own_parameters(
    exchange: Any, prefix: str, symbol: str, kind: str, given: str, code: int | None
) -> None:
    asked = f"symbol={symbol}&side=BUY&type={kind}&{given}"
    assert (await exchange.signed("POST", f"{prefix}/v1/order", asked)).code == code
    assert bool(exchange.sandbox.executed) is (code is None)


@pytest.mark.parametrize(
    ("prefix", "symbol", "quantity"), [("/fapi", "BTCUSDT", "0.02"), ("/dapi", "BTCUSD_PERP", "7")]
)
async def test_an_order_can_be_changed_and_counts_anew(
    exchange: Any, prefix: str, symbol: str, quantity: str
) -> None:
    path = f"{prefix}/v1/order"
    placed = await exchange.signed("POST", path, LIMIT.replace("BTCUSDT", symbol).replace("0.01", "1"))
    same = f"symbol={symbol}&side=BUY&orderId={placed.json['orderId']}&price=50000&quantity=1"
    assert (await exchange.signed("PUT", path, same)).code == -5027
    more = same.replace("quantity=1", f"quantity={quantity}").replace("50000", "51000")
    told = await exchange.signed("PUT", path, more.replace("BUY", "SELL"))
    assert (told.json["origQty"], told.json["price"]) == (f"{Decimal(quantity):.8f}", "51000.00000000")
    assert told.json["side"] == "BUY", "an order keeps its side"
    first, second = exchange.sandbox.executed
    assert (first.order_id, first.operation) == (second.order_id, f"POST {path}")
    assert second.operation == f"PUT {path}", "whoever changed it last answers for it"
    size = Decimal(1) if prefix == "/fapi" else Decimal(100)
    assert second.quote_value == Decimal(quantity) * (51_000 if size == 1 else size)
    assert (await exchange.signed("PUT", path, more + "&priceMatch=QUEUE")).code == -1106
    assert (await exchange.signed("PUT", path, more.replace("51000", "70000"))).json["status"] == "FILLED"
    assert exchange.sandbox.executed[-1].price == 60_000
    assert (await exchange.signed("PUT", path, more)).code == -2013
    assert (await exchange.signed("PUT", path, more.replace("&price=51000", ""))).code == -1102


@pytest.mark.parametrize(("prefix", "symbol"), [("/fapi", "BTCUSDT"), ("/dapi", "BTCUSD_PERP")])
async def test_the_tickers_follow_the_spot_price_until_they_have_one_of_their_own(
    exchange: Any, prefix: str, symbol: str
) -> None:
    async def ticker(name: str) -> Any:
        told = (await exchange.send("GET", f"{prefix}/v1/ticker/{name}?symbol={symbol}")).json
        return told[0] if prefix == "/dapi" else told

    assert (await ticker("price"))["price"] == "60000.00000000"
    exchange.sandbox.prices["BTCUSDT"] = Decimal(61_000)
    book = await ticker("bookTicker")
    assert (book["bidPrice"], book["askPrice"]) == ("60999.99000000", "61000.00000000")
    exchange.sandbox.contract_prices[symbol] = Decimal(62_000)
    assert (await ticker("price"))["price"] == "62000.00000000"
    assert (await exchange.send("GET", f"{prefix}/v1/ticker/bookTicker?symbol=NOSUCH")).code == -1121
    assert len((await exchange.send("GET", f"{prefix}/v1/ticker/bookTicker")).json) > 5
    assert (await exchange.send("GET", "/api/v3/ticker/bookTicker?symbol=BTCUSDT")).json["askPrice"][
        :5
    ] == "61000"


async def test_a_pair_of_coin_m_names_its_contracts(exchange: Any) -> None:
    told = (await exchange.send("GET", "/dapi/v1/ticker/price?pair=ETHUSD")).json
    assert [entry["symbol"] for entry in told] == ["ETHUSD_PERP"]


async def test_the_two_books_are_told_apart(exchange: Any) -> None:
    await exchange.signed("POST", "/fapi/v1/order", LIMIT)
    assert (await exchange.signed("GET", "/dapi/v1/openOrders")).json == []
    cancelled = await exchange.signed("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT")
    assert cancelled.json["code"] == 200
    assert (await exchange.signed("GET", "/fapi/v1/openOrders")).json == []


async def test_the_position_mode_is_one_for_both_products(exchange: Any) -> None:
    path = "/v1/positionSide/dual"
    wanted = "dualSidePosition=true"
    await exchange.signed("POST", "/fapi/v1/order", LIMIT)
    assert (await exchange.signed("POST", f"/dapi{path}", wanted)).code == -4067
    await exchange.signed("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT")
    exchange.sandbox.account().futures.positions["BTCUSDT", "BOTH"] = Decimal(1)
    assert (await exchange.signed("POST", f"/dapi{path}", wanted)).code == -4068
    exchange.sandbox.account().futures.positions.clear()
    assert (await exchange.signed("POST", f"/dapi{path}", wanted)).status == 200
    assert (await exchange.signed("GET", f"/fapi{path}")).json == {"dualSidePosition": True}
    assert (await exchange.signed("POST", f"/fapi{path}", wanted)).code == -4059
    assert (await exchange.signed("POST", "/fapi/v1/order", LIMIT)).code == -4061
    assert (await exchange.signed("POST", "/fapi/v1/order", LIMIT + "&positionSide=LONG")).status == 200
    only = LIMIT + "&positionSide=LONG&reduceOnly=true"
    assert (await exchange.signed("POST", "/fapi/v1/order", only)).code == -1106


async def test_margin_of_a_position_moves_and_is_written(exchange: Any) -> None:
    path, wanted = "/fapi/v1/positionMargin", "symbol=BTCUSDT&amount=25&type="
    assert (await exchange.signed("POST", path, wanted + "2")).code == -4051
    exchange.sandbox.account().futures.positions["BTCUSDT", "BOTH"] = Decimal(1)
    for kind in "12":
        assert (await exchange.signed("POST", path, wanted + kind)).json["type"] == int(kind)
    assert (await exchange.signed("POST", path, wanted + "3")).status == 400
    ends = [(entry.coin, entry.amount, entry.source, entry.recipient) for entry in exchange.sandbox.executed]
    assert ends == [("USDT", 25, "wallet", "position"), ("USDT", 25, "position", "wallet")]
    (held,) = (await exchange.signed("GET", "/fapi/v3/positionRisk")).json
    assert (held["positionAmt"], held["notional"]) == ("1.00000000", "60000.00000000")


async def test_settings_are_written(exchange: Any) -> None:
    await exchange.signed("POST", "/dapi/v1/leverage", "symbol=BTCUSD_PERP&leverage=10")
    await exchange.signed("POST", "/fapi/v1/countdownCancelAll", "symbol=BTCUSDT&countdownTime=0")
    told = [(entry.product, entry.deed, entry.symbol, entry.note) for entry in exchange.sandbox.executed]
    assert told == [
        ("coinm", "setting", "BTCUSD_PERP", "leverage 10"),
        ("usdm", "setting", "BTCUSDT", "countdownTime 0"),
    ]
