"""Which bound of a symbol an order broke, and a value that keeps it.

The rules of the filters: filters.md of binance-spot-api-docs. All arithmetic is Decimal: 0.1 is 0.1.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from types import MappingProxyType
from typing import Final

import msgspec

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusals.said import named_parameters
from proxy.core.diagnosis.symptoms.base import Sighting
from proxy.core.findings import Strength
from proxy.core.symbol_rules import SymbolRules

_PRICES: Final = ("price", "stopPrice", "stopLimitPrice", "abovePrice", "belowPrice", "triggerPrice")
_LOTS: Final = ("quantity", "icebergQty")
_DIGITS: Final = 60
_ZERO: Final = Decimal(0)
_STEPS: Final = (-1111, -4014, -4023)
"""Answers that speak of the step alone: a bound that was broken as well does not explain them."""


type Facts = tuple[tuple[str, str | int], ...]


class Broken(msgspec.Struct, frozen=True):
    """What to say instead of the rule's own text. `proven`: a number of the request breaks a bound."""

    says: str
    remedy: str
    proven: bool = True
    send: str = ""
    """`name=value` that passes, where one can be told."""


class _Order(msgspec.Struct, frozen=True):
    """The numbers of an order, and what its symbol asks for."""

    request: ParsedRequest
    rules: SymbolRules

    def number(self, name: str) -> Decimal | None:
        """A parameter, where it is a plain number of a sensible length."""
        sent = self.request.param(name)
        text = sent.value if sent is not None else ""
        plain = text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= _DIGITS // 2
        return Decimal(text) if plain else None

    def word(self, name: str) -> str:
        sent = self.request.param(name)
        return sent.value.upper() if sent is not None else ""

    @property
    def buys(self) -> bool:
        return self.word("side") == "BUY"

    @property
    def lots(self) -> tuple[str, ...]:
        """The filters of the quantity; MARKET orders have one of their own, where it says anything."""
        market = "MARKET" in self.word("type")
        step = self.rules.bounds("MARKET_LOT_SIZE").get("stepSize", _ZERO)
        return ("MARKET_LOT_SIZE", "LOT_SIZE") if market and step else ("LOT_SIZE",)


def broken_filter(rule: str, request: ParsedRequest) -> Broken | None:
    """What the symbol's filters say of a refusal that a rule names; None where they are not at hand or say nothing.

    Never raises, whatever the numbers.
    """
    rules, check = request.symbol_rules, _CHECKS.get(rule)
    if rules is None or check is None:
        return None
    with localcontext() as context:
        context.prec = 4 * _DIGITS
        return check(_Order(request, rules))


def refusal_seen(rule: str, facts: Facts, request: ParsedRequest) -> Sighting:
    """A refusal that a rule names, with the bound that was broken where the filters of the symbol are at hand."""
    broken = broken_filter(rule, request)
    if broken is None:
        return Sighting(Strength.LIKELY, facts)
    strength = Strength.PROVEN if broken.proven else Strength.LIKELY
    facts = (*facts, ("send", broken.send)) if broken.send else facts
    return Sighting(strength, facts, says=broken.says, remedy=broken.remedy)


def unexplained(rule: str, request: ParsedRequest) -> tuple[str, ...]:
    """A note where filters were given and do not show what was broken."""
    if not request.observation.rules or rule not in _CHECKS or broken_filter(rule, request) is not None:
        return ()
    return (_UNKNOWN_SYMBOL if request.symbol_rules is None else _KEPT,)


_UNKNOWN_SYMBOL: Final = "The exchangeInfo at hand does not have this symbol of this market."
_KEPT: Final = (
    "By the exchangeInfo at hand the order keeps this filter: it may be of another day or host, or the bound hangs"
    " on the market price."
)


# -- price and quantity: bounds and steps -----------------------------------------------------------------


class _Grid(msgspec.Struct, frozen=True):
    """Bounds and a step, each with its name in exchangeInfo. A bound of 0 is none."""

    least: tuple[str, Decimal]
    most: tuple[str, Decimal]
    step: tuple[str, Decimal]

    def broken(self, value: Decimal) -> str | None:
        """The bound that a value breaks, in words."""
        (least_name, least), (most_name, most) = self.least, self.most
        if least and value < least:
            return f"below {least_name}={plain(least)}"
        if most and value > most:
            return f"above {most_name}={plain(most)}"
        return self.off_step(value)

    def off_step(self, value: Decimal) -> str | None:
        """The step that a value is no multiple of, in words."""
        name, step = self.step
        return f"no multiple of {name}={plain(step)}" if step and value % step else None

    def nearest(self, value: Decimal, *, up: bool) -> Decimal | None:
        """A value that passes: rounded to the step, then within the bounds; None where there is none."""
        least, most, step = self.least[1], self.most[1], self.step[1]
        kept = max(value, least)
        kept = min(kept, most) if most else kept
        up = up if kept == value else kept > value
        found = (rounded(kept, step, up=way) if step else kept for way in (up, not up))
        return next((one for one in found if one > 0 and self.broken(one) is None), None)


def _grid(bounds: Mapping[str, Decimal], least: str, most: str, step: str) -> _Grid:
    """Bounds that no value can keep are none: such a file is not the exchange's."""
    low, high = bounds.get(least, _ZERO), bounds.get(most, _ZERO)
    if high and low > high:
        low = high = _ZERO
    return _Grid((least, low), (most, high), (step, bounds.get(step, _ZERO)))


def _price_grid(order: _Order) -> _Grid:
    return _grid(order.rules.bounds("PRICE_FILTER"), "minPrice", "maxPrice", "tickSize")


def _lot_grid(order: _Order, *filters: str) -> _Grid:
    return _grid(order.rules.bounds(*filters), "minQty", "maxQty", "stepSize")


def _price(order: _Order) -> Broken | None:
    """Rounded to the client's side: a buyer never pays more, a seller never gets less."""
    return _first_broken(order, _PRICES, _price_grid(order), up=not order.buys)


def _quantity(order: _Order) -> Broken | None:
    return _first_broken(order, _LOTS, _lot_grid(order, *order.lots), up=False)


def _market_quantity(order: _Order) -> Broken | None:
    """Its step is often 0, which is none; then LOT_SIZE has the one that counts."""
    market, lots = _lot_grid(order, "MARKET_LOT_SIZE"), _lot_grid(order, "LOT_SIZE")
    grid = market if market.step[1] else msgspec.structs.replace(market, step=lots.step)
    return _first_broken(order, ("quantity",), grid, up=False)


def _precision(order: _Order) -> Broken | None:
    """-1111 of futures does not say of which number; spot names it."""
    answer = order.request.answer
    blamed = named_parameters(answer.message) if answer is not None else frozenset()
    prices, lots = (tuple(n for n in names if not blamed or n in blamed) for names in (_PRICES, _LOTS))
    price = _first_broken(order, prices, _price_grid(order), up=not order.buys)
    return price or _first_broken(order, lots, _lot_grid(order, *order.lots), up=False)


def _first_broken(order: _Order, names: tuple[str, ...], grid: _Grid, *, up: bool) -> Broken | None:
    for name in names:
        value = order.number(name)
        if value is None:
            continue
        bound = grid.off_step(value) if order.request.answered(*_STEPS) else grid.broken(value)
        if bound is not None:
            passing = grid.nearest(value, up=up)
            send = f"{name}={plain(passing)}" if passing is not None else ""
            remedy = f"Send {send}." if send else f"Change {name}."
            return Broken(f"The parameter {name} is {bound} of {order.rules.symbol}.", remedy, send=send)
    return None


# -- price times quantity ---------------------------------------------------------------------------------


def _notional(order: _Order) -> Broken | None:
    if order.request.path_text.startswith(("/dapi/", "/papi/v1/cm/")):
        return None  # quantities are contracts there
    bounds = order.rules.bounds("NOTIONAL", "MIN_NOTIONAL")
    least, most = bounds.get("minNotional", _ZERO), bounds.get("maxNotional", _ZERO)
    price, quantity = order.number("price"), order.number("quantity")
    spent = order.number("quoteOrderQty")
    if spent is not None:
        return _spent(spent, least, most, order.rules.symbol)
    if not price or not quantity:
        return _unpriced(least, most, order.rules.symbol)
    value = price * quantity
    if least and value < least:
        return _another_quantity(order, price, f"below minNotional={plain(least)}", least / price, up=True)
    if most and value > most:
        return _another_quantity(order, price, f"above maxNotional={plain(most)}", most / price, up=False)
    return None


def _another_quantity(order: _Order, price: Decimal, bound: str, wanted: Decimal, *, up: bool) -> Broken:
    quantity = order.number("quantity") or _ZERO
    says = f"Price times quantity is {plain(price * quantity)}, {bound} of {order.rules.symbol}."
    passing = _lot_grid(order, *order.lots).nearest(wanted, up=up)
    good = passing is not None and (passing >= wanted if up else passing <= wanted)
    if passing is None or not good:
        return Broken(says, "Change quantity, or take another price.")
    send = f"quantity={plain(passing)}"
    return Broken(says, f"Send {send}, or {'more' if up else 'less'}, at this price.", send=send)


def _spent(spent: Decimal, least: Decimal, most: Decimal, symbol: str) -> Broken | None:
    if least and spent < least:
        low = f"The parameter quoteOrderQty is below minNotional={plain(least)} of {symbol}."
        send = f"quoteOrderQty={plain(least)}"
        return Broken(low, f"Send {send} or more.", send=send)
    if most and spent > most:
        high = f"The parameter quoteOrderQty is above maxNotional={plain(most)} of {symbol}."
        send = f"quoteOrderQty={plain(most)}"
        return Broken(high, f"Send {send} or less.", send=send)
    return None


def _unpriced(least: Decimal, most: Decimal, symbol: str) -> Broken | None:
    """A MARKET order is reckoned at an average price, which nobody knows here."""
    if not least:
        return None
    above = f" and at most maxNotional={plain(most)}" if most else ""
    return Broken(
        f"Quantity times the average price must be at least minNotional={plain(least)}{above} of {symbol}.",
        f"Choose a quantity worth {plain(least)} or more at the average price, with some room: it moves.",
        proven=False,
    )


# -- what no number of the request shows ------------------------------------------------------------------


def _band(order: _Order) -> Broken | None:
    """The average or mark price is not at hand: the bounds are told in its terms."""
    side = "bid" if order.buys else "ask"
    bounds = order.rules.bounds("PERCENT_PRICE_BY_SIDE")
    down, up = bounds.get(f"{side}MultiplierDown"), bounds.get(f"{side}MultiplierUp")
    if down is None or up is None:
        bounds = order.rules.bounds("PERCENT_PRICE")
        down, up = bounds.get("multiplierDown"), bounds.get("multiplierUp")
    if down is None or up is None:
        return None
    what = "mark price" if order.rules.market == "futures" else "average price"
    return Broken(
        f"The price must lie between {plain(down)} and {plain(up)} times the {what} of {order.rules.symbol}.",
        f"Read the {what} first, and take a price between {plain(down)} and {plain(up)} times it.",
        proven=False,
    )


def _counted(kind: str, name: str, what: str) -> Callable[[_Order], Broken | None]:
    """A bound on how many there may be: of the symbol, or of the whole account."""

    def check(order: _Order) -> Broken | None:
        most = order.rules.bounds(kind).get(name)
        if most is None:
            return None
        where = "" if kind.startswith("EXCHANGE_") else f" on {order.rules.symbol}"
        return Broken(
            f"One account may have at most {plain(most)} open {what}{where}.",
            f"Cancel {what} until fewer than {plain(most)} are open, then send this one.",
            proven=False,
        )

    return check


def _position(order: _Order) -> Broken | None:
    most = order.rules.bounds("MAX_POSITION").get("maxPosition")
    if most is None:
        return None
    return Broken(
        f"Holding plus open BUY orders may be at most maxPosition={plain(most)} of {order.rules.symbol}.",
        "Buy less, or cancel open BUY orders first.",
        proven=False,
    )


def _trailing(order: _Order) -> Broken | None:
    above = order.word("type").startswith("STOP_LOSS") == order.buys
    side = "Above" if above else "Below"
    bounds = order.rules.bounds("TRAILING_DELTA")
    grid = _grid(bounds, f"minTrailing{side}Delta", f"maxTrailing{side}Delta", "")
    return _first_broken(order, ("trailingDelta",), grid, up=False)


def _iceberg(order: _Order) -> Broken | None:
    most, quantity = order.rules.bounds("ICEBERG_PARTS").get("limit"), order.number("quantity")
    part = order.number("icebergQty")
    if not most or not quantity or not part or quantity <= most * part:
        return None
    passing = _lot_grid(order, "LOT_SIZE").nearest(quantity / most, up=True)
    says = f"The quantity divided by icebergQty is more than {plain(most)} parts."
    if passing is None:
        return Broken(says, "Send a larger icebergQty.")
    send = f"icebergQty={plain(passing)}"
    return Broken(says, f"Send {send} or more.", send=send)


_CHECKS: Final[Mapping[str, Callable[[_Order], Broken | None]]] = MappingProxyType(
    {
        "filter-price": _price,
        "filter-lot-size": _quantity,
        "filter-market-lot-size": _market_quantity,
        "filter-notional": _notional,
        "filter-min-notional": _notional,
        "filter-percent-price": _band,
        "filter-percent-price-by-side": _band,
        "filter-max-num-orders": _counted("MAX_NUM_ORDERS", "maxNumOrders", "orders"),
        "filter-max-num-algo-orders": _counted("MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", "stop orders"),
        "filter-max-num-iceberg-orders": _counted(
            "MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders", "iceberg orders"
        ),
        "filter-max-num-order-lists": _counted("MAX_NUM_ORDER_LISTS", "maxNumOrderLists", "order lists"),
        "filter-exchange-max-num-orders": _counted("EXCHANGE_MAX_NUM_ORDERS", "maxNumOrders", "orders"),
        "filter-exchange-max-num-algo-orders": _counted(
            "EXCHANGE_MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", "stop orders"
        ),
        "filter-max-position": _position,
        "filter-trailing-delta": _trailing,
        "filter-iceberg-parts": _iceberg,
        "futures-price-tick": _price,
        "futures-lot-size": _quantity,
        "futures-notional-too-small": _notional,
        "futures-price-band": _band,
        "futures-too-many-orders": _counted("MAX_NUM_ORDERS", "maxNumOrders", "orders"),
        "param-too-precise": _precision,
    }
)


def rounded(value: Decimal, step: Decimal, *, up: bool) -> Decimal:
    """The next multiple of a step above 0."""
    return (value / step).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR) * step


def plain(number: Decimal) -> str:
    """Digits without an exponent and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
