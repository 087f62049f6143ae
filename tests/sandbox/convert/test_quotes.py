"""Convert: what is accepted moves what the quote says, once and in time."""

from decimal import Decimal
from typing import Any

import pytest

QUOTE, ACCEPT = "/sapi/v1/convert/getQuote", "/sapi/v1/convert/acceptQuote"
LIMIT = "/sapi/v1/convert/limit/placeOrder"


@pytest.mark.parametrize("family", ["/sapi", "/fapi"])
@pytest.mark.parametrize(
    ("query", "given", "taken"),
    [
        ("fromAsset=BTC&toAsset=USDT&fromAmount=0.5", "0.5", "30000"),
        ("fromAsset=BTC&toAsset=USDT&toAmount=30000", "0.5", "30000"),
        ("fromAsset=USDT&toAsset=ETH&fromAmount=1500", "1500", "0.5"),
        ("fromAsset=BTC&toAsset=ETH&fromAmount=1", "1", "20"),
    ],
)
async def test_a_quote_is_accepted_once(
    exchange: Any, family: str, query: str, given: str, taken: str
) -> None:
    quote = (await exchange.signed("POST", QUOTE.replace("/sapi", family), query)).json
    assert (Decimal(quote["fromAmount"]), Decimal(quote["toAmount"])) == (Decimal(given), Decimal(taken))
    assert exchange.sandbox.executed == [], "a quote binds nobody"
    accept = ACCEPT.replace("/sapi", family)
    assert (await exchange.signed("POST", accept, f"quoteId={quote['quoteId']}")).status == 200
    assert (await exchange.signed("POST", accept, f"quoteId={quote['quoteId']}")).code == -1130
    (entry,) = exchange.sandbox.executed
    assert (entry.product, entry.operation) == ("convert", f"POST {accept}")
    assert (entry.amount, entry.quote_value) == (Decimal(given), Decimal(taken))
    assert [entry.coin, entry.to_coin] == query.replace("=", "&").split("&")[1:4:2]


async def test_a_quote_grows_old(exchange: Any) -> None:
    query = "fromAsset=BTC&toAsset=USDT&fromAmount=0.5"
    quick = (await exchange.signed("POST", QUOTE, query)).json["quoteId"]
    slow = (await exchange.signed("POST", QUOTE, query + "&validTime=1m")).json["quoteId"]
    exchange.sandbox.clock_shift_ms = 10_001
    assert (await exchange.signed("POST", ACCEPT, f"quoteId={quick}")).code == -1130
    assert (await exchange.signed("POST", ACCEPT, f"quoteId={slow}")).status == 200


async def test_nobody_gives_more_than_is_held(exchange: Any) -> None:
    quote = (await exchange.signed("POST", QUOTE, "fromAsset=BTC&toAsset=USDT&fromAmount=50")).json["quoteId"]
    assert (await exchange.signed("POST", ACCEPT, f"quoteId={quote}")).code == -2010
    assert exchange.sandbox.executed == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("fromAsset=BTC&toAsset=USDT", -1102),
        ("fromAsset=BTC&toAsset=USDT&fromAmount=1&toAmount=1", -1106),
        ("fromAsset=BTC&toAsset=NOSUCH&fromAmount=1", -1121),
        ("fromAsset=BTC&toAsset=BTC&fromAmount=1", -1121),
        ("fromAsset=BTC&toAsset=USDT&fromAmount=0", -1102),
        ("fromAsset=BTC&toAsset=USDT&fromAmount=1&validTime=1h", -1130),
    ],
)
async def test_wrong_quotes(exchange: Any, query: str, code: int) -> None:
    assert (await exchange.signed("POST", QUOTE, query)).code == code


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("side=BUY&baseAmount=0.5", ("0.5", "25000", "USDT", "25000")),
        ("side=SELL&baseAmount=0.5", ("0.5", "25000", "BTC", "0.5")),
        ("side=BUY&quoteAmount=25000", ("0.5", "25000", "USDT", "25000")),
    ],
)
async def test_a_limit_order_rests(exchange: Any, query: str, told: tuple[str, str, str, str]) -> None:
    asked = f"baseAsset=BTC&quoteAsset=USDT&limitPrice=50000&expiredType=1_D&{query}"
    assert (await exchange.signed("POST", LIMIT, asked)).json["status"] == "PROCESS"
    (entry,) = exchange.sandbox.executed
    quantity, value, coin, gives = told
    assert (entry.status, entry.symbol, entry.price) == ("NEW", "BTCUSDT", 50_000)
    assert (entry.base_quantity, entry.quote_value) == (Decimal(quantity), Decimal(value))
    assert (entry.coin, entry.amount) == (coin, Decimal(gives))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", -1102),
        ("&baseAmount=1&quoteAmount=1", -1106),
        ("&baseAmount=0", -1102),
        ("&baseAmount=1&side=BUY", -1101),
    ],
)
async def test_wrong_limit_orders(exchange: Any, more: str, code: int) -> None:
    asked = f"baseAsset=BTC&quoteAsset=USDT&limitPrice=50000&expiredType=1_D&side=BUY{more}"
    assert (await exchange.signed("POST", LIMIT, asked)).code == code
    assert exchange.sandbox.executed == []


async def test_the_pairs_are_listed(exchange: Any) -> None:
    query = "fromAsset=BTC&toAsset=USDT"
    (pair,) = (await exchange.send("GET", f"/sapi/v1/convert/exchangeInfo?{query}")).json
    assert (pair["fromAsset"], pair["toAsset"]) == ("BTC", "USDT")
