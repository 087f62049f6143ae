"""Simple Earn: coins go into a product and come back. No interest, no terms.

A flexible product is called by its coin and `001`, such as `USDT001`; a locked project by coin and days, `BNB*30`.
"""

from decimal import Decimal

from proxy.sandbox.call import Call
from proxy.sandbox.refusals import bad_request, missing
from proxy.sandbox.spot.symbols import assets, plain

_UNKNOWN = (-6003, "Product not exist or you don't have permission")


def _coin_of(call: Call, product: str, ending: str) -> str:
    coin, found, rest = product.partition(ending)
    if not found or rest.strip("0123456789") or coin not in assets(call.sandbox.symbols.values()):
        raise bad_request(*_UNKNOWN)
    return coin


def _subscribe(call: Call, coin: str) -> Decimal:
    amount = Decimal(call.values["amount"])
    if amount <= 0:
        raise bad_request(-6005, "Smaller than min purchase limit")
    if call.account.balances[coin].free < amount:
        raise bad_request(-6012, "Balance not enough")
    call.account.add(coin, -amount)
    call.record(
        "earn", "subscription", coin=coin, amount=amount, source=call.values.get("sourceAccount", "SPOT"),
        note=call.values.get("productId", call.values.get("projectId")),
    )  # fmt: skip
    return amount


def subscribe_flexible(call: Call) -> object:
    """POST simple-earn/flexible/subscribe."""
    product = call.values["productId"]
    coin = _coin_of(call, product, "001")
    call.account.earning[product] = call.account.earning.get(product, Decimal(0)) + _subscribe(call, coin)
    return {"purchaseId": call.sandbox.next_id(), "success": True}


def redeem_flexible(call: Call) -> object:
    """POST simple-earn/flexible/redeem: with `redeemAll=true` everything, whatever `amount` says."""
    product = call.values["productId"]
    held = call.account.earning.get(product, Decimal(0))
    takes_all = call.values.get("redeemAll", "false").lower() == "true"
    if not takes_all and "amount" not in call.values:
        raise missing("amount")
    amount = held if takes_all else Decimal(call.values["amount"])
    _redeem(call, product, _coin_of(call, product, "001"), amount)
    return {"redeemId": call.sandbox.next_id(), "success": True}


def _redeem(call: Call, position: str, coin: str, amount: Decimal) -> None:
    held = call.account.earning.get(position, Decimal(0))
    if not 0 < amount <= held:
        raise bad_request(-6006, "Redeem amount error")
    call.account.earning[position] = held - amount
    call.account.add(coin, amount)
    call.record(
        "earn", "redemption", coin=coin, amount=amount, recipient=call.values.get("destAccount", "SPOT"),
        note=position,
    )  # fmt: skip


def subscribe_locked(call: Call) -> object:
    """POST simple-earn/locked/subscribe: each subscription is a position of its own."""
    coin = _coin_of(call, call.values["projectId"], "*")
    position = str(call.sandbox.next_id())
    call.account.earning[position] = _subscribe(call, coin)
    call.account.locked_coins[position] = coin
    return {"purchaseId": call.sandbox.next_id(), "positionId": position, "success": True}


def redeem_locked(call: Call) -> object:
    """POST simple-earn/locked/redeem: the whole position."""
    position = call.values["positionId"]
    if position not in call.account.locked_coins:
        raise bad_request(*_UNKNOWN)
    held = call.account.earning.get(position, Decimal(0))
    _redeem(call, position, call.account.locked_coins[position], held)
    return {"redeemId": call.sandbox.next_id(), "success": True}


def flexible_positions(call: Call) -> object:
    """GET simple-earn/flexible/position."""
    rows = [
        {"productId": product, "asset": product.removesuffix("001"), "totalAmount": plain(amount)}
        for product, amount in call.account.earning.items()
        if amount
        and product not in call.account.locked_coins
        and call.values.get("productId") in (None, product)
        and call.values.get("asset") in (None, product.removesuffix("001"))
    ]
    return {"total": len(rows), "rows": rows}
