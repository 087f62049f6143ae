"""Orders over HTTP: balances move, fills are told, cancels give the funds back."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from proxy.sandbox import move_price

ORDER = "/api/v3/order"
LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"


async def _balance(exchange: Any, asset: str) -> tuple[Decimal, Decimal]:
    told = (await exchange.signed("GET", "/api/v3/account")).json["balances"]
    held = next(entry for entry in told if entry["asset"] == asset)
    return Decimal(held["free"]), Decimal(held["locked"])


async def _place(exchange: Any, query: str) -> Any:
    answer = await exchange.signed("POST", ORDER, query)
    assert answer.status == 200, answer
    return answer.json


async def test_a_market_order_fills_at_once_and_pays_a_thousandth(exchange: Any) -> None:
    told = await _place(exchange, "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01")
    assert (told["status"], told["cummulativeQuoteQty"]) == ("FILLED", "600.00000000")
    (fill,) = told["fills"]
    assert (fill["commission"], fill["commissionAsset"]) == ("0.00001000", "BTC")
    assert await _balance(exchange, "USDT") == (Decimal(99400), Decimal(0))
    assert await _balance(exchange, "BTC") == (Decimal("2.00999"), Decimal(0))


async def test_a_market_order_by_quote_amount_buys_whole_steps(exchange: Any) -> None:
    told = await _place(exchange, "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=100")
    assert (told["executedQty"], told["cummulativeQuoteQty"]) == ("0.00166000", "99.60000000")
    assert await _balance(exchange, "USDT") == (Decimal("99900.4"), Decimal(0))


async def test_a_resting_order_locks_its_funds_until_it_is_cancelled(exchange: Any) -> None:
    told = await _place(exchange, LIMIT)
    assert (told["status"], told["fills"]) == ("NEW", [])
    assert await _balance(exchange, "USDT") == (Decimal(99500), Decimal(500))
    cancelled = await exchange.signed("DELETE", ORDER, f"symbol=BTCUSDT&orderId={told['orderId']}")
    assert (cancelled.json["status"], cancelled.json["origClientOrderId"]) == (
        "CANCELED",
        told["clientOrderId"],
    )
    assert await _balance(exchange, "USDT") == (Decimal(100_000), Decimal(0))
    again = await exchange.signed("DELETE", ORDER, f"symbol=BTCUSDT&orderId={told['orderId']}")
    assert again.json == {"code": -2011, "msg": "Unknown order sent."}


async def test_a_limit_order_that_crosses_fills_at_the_better_price(exchange: Any) -> None:
    told = await _place(exchange, LIMIT.replace("50000", "61000"))
    assert (told["status"], told["cummulativeQuoteQty"]) == ("FILLED", "600.00000000")
    assert await _balance(exchange, "USDT") == (Decimal(99400), Decimal(0))


@pytest.mark.parametrize("time_in_force", ["IOC", "FOK"])
async def test_what_may_not_rest_expires(exchange: Any, time_in_force: str) -> None:
    assert (await _place(exchange, LIMIT.replace("GTC", time_in_force)))["status"] == "EXPIRED"
    assert await _balance(exchange, "USDT") == (Decimal(100_000), Decimal(0))


@pytest.mark.parametrize(
    ("query", "msg"),
    [
        (LIMIT.replace("0.01", "100"), "Account has insufficient balance for requested action."),
        (
            "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=3",
            "Account has insufficient balance for requested action.",
        ),
        (
            "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=0.01&price=60000",
            "Order would immediately match and take.",
        ),
    ],
)
async def test_the_engine_refuses_with_2010(exchange: Any, query: str, msg: str) -> None:
    answer = await exchange.signed("POST", ORDER, query)
    assert (answer.status, answer.json) == (400, {"code": -2010, "msg": msg})
    assert (await exchange.signed("GET", "/api/v3/openOrders")).json == []


async def test_a_client_id_is_free_again_once_its_order_is_done(exchange: Any) -> None:
    query = LIMIT + "&newClientOrderId=mine"
    await _place(exchange, query)
    duplicate = await exchange.signed("POST", ORDER, query)
    assert duplicate.json == {"code": -2010, "msg": "Duplicate order sent."}
    await exchange.signed("DELETE", ORDER, "symbol=BTCUSDT&origClientOrderId=mine")
    await _place(exchange, query)


async def test_an_order_is_found_by_either_id_and_only_under_its_symbol(exchange: Any) -> None:
    told = await _place(exchange, LIMIT + "&newClientOrderId=mine")
    for query in (
        f"orderId={told['orderId']}",
        "origClientOrderId=mine",
        f"orderId={told['orderId']}&origClientOrderId=mine",
    ):
        assert (await exchange.signed("GET", ORDER, f"symbol=BTCUSDT&{query}")).json["orderId"] == told[
            "orderId"
        ]
    elsewhere = await exchange.signed("GET", ORDER, f"symbol=ETHUSDT&orderId={told['orderId']}")
    assert elsewhere.json == {"code": -2013, "msg": "Order does not exist."}
    assert (await exchange.signed("GET", ORDER, "symbol=BTCUSDT")).code == -1102


@pytest.mark.parametrize(
    ("wanted", "present", "absent"),
    [("ACK", "orderId", "status"), ("RESULT", "status", "fills"), ("FULL", "fills", "nothing")],
)
async def test_response_types(exchange: Any, wanted: str, present: str, absent: str) -> None:
    told = await _place(exchange, f"{LIMIT}&newOrderRespType={wanted}")
    assert present in told
    assert absent not in told


async def test_open_orders_all_orders_and_cancel_all(exchange: Any) -> None:
    for symbol, price in (("BTCUSDT", 50000), ("BTCUSDT", 51000), ("ETHUSDT", 2000)):
        await _place(exchange, LIMIT.replace("BTCUSDT", symbol).replace("50000", str(price)))
    assert len((await exchange.signed("GET", "/api/v3/openOrders")).json) == 3
    assert len((await exchange.signed("GET", "/api/v3/openOrders", "symbol=BTCUSDT")).json) == 2
    cancelled = await exchange.signed("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT")
    assert [order["status"] for order in cancelled.json] == ["CANCELED", "CANCELED"]
    assert (await exchange.signed("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT")).code == -2011
    assert len((await exchange.signed("GET", "/api/v3/openOrders")).json) == 1
    newest = await exchange.signed("GET", "/api/v3/allOrders", "symbol=BTCUSDT&limit=1")
    assert [order["price"] for order in newest.json] == ["51000.00000000"]
    assert len((await exchange.signed("GET", "/api/v3/allOrders", "symbol=BTCUSDT&limit=0")).json) == 1


async def test_cancel_replace_tells_both_halves_apart(exchange: Any) -> None:
    first = await _place(exchange, LIMIT)
    path, new = f"{ORDER}/cancelReplace", LIMIT.replace("50000", "51000")
    good = await exchange.signed(
        "POST", path, f"{new}&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId={first['orderId']}"
    )
    assert (good.status, good.json["cancelResult"], good.json["newOrderResult"]) == (
        200,
        "SUCCESS",
        "SUCCESS",
    )
    stopped = await exchange.signed("POST", path, f"{new}&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1")
    assert (stopped.status, stopped.code) == (400, -2022)
    assert stopped.json["data"]["newOrderResult"] == "NOT_ATTEMPTED"
    partly = await exchange.signed("POST", path, f"{new}&cancelReplaceMode=ALLOW_FAILURE&cancelOrderId=1")
    assert (partly.status, partly.code) == (409, -2021)
    assert partly.json["data"]["newOrderResponse"]["status"] == "NEW"


async def test_an_amended_order_keeps_its_id_and_frees_funds(exchange: Any) -> None:
    order_id = (await _place(exchange, LIMIT))["orderId"]
    path = f"{ORDER}/amend/keepPriority"
    amended = await exchange.signed("PUT", path, f"symbol=BTCUSDT&orderId={order_id}&newQty=0.004")
    assert (amended.json["amendedOrder"]["orderId"], amended.json["amendedOrder"]["qty"]) == (
        order_id,
        "0.00400000",
    )
    assert await _balance(exchange, "USDT") == (Decimal(99_800), Decimal(200))
    more = await exchange.signed("PUT", path, f"symbol=BTCUSDT&orderId={order_id}&newQty=0.01")
    assert more.code == -2038


async def test_a_moved_price_fills_resting_orders_and_triggers_stops(exchange: Any) -> None:
    limit = (await _place(exchange, LIMIT))["orderId"]
    stop = (await _place(exchange, "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=0.01&stopPrice=55000"))[
        "orderId"
    ]
    move_price(exchange.sandbox, "BTCUSDT", Decimal(56000), exchange.sandbox.now_ms())
    assert len((await exchange.signed("GET", "/api/v3/openOrders")).json) == 2
    move_price(exchange.sandbox, "BTCUSDT", Decimal(50000), exchange.sandbox.now_ms())
    trades = (await exchange.signed("GET", "/api/v3/myTrades", "symbol=BTCUSDT")).json
    assert {(trade["orderId"], trade["price"], trade["isMaker"]) for trade in trades} == {
        (limit, "50000.00000000", True),
        (stop, "49999.99000000", False),
    }
    assert await _balance(exchange, "USDT") == (
        Decimal(100_000) - 500 + Decimal("499.9999") * Decimal("0.999"),
        Decimal(0),
    )


async def test_accounts_do_not_see_each_other(exchange: Any) -> None:
    (key,) = exchange.sandbox.keys.values()
    exchange.sandbox.add_key(replace(key, api_key="o" * 64, account="other"))
    await _place(exchange, LIMIT)
    other = await exchange.signed("GET", "/api/v3/openOrders", api_key="o" * 64)
    assert other.json == []
    uids = {
        (await exchange.signed("GET", "/api/v3/account", api_key=name)).json["uid"]
        for name in exchange.sandbox.keys
    }
    assert len(uids) == 2


async def test_a_stop_whose_price_ran_away_from_the_funds_expires(exchange: Any) -> None:
    query = "symbol=BTCUSDT&side=BUY&type=STOP_LOSS&quantity=1.5&stopPrice=65000"
    order_id = (await _place(exchange, query))["orderId"]
    move_price(exchange.sandbox, "BTCUSDT", Decimal(90000), 1)
    told = await exchange.signed("GET", ORDER, f"symbol=BTCUSDT&orderId={order_id}")
    assert told.json["status"] == "EXPIRED"
    assert await _balance(exchange, "USDT") == (Decimal(100_000), Decimal(0))


@pytest.mark.parametrize(
    ("query", "price", "status"),
    [
        # The market's best bid is 59999.99, the best ask 60000.
        ("side=BUY&type=LIMIT_MAKER&pegPriceType=PRIMARY_PEG", "59999.99", "NEW"),
        ("side=SELL&type=LIMIT_MAKER&pegPriceType=PRIMARY_PEG", "60000", "NEW"),
        ("side=BUY&type=LIMIT&timeInForce=GTC&pegPriceType=MARKET_PEG", "60000", "FILLED"),
        ("side=BUY&type=LIMIT&timeInForce=GTC&pegPriceType=PRIMARY_PEG&pegOffsetType=PRICE_LEVEL&pegOffsetValue=4",
         "59999.95", "NEW"),
        # A hundred basis points are one percent.
        ("side=SELL&type=STOP_LOSS&trailingDelta=100", "59400", "NEW"),
        ("side=BUY&type=STOP_LOSS&trailingDelta=100", "60600", "NEW"),
        ("side=BUY&type=TAKE_PROFIT&trailingDelta=100", "59400", "NEW"),
    ],
)  # fmt: skip
async def test_pegs_and_trails_stand_still_at_their_first_price(
    exchange: Any, query: str, price: str, status: str
) -> None:
    await _place(exchange, f"symbol=BTCUSDT&quantity=0.01&{query}")
    (entry,) = exchange.sandbox.executed
    assert (entry.price, entry.status) == (Decimal(price), status)


@pytest.mark.parametrize(
    "query",
    ["type=LIMIT&timeInForce=GTC&price=50000", "type=MARKET", "type=LIMIT_MAKER&price=50000"],
)
async def test_a_trail_on_what_is_no_stop_is_refused(exchange: Any, query: str) -> None:
    asked = f"symbol=BTCUSDT&side=BUY&quantity=0.01&trailingDelta=100&{query}"
    assert (await exchange.signed("POST", ORDER, asked)).code == -1106


async def test_smart_routing_fills_like_any_order(exchange: Any) -> None:
    path, market = "/api/v3/sor/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.01"
    told = (await exchange.signed("POST", path, market)).json
    assert (told["status"], told["usedSor"], told["cummulativeQuoteQty"]) == ("FILLED", True, "600.00000000")
    (entry,) = exchange.sandbox.executed
    assert (entry.operation, entry.quote_value) == (f"POST {path}", 600)
    assert (await exchange.signed("POST", path, market.replace("MARKET", "STOP_LOSS"))).code == -1116
    assert (await exchange.signed("POST", path, market + "&quoteOrderQty=5")).code == -1104
    assert (await exchange.signed("POST", path, market.replace("&quantity=0.01", ""))).code == -1102
