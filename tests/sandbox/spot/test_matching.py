"""What must hold whatever is done: nothing locked without an order, nothing lost but the fees."""

from decimal import Decimal

from hypothesis import given, strategies as st

from proxy.sandbox import Sandbox, SandboxKey, move_price
from proxy.sandbox.account import Account
from proxy.sandbox.call import Call
from proxy.sandbox.refusals import Refusal
from proxy.sandbox.spot import matching, order_lists, orders

KEY = SandboxKey("testkey" + "0" * 57, "hmac", "testsecret")
PRICES = st.sampled_from(["50000", "59999.99", "60000", "60001", "70000"])
QUANTITIES = st.sampled_from(["0.001", "0.5", "1.9"])
TYPES = st.sampled_from(
    ["LIMIT", "MARKET", "LIMIT_MAKER", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"]
)


@st.composite
def actions(draw: st.DrawFn) -> dict[str, str]:
    kind = draw(TYPES)
    values = {
        "symbol": "BTCUSDT",
        "side": draw(st.sampled_from(["BUY", "SELL"])),
        "type": kind,
        "quantity": draw(QUANTITIES),
    }
    if "LIMIT" in kind:
        values["price"] = draw(PRICES)
    if kind.endswith("LIMIT"):
        values["timeInForce"] = draw(st.sampled_from(["GTC", "IOC", "FOK"]))
    if kind.startswith(("STOP", "TAKE")):
        values["stopPrice"] = draw(PRICES)
    return values


def _attempt(call: Call) -> int | None:
    try:
        orders.new_order(call)
    except Refusal as refusal:
        return refusal.code
    return None


@given(st.lists(st.one_of(actions(), PRICES), max_size=12))
def test_locked_funds_belong_to_open_orders_and_only_fees_are_lost(steps: list[dict[str, str] | str]) -> None:
    sandbox = Sandbox(keys=[KEY], now_ms=lambda: 1)
    account = sandbox.account()
    start = {name: held.free for name, held in account.balances.items()}
    for step in steps:
        if isinstance(step, str):
            move_price(sandbox, "BTCUSDT", Decimal(step), 1)
        else:
            code = _attempt(Call(sandbox, 1, "127.0.0.1", step, maybe_key=KEY))
            assert code in (None, -2010, -1013, -1130), step
    _check_funds(account, start)
    _check_ledger(sandbox)


def _check_funds(account: Account, start: dict[str, Decimal]) -> None:
    for asset in ("BTC", "USDT"):
        held = account.balances[asset]
        reserved = sum(order.reserved for order in account.orders.values() if order.gives == asset)
        assert held.locked == reserved
        assert held.free >= 0
    assert all(not order.reserved for order in account.orders.values() if not order.is_open)
    for asset, sign in (("BTC", 1), ("USDT", -1)):
        moved = sum(
            (trade.quantity if asset == "BTC" else trade.price * trade.quantity)
            * (sign if trade.order.side == "BUY" else -sign)
            for trade in account.trades
        )
        fees = sum(trade.commission for trade in account.trades if trade.commission_asset == asset)
        held = account.balances[asset]
        assert held.free + held.locked == start[asset] + moved - fees


def _check_ledger(sandbox: Sandbox) -> None:
    """Each fill stands in it once, for what was paid; each order of the book stands in it at least once."""
    orders_known = sandbox.account().orders.values()
    filled = {order.order_id: order.spent for order in orders_known if order.status == "FILLED"}
    written = [entry for entry in sandbox.executed if entry.status == "FILLED"]
    assert {entry.order_id: entry.quote_value for entry in written} == filled
    assert len(written) == len(filled)
    assert {entry.order_id for entry in sandbox.executed} == {order.order_id for order in orders_known}


@st.composite
def chains(draw: st.DrawFn) -> dict[str, str]:
    """An order that starts another or a pair; the pair's stop may stand on either side of its maker."""
    values = {
        "symbol": "BTCUSDT",
        "workingType": "LIMIT",
        "workingTimeInForce": draw(st.sampled_from(["GTC", "IOC"])),
        "workingSide": draw(st.sampled_from(["BUY", "SELL"])),
        "workingPrice": draw(PRICES),
        "workingQuantity": draw(QUANTITIES),
        "pendingSide": draw(st.sampled_from(["BUY", "SELL"])),
    }
    if draw(st.booleans()):
        values["pendingQuantity"] = draw(QUANTITIES)
    if draw(st.booleans()):
        return values | {
            "pendingType": draw(st.sampled_from(["MARKET", "TAKE_PROFIT"])),
            "pendingStopPrice": draw(PRICES),
        }
    above = {"pendingAboveType": "LIMIT_MAKER", "pendingAbovePrice": draw(PRICES)}
    return values | above | {"pendingBelowType": "STOP_LOSS", "pendingBelowStopPrice": draw(PRICES)}


def _attempt_chain(call: Call) -> int | None:
    values = call.values
    if values.get("pendingType") == "MARKET":
        values.pop("pendingStopPrice")
    single, paid = "pendingType" in values, "pendingQuantity" not in values
    place = {
        (True, True): order_lists.new_opo,
        (True, False): order_lists.new_oto,
        (False, True): order_lists.new_opoco,
        (False, False): order_lists.new_otoco,
    }[single, paid]
    try:
        place(call)
    except Refusal as refusal:
        return refusal.code
    return None


@given(st.lists(st.one_of(chains(), actions(), PRICES), max_size=8))
def test_orders_that_start_others_lose_nothing_either(steps: list[dict[str, str] | str]) -> None:
    sandbox = Sandbox(keys=[KEY], now_ms=lambda: 1)
    account = sandbox.account()
    start = {name: held.free for name, held in account.balances.items()}
    for step in steps:
        if isinstance(step, str):
            move_price(sandbox, "BTCUSDT", Decimal(step), 1)
            continue
        call = Call(sandbox, 1, "127.0.0.1", dict(step), maybe_key=KEY)
        code = _attempt_chain(call) if "workingType" in step else _attempt(call)
        assert code in (None, -2010, -1013, -1130), step
    for order in [order for order in account.orders.values() if order.is_open]:
        matching.cancel(account, order, 1)
    _check_funds(account, start)
    assert all(not held.locked for held in account.balances.values())
    _check_ledger(sandbox)
