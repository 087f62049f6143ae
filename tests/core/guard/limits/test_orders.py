"""How many orders stand in a request, how much of each is filled, and in which ways."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.core.guard.limits.arguments import CannotJudgeError
from proxy.core.guard.limits.orders import Leg, Part, parts_of
from tests.core.guard.limits.asking import (
    ADVERT,
    COIN_M,
    OCO,
    OPO,
    OPOCO,
    OPTION,
    ORDER,
    OTO,
    OTOCO,
    USD_M,
    USD_M_BATCH,
    USD_M_CONDITIONAL,
    arguments,
    endpoint_of,
)

OLD_OCO = "POST /api/v3/order/oco"


def parts(name: str, text: str, body: str = "") -> tuple[Part, ...]:
    found = arguments(name, text, body)
    assert not isinstance(found, str), found
    return parts_of(endpoint_of(name), found)


def leg(**more: Any) -> Leg:
    fields = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "kind": "LIMIT",
        "price": None,
        "triggers": (),
        "pegged": False,
        "post_only": False,
        "trails": False,
    }
    return Leg(**fields | more)


def part(base: int | None, *legs: Leg, quote: int | None = None, contracts: int | None = None) -> Part:
    numbers = [None if one is None else Decimal(one) for one in (base, quote, contracts)]
    return Part(numbers[0], numbers[1], numbers[2], legs)


D = Decimal
BUY = "symbol=BTCUSDT&side=BUY&"
LIST = "symbol=BTCUSDT&"
WORKING = "symbol=BTCUSDT&workingType=LIMIT&workingSide=BUY&workingPrice=5&workingQuantity=3&"

ONE = [
    (ORDER, BUY + "type=LIMIT&quantity=2&price=3", part(2, leg(price=D(3)))),
    (ORDER, BUY + "type=MARKET&quoteOrderQty=9", part(None, leg(kind="MARKET"), quote=9)),
    (ORDER, BUY + "type=MARKET&quantity=2&icebergQty=1", part(2, leg(kind="MARKET"))),
    (ORDER, BUY + "type=STOP_LOSS&quantity=2&stopPrice=4", part(2, leg(kind="STOP_LOSS", triggers=(D(4),)))),
    (ORDER, BUY + "type=STOP_LOSS&trailingDelta=100", part(None, leg(kind="STOP_LOSS", trails=True))),
    (ORDER, BUY + "type=LIMIT&pegPriceType=PRIMARY_PEG", part(None, leg(pegged=True))),
    (ORDER, "side=&type=", part(None, leg(symbol="", side="", kind=""))),
    (ORDER, "", part(None, leg(symbol="", side="", kind=None))),
    (COIN_M, "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=2&price=3", part(None, leg(price=D(3)), contracts=2)),
    (USD_M, BUY + "type=LIMIT&quantity=2&priceMatch=NONE", part(2, leg())),
    (USD_M, BUY + "type=LIMIT&quantity=2&priceMatch=QUEUE", part(2, leg(pegged=True))),
    (USD_M, BUY + "type=LIMIT&quantity=2&timeInForce=GTX", part(2, leg(post_only=True))),
    (USD_M, BUY + "type=LIMIT&quantity=2&timeInForce=gtx", part(2, leg())),
    (USD_M, BUY + "type=LIMIT&quantity=2&timeInForce=GTC&goodTillDate=GTX", part(2, leg())),
    (
        USD_M_CONDITIONAL,
        BUY + "algoType=CONDITIONAL&type=STOP_MARKET&quantity=2&triggerPrice=3&workingType=MARK_PRICE",
        part(2, leg(kind="STOP_MARKET", triggers=(D(3),))),
    ),
    (
        USD_M_CONDITIONAL,
        "algoType=CONDITIONAL&" + BUY + "type=TRAILING_STOP_MARKET&quantity=2&activatePrice=3&callbackRate=1",
        part(2, leg(kind="TRAILING_STOP_MARKET", triggers=(D(3),), trails=True)),
    ),
    (
        "POST /papi/v1/um/conditional/order",
        BUY + "strategyType=STOP_MARKET&quantity=2&stopPrice=3",
        part(2, leg(kind="STOP_MARKET", triggers=(D(3),))),
    ),
    (OPTION, BUY + "type=LIMIT&quantity=2&price=3&postOnly=true", part(None, leg(price=D(3), post_only=True), contracts=2)),
    (OPTION, BUY + "type=LIMIT&quantity=2&price=3&postOnly=false", part(None, leg(price=D(3)), contracts=2)),
    ("PUT /fapi/v1/order", BUY + "quantity=2&price=3", part(2, leg(kind=None, price=D(3)))),
    ("POST /sapi/v1/algo/futures/newOrderTwap", BUY + "quantity=2&limitPrice=3", part(2, leg(kind=None, price=D(3)))),
    (
        "POST /sapi/v1/convert/limit/placeOrder",
        "baseAsset=BTC&side=BUY&limitPrice=3&quoteAmount=9",
        part(None, leg(symbol="", kind=None, price=D(3)), quote=9),
    ),
    ("POST /sapi/v1/equity/order/place", BUY + "orderType=MARKET&notional=9", part(None, leg(kind="MARKET"), quote=9)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), ONE)
def test_one_order(name: str, text: str, expected: Part) -> None:
    assert parts(name, text) == (expected,)


ADVERTS = [
    ('"priceType":1,"price":7', {"price": D(7)}),
    ('"priceType":2,"priceFloatingRatio":101', {"pegged": True}),
    ('"priceType":2,"price":7', {"price": D(7), "pegged": True}),
    ('"price":7', {"price": D(7), "pegged": True}),  # an update that leaves it out may be of a floating one
    ('"priceType":"01","price":7', {"price": D(7), "pegged": True}),
]


@pytest.mark.parametrize(("text", "more"), ADVERTS)
def test_an_advert_has_a_price_only_if_it_says_that_it_stays(text: str, more: dict[str, Any]) -> None:
    expected = part(2, leg(symbol="", side="1", kind=None, **more))
    assert parts(ADVERT, "", '{"tradeType":1,"initAmount":2,' + text + "}") == (expected,)


ABOVE = "aboveType=LIMIT_MAKER&abovePrice=9&"
BELOW = "belowType=STOP_LOSS&belowStopPrice=2"


def test_the_two_legs_of_an_oco_share_one_quantity() -> None:
    """spot rest-api.md, "New Order list - OCO": one executes, the other is cancelled."""
    above = leg(side="SELL", kind="LIMIT_MAKER", price=D(9))
    below = leg(side="SELL", kind="STOP_LOSS", triggers=(D(2),))
    assert parts(OCO, LIST + "side=SELL&quantity=4&" + ABOVE + BELOW) == (part(4, above, below),)


def test_a_leg_of_an_oco_has_nothing_of_the_other() -> None:
    text = (
        LIST
        + "side=BUY&quantity=4&aboveType=STOP_LOSS_LIMIT&abovePrice=9&aboveTrailingDelta=50&belowType=LIMIT_MAKER"
    )
    more = "&belowPrice=2&abovePegPriceType=PRIMARY_PEG"
    (found,) = parts(OCO, text + more)
    assert found.legs == (
        leg(kind="STOP_LOSS_LIMIT", price=D(9), pegged=True, trails=True),
        leg(kind="LIMIT_MAKER", price=D(2)),
    )  # fmt: skip


OLD = [OLD_OCO, "POST /sapi/v1/margin/order/oco", "POST /papi/v1/margin/order/oco"]


@pytest.mark.parametrize("name", OLD)
def test_the_older_oco_has_a_limit_leg_and_a_stop_leg(name: str) -> None:
    text = LIST + "side=SELL&quantity=4&price=9&stopPrice=2"
    limit = leg(side="SELL", kind="LIMIT_MAKER", price=D(9))
    stop = leg(side="SELL", kind="STOP_LOSS", triggers=(D(2),))
    stop_limit = leg(side="SELL", kind="STOP_LOSS_LIMIT", price=D(1), triggers=(D(2),))
    assert parts(name, text) == (part(4, limit, stop),)
    assert parts(name, text + "&stopLimitPrice=1&stopLimitTimeInForce=GTC") == (part(4, limit, stop_limit),)


def test_only_the_stop_leg_of_the_older_oco_trails() -> None:
    ((limit, stop),) = (one.legs for one in parts(OLD_OCO, "price=9&stopPrice=2&trailingDelta=10"))
    assert (limit.trails, stop.trails) == (False, True)


def test_an_older_oco_without_its_prices_has_none() -> None:
    ((limit, stop),) = (one.legs for one in parts(OLD_OCO, ""))
    assert (limit.price, stop.price, stop.kind) == (None, None, "STOP_LOSS")


FIRST = part(3, leg(price=D(5)))
SELL_STOP = leg(side="SELL", kind="STOP_LOSS", triggers=(D(2),))
SELL_MAKER = leg(side="SELL", kind="LIMIT_MAKER", price=D(9))
PENDING_PAIR = (
    "pendingSide=SELL&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=9&pendingBelowType=STOP_LOSS"
    "&pendingBelowStopPrice=2"
)

LISTS = [
    (
        OTO,
        "pendingType=STOP_LOSS&pendingSide=SELL&pendingStopPrice=2&pendingQuantity=4",
        (FIRST, part(4, SELL_STOP)),
    ),
    (
        "POST /sapi/v1/margin/order/oto",
        "pendingType=STOP_LOSS&pendingSide=SELL&pendingStopPrice=2&pendingQuantity=4",
        (FIRST, part(4, SELL_STOP)),
    ),
    (OTOCO, PENDING_PAIR + "&pendingQuantity=4", (FIRST, part(4, SELL_MAKER, SELL_STOP))),
    ("POST /sapi/v1/margin/order/otoco", PENDING_PAIR + "&pendingQuantity=4", (FIRST, part(4, SELL_MAKER, SELL_STOP))),
    (
        OTOCO,
        "pendingSide=SELL&pendingQuantity=4&pendingAboveType=LIMIT_MAKER&pendingAbovePrice=9",
        (FIRST, part(4, SELL_MAKER)),
    ),
    (
        OTOCO,
        "pendingSide=SELL&pendingQuantity=4&pendingBelowType=STOP_LOSS&pendingBelowStopPrice=2",
        (FIRST, part(4, SELL_STOP)),
    ),
    # the quantity of the pending order is what the working one was filled with
    (OPO, "pendingType=STOP_LOSS&pendingSide=SELL&pendingStopPrice=2", (FIRST, part(3, SELL_STOP))),
    (OPOCO, PENDING_PAIR, (FIRST, part(3, SELL_MAKER, SELL_STOP))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), LISTS)
def test_a_working_order_and_what_follows_it_are_two(
    name: str, text: str, expected: tuple[Part, ...]
) -> None:
    assert parts(name, WORKING + text) == expected


@pytest.mark.parametrize(
    ("side", "reached"), [("SELL", (D(5),)), ("BUY", ()), ("sell", (D(5),)), ("", (D(5),))]
)
def test_what_waits_for_a_sale_may_fill_at_the_price_of_that_sale(side: str, reached: tuple[D, ...]) -> None:
    text = f"{WORKING}pendingType=MARKET&pendingSide=SELL&pendingQuantity=4"
    _, pending = parts(OTO, text.replace("workingSide=BUY", f"workingSide={side}"))
    assert pending == part(4, leg(side="SELL", kind="MARKET", triggers=reached))


def test_each_order_of_a_batch_counts() -> None:
    orders = (
        '[{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","quantity":1,"price":"3"},'
        '{"symbol":"ETHUSDT","side":"SELL","type":"MARKET","quantity":"2"}]'
    )
    assert parts(USD_M_BATCH, "batchOrders=" + orders) == (
        part(1, leg(price=D(3))),
        part(2, leg(symbol="ETHUSDT", side="SELL", kind="MARKET")),
    )


@pytest.mark.parametrize("name", ["price", "quantity", "stopPrice", "quoteOrderQty"])
def test_a_number_that_is_none_is_refused_wherever_it_stands(name: str) -> None:
    with pytest.raises(CannotJudgeError) as refused:
        parts(ORDER, f"{name}=1e3")
    assert refused.value.why == f"`{name}` must be a plain number, like 0.5"
