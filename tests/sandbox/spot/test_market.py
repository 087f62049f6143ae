"""Public data: consistent with itself and with the filters the orders are judged by."""

from decimal import Decimal
from typing import Any

import pytest


async def _get(exchange: Any, target: str) -> Any:
    answer = await exchange.send("GET", f"/api/v3/{target}", api_key=None)
    assert answer.status == 200, answer
    return answer.json


async def test_exchange_info_lists_the_symbols_and_limits(exchange: Any) -> None:
    info = await _get(exchange, "exchangeInfo")
    assert {entry["symbol"] for entry in info["symbols"]} == set(exchange.sandbox.symbols)
    assert {(entry["rateLimitType"], entry["interval"], entry["limit"]) for entry in info["rateLimits"]} >= {
        ("REQUEST_WEIGHT", "MINUTE", 6000),
        ("ORDERS", "DAY", 160_000),
    }
    two = await _get(exchange, "exchangeInfo?symbols=%5B%22BTCUSDT%22,%22ETHUSDT%22%5D")
    assert [entry["symbol"] for entry in two["symbols"]] == ["BTCUSDT", "ETHUSDT"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("symbol=NOSUCH", -1121),
        ("symbols=%5B%22NOSUCH%22%5D", -1121),
        ("symbols=%5B'BTCUSDT'%5D", -1100),
        ("symbols=%22BTCUSDT%22", -1121),
        ("symbol=BTCUSDT&symbols=%5B%22BTCUSDT%22%5D", -1128),
    ],
)
async def test_wrong_symbols(exchange: Any, query: str, code: int) -> None:
    assert (await exchange.send("GET", f"/api/v3/exchangeInfo?{query}")).code == code


@pytest.mark.parametrize("path", ["ticker/price", "ticker/24hr", "ticker/bookTicker"])
async def test_one_symbol_gives_an_object_and_none_a_list(exchange: Any, path: str) -> None:
    assert (await _get(exchange, f"{path}?symbol=BTCUSDT"))["symbol"] == "BTCUSDT"
    assert len(await _get(exchange, path)) == len(exchange.sandbox.symbols)


async def test_bid_and_ask_agree_everywhere_and_with_fills(exchange: Any) -> None:
    book = await _get(exchange, "depth?symbol=BTCUSDT&limit=5")
    ticker = await _get(exchange, "ticker/bookTicker?symbol=BTCUSDT")
    assert [len(book["bids"]), len(book["asks"])] == [5, 5]
    assert (book["bids"][0][0], book["asks"][0][0]) == (ticker["bidPrice"], ticker["askPrice"])
    assert Decimal(ticker["bidPrice"]) < Decimal(ticker["askPrice"])
    for side, price in (("BUY", ticker["askPrice"]), ("SELL", ticker["bidPrice"])):
        told = await exchange.signed(
            "POST", "/api/v3/order", f"symbol=BTCUSDT&side={side}&type=MARKET&quantity=0.01"
        )
        assert told.json["fills"][0]["price"] == price


@pytest.mark.parametrize(("interval", "length"), [("1m", 60_000), ("1h", 3_600_000), ("1d", 86_400_000)])
async def test_candles_are_aligned_and_the_last_is_open(exchange: Any, interval: str, length: int) -> None:
    candles = await _get(exchange, f"klines?symbol=BTCUSDT&interval={interval}&limit=3")
    now = exchange.sandbox.now_ms()
    assert [candle[0] % length for candle in candles] == [0, 0, 0]
    assert [candle[6] - candle[0] for candle in candles] == [length - 1] * 3
    assert candles[-1][0] <= now <= candles[-1][6]
    first = candles[0][0]
    since = await _get(exchange, f"klines?symbol=BTCUSDT&interval={interval}&startTime={first + 1}&limit=1")
    assert since[0][0] == first + length


@pytest.mark.parametrize("path", ["trades", "historicalTrades", "aggTrades"])
async def test_trades_are_in_order_of_time(exchange: Any, path: str) -> None:
    trades = await _get(exchange, f"{path}?symbol=BTCUSDT&limit=4")
    times = [trade.get("time", trade.get("T")) for trade in trades]
    assert len(times) == 4
    assert times == sorted(times)
    assert times[-1] <= exchange.sandbox.now_ms()


async def test_the_filters_of_a_symbol_are_shown_as_binance_shows_them(exchange: Any) -> None:
    (listing,) = (await _get(exchange, "exchangeInfo?symbol=XRPUSDT"))["symbols"]
    assert listing["filters"] == [
        {"filterType": "PRICE_FILTER", "minPrice": "0.00010000", "maxPrice": "1000000.00000000",
         "tickSize": "0.00010000"},
        {"filterType": "LOT_SIZE", "minQty": "1.00000000", "maxQty": "9000000.00000000",
         "stepSize": "1.00000000"},
        {"filterType": "ICEBERG_PARTS", "limit": 10},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": "9000000.00000000",
         "stepSize": "0.00000000"},
        {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5", "bidMultiplierDown": "0.2",
         "askMultiplierUp": "5", "askMultiplierDown": "0.2", "avgPriceMins": 5},
        {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": True,
         "maxNotional": "9000000.00000000", "applyMaxToMarket": False, "avgPriceMins": 5},
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
    ]  # fmt: skip
