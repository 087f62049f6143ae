"""P2P orders: lists, one order with its people, and the steps from trading to completed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from proxy.sandbox.c2c import people
from proxy.sandbox.c2c.answers import amount_of, failure, illegal_parameters, page, success
from proxy.sandbox.call import Call
from proxy.sandbox.executed import Deed

PAID, RELEASED = "BUYER_PAYED", "COMPLETED"

_IN_LISTS = (
    "orderNumber", "advNo", "tradeType", "asset", "fiat", "fiatSymbol", "amount", "totalPrice", "orderStatus",
    "createTime", "commission",
)  # fmt: skip


def _listed(order: dict[str, Any]) -> dict[str, Any]:
    return {name: order[name] for name in _IN_LISTS} | {
        "unitPrice": order["price"],
        "counterPartNickName": order["buyerNickname"],
        "advertisementRole": "MAKER",
        "payMethodName": "BANK",
    }


def history(call: Call) -> object:
    """listUserOrderHistory, GET by the documentation: newest first, filtered by side and time."""
    wanted = call.values or call.body
    try:
        first = int(wanted.get("startTimestamp", wanted.get("startTime", 0)))
        last = int(wanted.get("endTimestamp", wanted.get("endTime", 2**63)))
    except (TypeError, ValueError):
        return illegal_parameters()
    found = [
        _listed(order)
        for order in reversed(call.account.merchant.orders.values())
        if wanted.get("tradeType") in (None, order["tradeType"]) and first <= order["createTime"] <= last
    ]
    return page(found, wanted)


def listed(call: Call) -> object:
    """POST orderMatch/listOrders."""
    return page([_listed(order) for order in call.account.merchant.orders.values()], call.body)


def summary(call: Call) -> object:
    """GET orderMatch/getUserOrderSummary."""
    orders = call.account.merchant.orders.values()
    done = sum(1 for order in orders if order["orderStatus"] == "COMPLETED")
    return success({
        "totalOrderCount": len(orders),
        "completedOrderCount": done,
        "completedOrderNumOfLatest30day": done,
        "finishRateLatest30Day": 1.0,
        "avgReleaseTimeOfLatest30day": 120.0,
        "avgPayTimeOfLatest30day": 60.0,
    })  # fmt: skip


def detail(call: Call) -> object:
    """POST orderMatch/getUserOrderDetail (`adOrderNo`): names, phones and bank data, all made up."""
    order = _find(call, "adOrderNo")
    return success(order) if order else illegal_parameters()


def agent_detail(call: Call) -> object:
    """The agent's version (`orderNumber`) leaves people out."""
    order = _find(call, "orderNumber")
    return success(people.without_people(order)) if order else illegal_parameters()


def counterpart(call: Call) -> object:
    """POST queryCounterPartyOrderStatistic."""
    if _find(call, "orderNumber") is None:
        return illegal_parameters()
    return success({"completedOrderNum": 42, "finishRate": 0.99, "registerDays": 1000})


def _find(call: Call, name: str) -> dict[str, Any] | None:
    return call.account.merchant.orders.get(str(call.body.get(name, "")))


def allowed(*states: str) -> Callable[[Call], object]:
    """checkIf...: may this order take the step that needs one of these states?"""

    def check(call: Call) -> object:
        order = _find(call, "orderNumber")
        return success(order is not None and order["orderStatus"] in states)

    return check


def step(needs: tuple[str, ...], becomes: str) -> Callable[[Call], object]:
    """markOrderAsPaid, releaseCoin, cancelOrder: one step of an order."""

    def take(call: Call) -> object:
        order = _find(call, "orderNumber")
        if order is None:
            return illegal_parameters()
        if order["orderStatus"] not in needs:
            return failure("83628", "the order is not in a state that allows this")
        order["orderStatus"] = becomes
        if becomes == PAID:
            _record(call, "payment", order, recipient=str(call.body.get("payId", order["selectedPayId"])))
        if becomes == RELEASED:
            _record(call, "release", order, recipient=order["takerUserNo"])
        return success(True)

    return take


def _record(call: Call, deed: Deed, order: dict[str, Any], recipient: str) -> None:
    """The coins of an order, and the fiat money that goes the other way."""
    call.record(
        "c2c",
        deed,
        side=order["tradeType"],
        coin=order["asset"],
        amount=Decimal(order["amount"]),
        price=Decimal(order["price"]),
        quote_value=Decimal(order["totalPrice"]),
        quote_coin=order["fiat"],
        recipient=recipient,
        note=order["orderNumber"],
    )


def can_place(call: Call) -> object:
    """POST checkIfCanPlaceOrder (`adsNo`)."""
    return success("adsNo" in call.body)


def place(call: Call) -> object:
    """POST placeOrder: `adsNo`, called `advOrderNumber` by some clients. `totalAmount` is fiat with BY_MONEY."""
    wanted = call.body
    adv_number = wanted.get("adsNo", wanted.get("advOrderNumber"))
    usual = people.orders()[0]
    price = amount_of(wanted.get("matchPrice", usual["price"]))
    total = amount_of(wanted.get("totalAmount", usual["amount"]))
    if adv_number is None or not price or not total:
        return illegal_parameters()
    coins = total / price if wanted.get("buyType") == "BY_MONEY" else total
    number = f"2276000011{call.sandbox.next_id():010d}"
    fiat = str(wanted.get("fiatUnit", usual["fiat"]))
    order = usual | {
        "orderNumber": number,
        "advOrderNumber": number,
        "advNo": str(adv_number),
        "tradeType": str(wanted.get("tradeType", "BUY")),
        "asset": str(wanted.get("asset", usual["asset"])),
        "fiat": fiat,
        "fiatUnit": fiat,
        "amount": f"{coins:.8f}",
        "price": str(price),
        "totalPrice": f"{coins * price:.2f}",
        "createTime": call.now_ms,
    }
    call.account.merchant.orders[number] = order
    _record(call, "order", order, recipient=str(adv_number))
    return success({"orderNumber": number})
