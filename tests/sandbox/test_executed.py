"""The ledger: what was carried out or taken on, told by whoever did it."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.sandbox import Executed, move_price
from tests.sandbox.conftest import NOW_MS, Exchange

ORDER = "/api/v3/order"
LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=50000"


def _told(entry: Executed, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(entry, name) for name in names)


async def test_a_resting_order_is_written_when_it_is_placed_and_again_when_it_fills(
    exchange: Exchange,
) -> None:
    await exchange.signed("POST", ORDER, LIMIT)
    (resting,) = exchange.sandbox.executed
    assert _told(resting, "account", "product", "deed", "operation", "at_ms", "status") == (
        "main", "spot", "order", "POST /api/v3/order", NOW_MS, "NEW",
    )  # fmt: skip
    assert _told(resting, "symbol", "side", "order_type") == ("BTCUSDT", "BUY", "LIMIT")
    assert _told(resting, "base_quantity", "price", "quote_value", "quote_coin") == (
        Decimal("0.5"), Decimal(50_000), Decimal(25_000), "USDT",
    )  # fmt: skip
    move_price(exchange.sandbox, "BTCUSDT", Decimal(49_000), NOW_MS + 1)
    filled = exchange.sandbox.executed[1]
    assert _told(filled, "order_id", "operation") == _told(resting, "order_id", "operation")
    assert _told(filled, "status", "at_ms", "quote_value") == ("FILLED", NOW_MS + 1, Decimal(25_000))


@pytest.mark.parametrize(
    ("query", "quantity", "value"),
    [
        # The market stands at 60000; one sells a tick lower.
        ("side=BUY&type=MARKET&quantity=0.5", "0.5", "30000"),
        ("side=SELL&type=MARKET&quantity=0.5", "0.5", "29999.995"),
        ("side=BUY&type=MARKET&quoteOrderQty=6000", "0.1", "6000"),
        ("side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=70000", "0.5", "30000"),
        ("side=SELL&type=LIMIT&timeInForce=GTC&quantity=0.5&price=50000", "0.5", "29999.995"),
        # Not filled: at their own price, or their stop.
        ("side=SELL&type=LIMIT_MAKER&quantity=0.5&price=70000", "0.5", "35000"),
        ("side=SELL&type=STOP_LOSS&quantity=0.5&stopPrice=55000", "0.5", "27500"),
        (
            "side=SELL&type=STOP_LOSS_LIMIT&timeInForce=GTC&quantity=0.5&stopPrice=55000&price=54000",
            "0.5",
            "27000",
        ),
        ("side=BUY&type=LIMIT&timeInForce=IOC&quantity=0.5&price=50000", "0.5", "25000"),
    ],
)
async def test_the_value_is_what_was_paid_or_what_rests(
    exchange: Exchange, query: str, quantity: str, value: str
) -> None:
    assert (await exchange.signed("POST", ORDER, f"symbol=BTCUSDT&{query}")).status == 200
    (entry,) = exchange.sandbox.executed
    assert _told(entry, "base_quantity", "quote_value") == (Decimal(quantity), Decimal(value))


async def test_what_was_refused_or_only_tested_is_not_written(exchange: Exchange) -> None:
    await exchange.signed("POST", f"{ORDER}/test", LIMIT)
    await exchange.signed("POST", ORDER, LIMIT.replace("0.5", "500"))
    await exchange.signed("POST", ORDER, LIMIT, secret="another test secret")
    await exchange.signed("GET", "/api/v3/openOrders")
    assert exchange.sandbox.executed == []


async def test_an_exchange_that_starts_anew_remembers_nothing(exchange: Exchange) -> None:
    sandbox = exchange.sandbox
    sandbox.account().add("BTC", Decimal(1))
    sandbox.margin_account("main").add("BTC", Decimal(1))
    await exchange.signed("POST", ORDER, LIMIT)
    move_price(sandbox, "BTCUSDT", Decimal(55_000), NOW_MS)
    sandbox.contract_prices["BTCUSDT"] = Decimal(1)
    (first,) = sandbox.executed
    ledger = sandbox.executed
    sandbox.start_anew()
    assert (sandbox.executed, sandbox.contract_prices, sandbox.accounts()) == ([], {}, [])
    assert sandbox.prices["BTCUSDT"] == 60_000
    assert sandbox.margin_account("main").balances["BTC"].free == 2
    await exchange.signed("POST", ORDER, LIMIT)
    assert [entry.order_id for entry in ledger] == [first.order_id]


async def test_both_halves_of_a_cancel_replace_that_may_fail_can_stand(exchange: Exchange) -> None:
    first = (await exchange.signed("POST", ORDER, LIMIT)).json["orderId"]
    mode = "cancelReplaceMode=ALLOW_FAILURE&cancelOrderId="
    answer = await exchange.signed("POST", f"{ORDER}/cancelReplace", f"{LIMIT}&{mode}1")
    assert (answer.status, answer.code) == (409, -2021)
    stopped = await exchange.signed(
        "POST", f"{ORDER}/cancelReplace", f"{LIMIT}&cancelReplaceMode=STOP_ON_FAILURE&cancelOrderId=1"
    )
    assert stopped.code == -2022
    ids = [entry.order_id for entry in exchange.sandbox.executed]
    assert len(ids) == 2
    assert ids[0] == first
    assert len((await exchange.signed("GET", "/api/v3/openOrders")).json) == 2


async def test_a_withdrawal_is_written_with_where_it_goes(exchange: Exchange) -> None:
    query = "coin=USDT&address=TestAddress000000000000&addressTag=7&amount=100"
    await exchange.signed("POST", "/sapi/v1/capital/withdraw/apply", query)
    (entry,) = exchange.sandbox.executed
    assert _told(entry, "product", "deed", "coin", "amount", "address", "tag", "network") == (
        "wallet", "withdrawal", "USDT", Decimal(100), "TestAddress000000000000", "7", "USDT",
    )  # fmt: skip


async def test_transfers_are_written_with_both_ends(exchange: Exchange) -> None:
    await exchange.signed("POST", "/sapi/v1/asset/transfer", "type=MAIN_UMFUTURE&asset=USDT&amount=5")
    query = "toEmail=test_sub_one%40example.com&fromAccountType=SPOT&toAccountType=SPOT&asset=BTC&amount=1"
    await exchange.signed("POST", "/sapi/v1/sub-account/universalTransfer", query)
    assert [
        _told(entry, "product", "coin", "amount", "source", "recipient")
        for entry in exchange.sandbox.executed
    ] == [
        ("wallet", "USDT", Decimal(5), "MAIN", "UMFUTURE"),
        ("sub_account", "BTC", Decimal(1), "master", "test_sub_one@example.com"),
    ]


async def test_the_steps_of_a_p2p_order_are_written(exchange: Exchange) -> None:
    prefix = "/sapi/v1/c2c/orderMatch"
    placed = {"adsNo": "1", "asset": "USDT", "fiatUnit": "EUR", "tradeType": "BUY", "matchPrice": "0.5"}
    by_money = placed | {"buyType": "BY_MONEY", "totalAmount": 100}
    number = (await exchange.signed("POST", f"{prefix}/placeOrder", body=by_money)).json["data"][
        "orderNumber"
    ]
    await exchange.signed("POST", f"{prefix}/placeOrder", body=placed | {"totalAmount": "100"})
    await exchange.signed("POST", f"{prefix}/releaseCoin", body={"orderNumber": number})
    await exchange.signed("POST", f"{prefix}/markOrderAsPaid", body={"orderNumber": number, "payId": 7})
    await exchange.signed("POST", f"{prefix}/releaseCoin", body={"orderNumber": number})
    assert [
        _told(entry, "deed", "coin", "amount", "quote_value", "quote_coin")
        for entry in exchange.sandbox.executed
    ] == [
        ("order", "USDT", Decimal(200), Decimal(100), "EUR"),
        ("order", "USDT", Decimal(100), Decimal(50), "EUR"),
        ("payment", "USDT", Decimal(200), Decimal(100), "EUR"),
        ("release", "USDT", Decimal(200), Decimal(100), "EUR"),
    ]
    assert exchange.sandbox.executed[2].recipient == "7"
    refused = await exchange.signed("POST", f"{prefix}/placeOrder", body=placed | {"totalAmount": "much"})
    assert refused.json["code"] == "ILLEGAL_PARAMETERS"


async def test_an_ad_is_written_with_all_its_coins(exchange: Exchange) -> None:
    ad = {"asset": "USDT", "fiatUnit": "USD", "tradeType": "SELL", "initAmount": "500", "priceType": 1,
          "price": "1.02", "tradeMethods": [{"payId": 1}], "classify": "profession"}  # fmt: skip
    number = (await exchange.signed("POST", "/sapi/v1/c2c/ads/post", body=ad)).json["data"]["advNo"]
    more = {key: value for key, value in ad.items() if key != "price"} | {
        "advNo": number,
        "initAmount": 900.5,
    }
    assert (await exchange.signed("POST", "/sapi/v1/c2c/ads/update", body=more)).json["success"]
    assert [_told(entry, "deed", "side", "amount", "quote_value") for entry in exchange.sandbox.executed] == [
        ("ad", "SELL", Decimal(500), Decimal(510)),
        ("ad", "SELL", Decimal("900.5"), Decimal("918.510")),
    ]
    for path, body in (("post", ad), ("update", more)):
        refused = await exchange.signed("POST", f"/sapi/v1/c2c/ads/{path}", body=body | {"initAmount": "-1"})
        assert refused.json["code"] == "ILLEGAL_PARAMETERS"


WAYS = [
    ("POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5"),
    ("POST", "/api/v3/sor/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5"),
    (
        "POST",
        "/api/v3/orderList/oto",
        "symbol=BTCUSDT&workingType=LIMIT&workingTimeInForce=GTC&workingSide=BUY&workingPrice=50000"
        "&workingQuantity=0.5&pendingSide=SELL&pendingType=MARKET&pendingQuantity=0.4",
    ),
    ("POST", "/sapi/v1/margin/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=2&sideEffectType=MARGIN_BUY"),
    ("POST", "/sapi/v1/margin/borrow-repay", "asset=BTC&isIsolated=FALSE&amount=1&type=BORROW"),
    ("POST", "/sapi/v1/capital/withdraw/apply", "coin=USDT&address=TestAddress000000000000&amount=100"),
    ("POST", "/sapi/v1/asset/transfer", "type=MAIN_UMFUTURE&asset=USDT&amount=5"),
    ("POST", "/sapi/v1/simple-earn/flexible/subscribe", "productId=USDT001&amount=5"),
    ("POST", "/fapi/v1/order", "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=50000"),
    ("POST", "/fapi/v1/algoOrder",
     "algoType=CONDITIONAL&symbol=BTCUSDT&side=SELL&type=STOP_MARKET&triggerPrice=55000&quantity=0.5"),
    ("POST", "/dapi/v1/order", "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=5"),
    ("POST", "/eapi/v1/order",
     "symbol=BTC-261225-60000-C&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.3&price=1000"),
    ("POST", "/papi/v1/um/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.5"),
    ("POST", "/papi/v1/cm/order", "symbol=BTCUSD_PERP&side=BUY&type=MARKET&quantity=5"),
]  # fmt: skip


def _in_other_cases(query: str) -> str:
    """Every parameter once more, with other values and a name that differs in case alone or by a blank."""
    names = [pair.partition("=")[0] for pair in query.split("&")]
    return "&".join(f"{name.swapcase()}=9&%20{name}=9&{name}%00=9" for name in names)


@pytest.mark.parametrize(("method", "path", "query"), WAYS, ids=[way[1] for way in WAYS])
@pytest.mark.parametrize("place", ["before", "after", "form"])
async def test_what_was_passed_over_changes_nothing_that_is_carried_out(
    open_exchange: Any, method: str, path: str, query: str, place: str
) -> None:
    plain, noisy = await open_exchange(), await open_exchange(unknown_parameters="pass_over")
    more = _in_other_cases(query)
    await plain.signed(method, path, query)
    form = more if place == "form" else None
    asked = {"before": f"{more}&{query}", "after": f"{query}&{more}", "form": query}[place]
    assert (await noisy.signed(method, path, asked, form=form)).status == 200
    assert noisy.sandbox.executed == plain.sandbox.executed
    assert plain.sandbox.executed


@pytest.mark.parametrize(("method", "path", "query"), WAYS, ids=[way[1] for way in WAYS])
async def test_query_and_form_are_carried_out_alike(
    open_exchange: Any, method: str, path: str, query: str
) -> None:
    in_query, in_form, in_both = [await open_exchange() for _ in range(3)]
    first, _, rest = query.partition("&")
    await in_query.signed(method, path, query)
    await in_form.signed(method, path, form=query)
    await in_both.signed(method, path, first, form=rest)
    assert in_query.sandbox.executed == in_form.sandbox.executed == in_both.sandbox.executed


@pytest.mark.parametrize(
    ("repeated", "place", "quantities"),
    [
        ("refuse", "query", []),
        ("first", "query", ["0.5"]),
        ("last", "query", ["0.4"]),
        ("last", "form", ["0.4"]),
    ],
)
@pytest.mark.parametrize("path", [ORDER, "/fapi/v1/order"])
async def test_of_a_name_that_comes_twice_one_may_count(
    open_exchange: Any, path: str, repeated: str, place: str, quantities: list[str]
) -> None:
    exchange = await open_exchange(repeated_parameters=repeated, unknown_parameters="pass_over")
    query, form = (f"{LIMIT}&quantity=0.4", None) if place == "query" else (LIMIT, "quantity=0.4")
    answer = await exchange.signed("POST", path, query, form=form)
    assert (answer.code == -1101) is (repeated == "refuse")
    assert [str(entry.base_quantity) for entry in exchange.sandbox.executed] == quantities
