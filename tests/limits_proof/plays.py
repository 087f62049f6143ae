"""Targeted requests: near the bound of a line, in just the combination that only a fault would let through.

Random requests seldom meet three conditions at once: a certain kind of order, on a certain line, of an amount between
what is right and what a fault would make of it. A play is made for one line of a policy, and draws what it may: the
symbol, the call, the amount, the prices. Most of what it asks for must be refused, and all of it must be harmless.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from proxy.sandbox import Sandbox
from tests.limits_proof.forms import Form
from tests.limits_proof.policies import FAMILIES_OF, MARK_PAID, RELEASE, WITHDRAW, Case

type Line = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One request of a play. moved: how far the market went before it. over_midnight: it ends on the next day."""

    form: Form
    moved: tuple[str, Decimal] | None = None
    over_midnight: bool = False


class Hand:
    """What a play draws from; the same numbers draw the same."""

    def __init__(
        self, line: Line, sandbox: Sandbox, numbers: Sequence[int], new_number: Callable[[], str]
    ) -> None:
        self.line, self.sandbox, self.new_number = line, sandbox, new_number
        self._numbers = iter(numbers)

    def one[T](self, *values: T) -> T:
        return values[next(self._numbers) % len(values)]

    def symbol(self) -> str:
        """A market of the line in a dollar coin."""
        return self.one(*_dollar_markets(self.line))

    def bound(self, measure: str) -> Decimal:
        """The smaller one of a request and of a day."""
        found = (self.line.get(f"max_{measure}"), self.line.get(f"max_{measure}_per_day"))
        return min(Decimal(repr(one)) for one in found if one is not None)

    def price(self, symbol: str, factor: str) -> str:
        tick = self.sandbox.symbols[symbol].tick
        return f"{(self.sandbox.prices[symbol] * Decimal(factor)).quantize(tick):f}"

    def worth(self, symbol: str, share: str) -> str:
        """A quantity that is worth so much of the bound in the quote coin at the market."""
        return self._steps(symbol, self.bound("quote") * Decimal(share) / self.sandbox.prices[symbol])

    def part(self, symbol: str, share: str, factor: str = "1") -> str:
        """A quantity that takes so much of the tightest bound at a price, each of them one that holds for a request."""
        price = self.sandbox.prices[symbol] * Decimal(factor)
        found = [self.bound("quantity")] if _bounds(self.line, "quantity") else []
        found += [self.bound("quote") / price] if _bounds(self.line, "quote") else []
        return self._steps(symbol, min(found) * Decimal(share))

    def _steps(self, symbol: str, quantity: Decimal) -> str:
        return f"{quantity.quantize(self.sandbox.symbols[symbol].step, ROUND_DOWN):f}"

    def open_order(self, symbol: str, side: str, *, portfolio: bool) -> int:
        account = self.sandbox.account()
        book = account.portfolio if portfolio else account.futures
        found = [
            one.order_id
            for one in book.orders.values()
            if one.is_open and (one.contract.name, one.side) == (symbol, side)
        ]
        return found[0] if found else 1


def _dollar_markets(line: Line) -> list[str]:
    return [one for one in line.get("symbols", ()) if one in ("BTCUSDT", "ETHUSDT", "DOGEUSDT")]


def _bounds(line: Line, *measures: str) -> bool:
    return any(f"max_{one}" in line or f"max_{one}_per_day" in line for one in measures)


def _is_for(line: Line, *families: str) -> bool:
    return any(line["applies_to"].rpartition(" ")[2] in FAMILIES_OF[family] for family in families)


def _form(operation: str, **pairs: object) -> Form:
    method, _, path = operation.partition(" ")
    return Form(method, path, tuple((name, str(value)) for name, value in pairs.items()))


def _trailing(hand: Hand) -> Iterator[Step]:
    """It fits at the price of the moment with the margin, and follows the market 10 or 20 % away from it."""
    symbol = hand.symbol()
    quantity = hand.worth(symbol, hand.one("0.92", "0.94", "0.95"))
    if _is_for(hand.line, "spot"):
        side, kind = hand.one(("BUY", "STOP_LOSS"), ("SELL", "TAKE_PROFIT"), ("SELL", "STOP_LOSS"))
        yield Step(_form("POST /api/v3/order", symbol=symbol, side=side, type=kind, quantity=quantity,
                         trailingDelta=hand.one("2000", "1000")))  # fmt: skip
    else:
        yield Step(_form("POST /fapi/v1/algoOrder", algoType="CONDITIONAL", symbol=symbol, side=hand.one("BUY", "BUY", "SELL"),
                         type="TRAILING_STOP_MARKET", callbackRate=hand.one("20", "10"), quantity=quantity))  # fmt: skip


def _changed(hand: Hand) -> Iterator[Step]:
    """A sale that is changed, under the name of a purchase, to a price far below the market: it fits at that price."""
    symbol, low = hand.symbol(), hand.one("0.9", "0.8", "0.5")
    portfolio = hand.one(False, True) and hand.line["applies_to"] == "futures"
    operation = "PUT /papi/v1/um/order" if portfolio else "PUT /fapi/v1/order"
    number = hand.open_order(symbol, "SELL", portfolio=portfolio)
    order = {"symbol": symbol, "side": hand.one("BUY", "BUY", "SELL"), "orderId": number,
             "quantity": hand.worth(symbol, hand.one("1.02", "1.05", "1.1")), "price": hand.price(symbol, low)}  # fmt: skip
    if not portfolio and hand.line["applies_to"] == "futures" and hand.one(False, True):
        yield Step(
            _form("PUT /fapi/v1/batchOrders", batchOrders=json.dumps([order | {"orderId": str(number)}]))
        )
    else:
        yield Step(_form(operation, **order))


def _pegged(hand: Hand) -> Iterator[Step]:
    """A peg beside a price that would fit: the exchange goes by the peg."""
    symbol = hand.symbol()
    yield Step(_form(
        "POST /api/v3/order", symbol=symbol, side="BUY", type="LIMIT", timeInForce="GTC",
        quantity=hand.worth(symbol, hand.one("1.02", "1.05", "1.1")), price=hand.price(symbol, hand.one("0.9", "0.5")),
        pegPriceType=hand.one("MARKET_PEG", "PRIMARY_PEG"),
    ))  # fmt: skip


def _half_replaced(hand: Hand) -> Iterator[Step]:
    """There is nothing to cancel, and the order stands: answered with 409."""
    symbol = hand.symbol()
    for _ in range(3):
        yield Step(_form(
            "POST /api/v3/order/cancelReplace", symbol=symbol, side="BUY", type="LIMIT", timeInForce="GTC",
            quantity=hand.part(symbol, "0.6", "0.95"), price=hand.price(symbol, hand.one("0.9", "0.95")),
            cancelReplaceMode="ALLOW_FAILURE", cancelOrderId=1,
        ))  # fmt: skip


def _closing(hand: Hand) -> Iterator[Step]:
    """The whole position, with a small quantity beside it."""
    symbol = hand.one(*(one for one in _dollar_markets(hand.line) if one != "DOGEUSDT"))
    side = "SELL" if symbol == "BTCUSDT" else "BUY"
    kind = hand.one("STOP_MARKET", "TAKE_PROFIT_MARKET")
    trigger = "0.9" if (side == "SELL") == (kind == "STOP_MARKET") else "1.1"
    yield Step(_form(
        "POST /fapi/v1/algoOrder", algoType="CONDITIONAL", symbol=symbol, side=side, type=kind,
        triggerPrice=hand.price(symbol, trigger), closePosition=hand.one("true", "TRUE"), quantity=hand.part(symbol, "0.1"),
    ))  # fmt: skip


def _priced(hand: Hand) -> Iterator[Step]:
    """A market order after the market moved: the gateway may know the price of before."""
    symbol = hand.symbol()
    spot = _is_for(hand.line, "spot")
    operation = "POST /api/v3/order" if spot else hand.one("POST /fapi/v1/order", "POST /papi/v1/um/order")

    def order(share: str) -> Form:
        return _form(operation, symbol=symbol, side="BUY", type="MARKET", quantity=hand.worth(symbol, share))

    yield Step(order("0.1"), (symbol, Decimal("0.98")))
    yield Step(order(hand.one("0.97", "0.97", "0.99", "0.95")), (symbol, Decimal("1.02")))


def _several(hand: Hand) -> Iterator[Step]:
    """Of several orders each fits alone, and the first one without the others."""
    symbol, form = hand.symbol(), hand.one(_list_of_two, _dear_pair)
    if not _is_for(hand.line, "spot"):
        form = _batch
    yield Step(form(hand, symbol))


def _batch(hand: Hand, symbol: str) -> Form:
    order = {"symbol": symbol, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": hand.part(symbol, "0.6"),
             "price": hand.price(symbol, hand.one("0.95", "1"))}  # fmt: skip
    return _form("POST /fapi/v1/batchOrders", batchOrders=json.dumps([order] * hand.one(2, 3)))


def _list_of_two(hand: Hand, symbol: str) -> Form:
    return _form(
        "POST /api/v3/orderList/oto", symbol=symbol, workingType="LIMIT", workingSide="BUY", workingTimeInForce="GTC",
        workingPrice=hand.price(symbol, hand.one("0.9", "1")), workingQuantity=hand.part(symbol, "0.6"), pendingSide="BUY",
        pendingType="LIMIT", pendingTimeInForce="GTC", pendingPrice=hand.price(symbol, "0.9"),
        pendingQuantity=hand.part(symbol, hand.one("0.6", "0.9")),
    )  # fmt: skip


def _dear_pair(hand: Hand, symbol: str) -> Form:
    return _form(
        "POST /api/v3/orderList/oco", symbol=symbol, side="BUY", quantity=hand.part(symbol, hand.one("0.95", "1.05")),
        belowType="LIMIT_MAKER", belowPrice=hand.price(symbol, "0.9"), aboveType="STOP_LOSS_LIMIT", aboveTimeInForce="GTC",
        aboveStopPrice=hand.price(symbol, "1.1"), abovePrice=hand.price(symbol, hand.one("1.2", "1.4")),
    )  # fmt: skip


def _sold_after_a_sale(hand: Hand) -> Iterator[Step]:
    """The second one is sold when the first one has reached its high price."""
    symbol = hand.symbol()
    kind: dict[str, str] = hand.one(
        {"pendingType": "MARKET"},
        {"pendingType": "LIMIT", "pendingTimeInForce": "GTC", "pendingPrice": hand.price(symbol, "0.9")},
    )
    yield Step(_form(
        "POST /api/v3/orderList/oto", symbol=symbol, workingType="LIMIT_MAKER", workingSide="SELL",
        workingPrice=hand.price(symbol, hand.one("1.15", "1.2", "1.4")), workingQuantity=hand.part(symbol, "0.1"), pendingSide="SELL",
        pendingQuantity=hand.part(symbol, hand.one("0.78", "0.8")), **kind,
    ))  # fmt: skip


def _doubled(hand: Hand) -> Iterator[Step]:
    """A quantity that fits, and one that does not; the exchange may read either."""
    symbol = hand.symbol()
    path = "/api/v3/order" if _is_for(hand.line, "spot") else "/fapi/v1/order"
    small, large = hand.part(symbol, "0.1"), hand.part(symbol, hand.one("1.5", "3"))
    pairs = [("quantity", small), ("quantity", large)]
    first, second = pairs if hand.one(True, True, False) else reversed(pairs)
    rest = (
        ("symbol", symbol),
        ("side", "BUY"),
        ("type", "LIMIT"),
        ("timeInForce", "GTC"),
        ("price", hand.price(symbol, "0.95")),
    )
    yield Step(Form("POST", path, (first, *rest, second)))


def _twice_a_day(hand: Hand) -> Iterator[Step]:
    """Each fits, and both do not; the first may begin on the day before."""
    late = hand.one(True, False)
    operation, pairs = _MOVES[next(family for family in _MOVES if _is_for(hand.line, family))]
    amount = f"{hand.bound('quantity') * Decimal('0.6'):f}"
    for number in range(2):
        filled = {
            name: amount if value == "<amount>" else _listed(hand.line, value)
            for name, value in pairs.items()
        }
        yield Step(_form(operation, **filled), over_midnight=late and number == 0)


def _listed(line: Line, value: str) -> str:
    """`<coins>`: the first one of the line."""
    return str(line[value[1:-1]][0]) if value.startswith("<") else value


_MOVES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "transfers": ("POST /sapi/v1/asset/transfer", {"type": "MAIN_UMFUTURE", "asset": "<coins>", "amount": "<amount>"}),
    "withdrawals": (WITHDRAW, {"coin": "<coins>", "address": "<addresses>", "network": "TRX", "amount": "<amount>"}),
    "earn": ("POST /sapi/v1/simple-earn/flexible/subscribe", {"productId": "BTC001", "amount": "<amount>"}),
}  # fmt: skip


def _in_pieces(hand: Hand) -> Iterator[Step]:
    """Listed names with commas between are a name that is not listed."""
    if "recipients" in hand.line:
        to = hand.one(*hand.line["recipients"])
        yield Step(_form("POST /sapi/v1/sub-account/universalTransfer", toEmail=f"{to},{to}", fromAccountType="SPOT",
                         toAccountType="SPOT", asset="USDT", amount="1"))  # fmt: skip
    else:
        networks = hand.line["networks"]
        yield Step(_form(WITHDRAW, coin="USDT", address=hand.line["addresses"][0], amount="10",
                         network=f"{networks[0]},{hand.one(*networks)}"))  # fmt: skip


def _tagged(hand: Hand) -> Iterator[Step]:
    """A listed address, with a tag that makes it another owner's."""
    network = {"network": hand.line["networks"][0]} if "networks" in hand.line else {}
    address = next(one for one in hand.line["addresses"] if " " not in one)
    yield Step(
        _form(
            WITHDRAW, coin="USDT", address=address, addressTag=hand.one("104857", "1"), amount="10", **network
        )
    )


def _own_price(hand: Hand) -> Iterator[Step]:
    """Many coins for a price that fits."""
    quote = hand.bound("quote")
    if _is_for(hand.line, "convert"):
        yield Step(_form(
            "POST /sapi/v1/convert/limit/placeOrder", baseAsset="BTC", quoteAsset="USDT", limitPrice=hand.one("1", "100"),
            side="SELL", expiredType="1_D", quoteAmount=f"{quote * Decimal('0.9'):f}",
        ))  # fmt: skip
        return
    price = hand.one("0.01", "0.5")
    yield Step(Form("POST", "/sapi/v1/c2c/ads/post", body={
        "classify": "profession", "tradeType": "SELL", "asset": "USDT", "fiatUnit": "USD", "priceType": 1, "price": price,
        "initAmount": f"{(quote * Decimal('0.9') / Decimal(price)).quantize(Decimal(1)):f}", "maxSingleTransAmount": "50",
        "minSingleTransAmount": "10", "buyerKycLimit": 0, "tradeMethods": [{"identifier": "BANK"}],
    }))  # fmt: skip


def _released(hand: Hand) -> Iterator[Step]:
    """The same step of one order again, beside another number. The exchange has forgotten that it took it: what
    protects then is the gateway alone."""
    number = hand.new_number()
    operation, state = hand.one((RELEASE, "BUYER_PAYED"), (MARK_PAID, "TRADING"))
    method, _, path = operation.partition(" ")
    usual = next(iter(hand.sandbox.account().merchant.orders.values()))
    order = usual | {"orderNumber": number, "orderStatus": state}
    hand.sandbox.account().merchant.orders[number] = order
    decoy = hand.one("orderNo", "adOrderNo", "advNo")
    for _ in range(2):
        order["orderStatus"] = state
        more = (
            {"authType": "GOOGLE", "googleVerifyCode": "123456"}
            if operation == RELEASE
            else {"payId": 900001}
        )
        for others in ({decoy: hand.new_number()}, {}):
            yield Step(Form(method, path, body=others | {"orderNumber": number} | more))


@dataclass(frozen=True)
class Play:
    """fits: whether it is about a line of this policy. family: under which what came of it is counted."""

    act: Callable[[Hand], Iterator[Step]]
    family: Callable[[Line], str]
    fits: Callable[[Line, bool], bool]


def _family(*families: str) -> Callable[[Line], str]:
    return lambda line: next((one for one in families if _is_for(line, one)), families[0])


def _dollars(line: Line) -> bool:
    return bool(_dollar_markets(line))


_BOTH: Final = ("spot", "fapi")


def _by_profile(line: Line, profile: str) -> bool:
    return bool(line["applies_to"] == profile) and _dollars(line)


PLAYS: Final = (
    Play(_trailing, _family(*_BOTH), lambda line, prices: prices and _bounds(line, "quote")
         and any(_by_profile(line, one) for one in ("spot", "futures"))),
    Play(_changed, _family("fapi"), lambda line, _: _bounds(line, "quote")
         and (_by_profile(line, "futures") or line["applies_to"] == "PUT /fapi/v1/order")),
    Play(_pegged, _family("spot"), lambda line, _: _bounds(line, "quote") and _by_profile(line, "spot")),
    Play(_half_replaced, _family("spot"), lambda line, _: _dollars(line) and any(one.endswith("_per_day") for one in line)
         and line["applies_to"] in ("spot", "POST /api/v3/order/cancelReplace")),
    Play(_closing, _family("fapi"), lambda line, prices: _by_profile(line, "futures")
         and (prices or not _bounds(line, "quote")) and _bounds(line, "quantity", "quote")),
    Play(_priced, _family(*_BOTH), lambda line, prices: prices and "max_quote" in line
         and any(_by_profile(line, one) for one in ("spot", "futures"))),
    Play(_sold_after_a_sale, _family("order lists"), lambda line, prices: prices and _bounds(line, "quote")
         and _by_profile(line, "spot")),
    Play(_several, _family(*_BOTH), lambda line, prices: (prices or not _bounds(line, "quote")) and _bounds(line, "quote", "quantity")
         and any(_by_profile(line, one) for one in ("spot", "futures"))),
    Play(_doubled, _family(*_BOTH), lambda line, _: _bounds(line, "quote", "quantity")
         and any(_by_profile(line, one) for one in ("spot", "futures"))),
    Play(_twice_a_day, _family("transfers", "withdrawals", "earn"), lambda line, _: "max_quantity_per_day" in line
         and any(_is_for(line, one) for one in _MOVES)),
    Play(_in_pieces, _family("sub-accounts", "withdrawals"), lambda line, _: "recipients" in line or "networks" in line),
    Play(_tagged, _family("withdrawals"), lambda line, _: "addresses" in line),
    Play(_own_price, _family("convert", "C2C"), lambda line, _: _bounds(line, "quote")
         and line["applies_to"] in ("convert", "merchant")),
    Play(_released, _family("C2C"), lambda line, _: line["applies_to"] == "merchant"),
)  # fmt: skip


def lines_for(play: Play, case: Case) -> list[Line]:
    """The lines of a policy that a play is about."""
    prices = case.policy.get("prices") == "exchange"
    return [line for line in case.policy["limits"] if play.fits(line, prices)]
