"""How much a request moves, in the measure that a line bounds. Never too little: what cannot be known is refused.

A buy at a limit costs at most its price. The price of a sale is only a floor, a market order has none, a trigger
fills later: then the exchange's own book tells, where the policy allows it (`prices: exchange`), with a margin for
what may happen until the order fills. Sums, products and quotients are rounded up.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from enum import Enum
from functools import lru_cache
from typing import Final

import msgspec

from proxy.core.catalogue import Endpoint, PrefixFamily
from proxy.core.catalogue.parameters import Role, parameters_of
from proxy.core.guard.limits.arguments import Argument, Arguments, CannotJudgeError
from proxy.core.guard.limits.line import Measure
from proxy.core.guard.limits.orders import Leg, Part, number_of, parts_of
from proxy.core.market import Book, Contract, MarketFacts, MarketNeed, market_of

_NONE: Final = Decimal(0)
_ONE: Final = Decimal(1)
_UP: Final = Context(prec=140, rounding=ROUND_CEILING)
"""Two numbers of 60 digits multiply exactly; a quotient is never below the true one."""
_DOWN: Final = Context(prec=140, rounding=ROUND_FLOOR)
"""For the price that an amount is divided by: the lower it is, the more comes out."""
_WEI: Final = Decimal(10) ** 18
_BSC: Final = "56"
"""The chain of the prediction wallet where none is said (documentation of its calls)."""

_LIMITS: Final = frozenset({"LIMIT", "LIMIT_MAKER", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT"})
_AT_MARKET: Final = frozenset({"MARKET", "STOP_LOSS", "TAKE_PROFIT"})
_FUTURES_LIMITS: Final = frozenset({"LIMIT", "STOP", "TAKE_PROFIT"})
_FUTURES_AT_MARKET: Final = frozenset({"MARKET", "STOP_MARKET", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"})
"""The same word means a limit on futures and the market on spot: TAKE_PROFIT (documentation of both, "New Order")."""

_ORDERS: Final = frozenset({Role.BASE_QUANTITY, Role.QUOTE_QUANTITY, Role.CONTRACTS})


class _Unit(Enum):
    """What an amount is counted in, where that is not whole coins."""

    COINS = "coins"
    WEI = "wei"
    QUOTE = "quote coins"
    BOUND = "no amount, but a bound of later amounts"
    UNKNOWN = "something that does not say how much is moved"


_UNITS: Final[Mapping[tuple[str, str], _Unit]] = {
    ("/fapi/v1/positionMargin", "amount"): _Unit.QUOTE,
    **{
        (f"/sapi/v1/c2c/{agent}ads/{verb}", f"{end}SingleTransAmount"): _Unit.BOUND
        for agent in ("", "agent/")
        for verb in ("post", "update")
        for end in ("min", "max")
    },
    **{
        (f"/sapi/v1/w3w/wallet/prediction/{path}", name): _Unit.WEI
        for path, name in (
            ("deposit/apply", "fromTokenAmount"),
            ("transfer/inbound", "fromTokenAmount"),
            ("transfer/outbound", "fromTokenAmount"),
        )
    },
    **dict.fromkeys(
        (
            ("/sapi/v1/w3w/wallet/prediction/otc/blocktrade/create", "makerAmount"),
            ("/sapi/v1/w3w/wallet/prediction/otc/blocktrade/create", "takerAmount"),
            ("/sapi/v1/lending/auto-invest/redeem", "redemptionPercentage"),
            ("/sapi/v1/lending/customizedFixed/purchase", "lot"),
            ("/sapi/v1/lending/positionChanged", "lot"),
            ("/sapi/v1/bswap/liquidityRemove", "shareAmount"),
            # The pool takes the other coin as well.
            ("/sapi/v1/bswap/liquidityAdd", "quantity"),
            # Of two products out of three the whole position goes, whatever the amount says.
            ("/sapi/v1/staking/redeem", "amount"),
            # What a plan moves each time, and nobody says how often.
            ("/sapi/v1/lending/auto-invest/plan/add", "subscriptionAmount"),
            ("/sapi/v1/lending/auto-invest/plan/edit", "subscriptionAmount"),
            # It is moved beside the order, whose own amount stands in a quote.
            ("/sapi/v1/w3w/wallet/prediction/trade/place-order-bundle", "fundTransferAmount"),
            # What is pledged: how much of another coin is borrowed for it is not said.
            ("/sapi/v1/loan/borrow", "collateralAmount"),
            ("/sapi/v2/loan/flexible/borrow", "collateralAmount"),
            ("/sapi/v1/mining/hash-transfer/config", "hashRate"),
        ),
        _Unit.UNKNOWN,
    ),
}
"""Amounts in other units than coins, by path and name. Source: the notes of data/parameters.csv, and of USD-M
positions ("Modify Isolated Position Margin": `amount` in the margin coin)."""

_MOVE_POSITION: Final = "/sapi/v1/sub-account/futures/move-position"
_C2C_ORDER: Final = "/sapi/v1/c2c/orderMatch/placeOrder"
_SELLS_OPTIONS: Final = (
    "what a sold option may cost has no bound in the quote coin; bound it with max_contracts"
)
_NO_PRICE: Final = (
    "its price is not known before it fills; a buy with a limit price, a post-only sale or a quote amount would be, "
    "or set `prices: exchange` in the policy"
)
_SELLS_AT_OWN_PRICE: Final = (
    "whoever sells here names the price, so an amount in the quote coin bounds nothing; bound it with "
    "max_quantity"
)
_NEEDS_PRICE: Final = (
    "how much of the base coin its quote amount is depends on a price; send its quantity, or set `prices: exchange` "
    "in the policy"
)
_FLOATS: Final = "its price follows the market; send an advert with a fixed price (priceType 1)"
_TRAILS: Final = (
    "it follows the market before it fills, so its price has no bound; "
    "bound it with max_quantity or max_contracts"
)
_EVERYTHING: Final = "it closes or moves all there is, whatever that is; send a quantity instead"
_NO_BOOK: Final = "the exchange's price for it could not be had, and without one it cannot be limited"
_NO_CONTRACT: Final = "what one contract is could not be had from the exchange; bound it with max_contracts"


class Market:
    """What is known of one market while a request is judged. What is asked for and not there stands in `missing`."""

    def __init__(self, endpoint: Endpoint, facts: MarketFacts, margin: Decimal | None) -> None:
        """`margin`: how far a price may run, None where the policy takes no price of the exchange."""
        self.family = market_of(endpoint)
        self.margin = margin
        self.missing: set[MarketNeed] = set()
        self._facts = facts

    def book(self, symbol: str) -> Book:
        """Raises CannotJudgeError."""
        if self.margin is None:
            raise CannotJudgeError(_NO_PRICE)
        found = None
        if self.family is not None and symbol:
            found = self._facts.books.get((self.family, symbol))
            if found is None:
                self.missing.add(MarketNeed(self.family, symbol, "book"))
        if found is None:
            raise CannotJudgeError(_NO_BOOK)
        return found

    def contract(self, symbol: str) -> Contract:
        """Raises CannotJudgeError."""
        found = None
        if self.family is not None and symbol:
            found = self._facts.contracts.get((self.family, symbol))
            if found is None:
                self.missing.add(MarketNeed(self.family, symbol, "contract"))
        if found is None:
            raise CannotJudgeError(_NO_CONTRACT)
        return found


class Asked(msgspec.Struct, frozen=True):
    """A request as limits see it."""

    endpoint: Endpoint
    arguments: Arguments
    parts: tuple[Part, ...]
    everything: bool  # all that is there, whatever quantity stands beside it

    @classmethod
    def of(cls, endpoint: Endpoint, arguments: Arguments) -> "Asked":
        """Raises CannotJudgeError for numbers that are none, and where two quantities stand for one order."""
        roles = {one.role for one in parameters_of(endpoint.method, endpoint.path).values()}
        parts = parts_of(endpoint, arguments) if roles & _ORDERS else ()
        for part in parts:
            if len([one for one in (part.base, part.quote, part.contracts) if one is not None]) > 1:
                raise CannotJudgeError("it says two quantities for one order; send one of them")
        everything = any(one.role is Role.CLOSE_ALL and one.text.lower() != "false" for one in arguments)
        return cls(endpoint, arguments, parts, everything)


def amount_in(measure: Measure, asked: Asked, market: Market) -> Decimal:
    """What a request moves. Raises CannotJudgeError where that cannot be known."""
    if asked.everything:
        raise CannotJudgeError(_EVERYTHING)
    found = [_of_part(measure, part, asked.endpoint, market) for part in asked.parts]
    found += _plain_amounts(measure, asked)
    if not found:
        raise _unsaid(measure, asked.endpoint)
    if not all(found):
        raise CannotJudgeError("a quantity of 0 may be read as none at all; say how much, or leave it out")
    total = _NONE
    for one in found:
        total = _UP.add(total, one)
    return total


def offers(endpoint: Endpoint, measure: Measure, *, prices: bool) -> bool:
    """Whether requests to an endpoint can say how much they move, in this measure."""
    return measure in _offered(endpoint, prices)


@lru_cache(maxsize=1024)
def _offered(endpoint: Endpoint, prices: bool) -> frozenset[Measure]:
    return frozenset(measure for measure in Measure if _offers(endpoint, measure, prices=prices))


def _offers(endpoint: Endpoint, measure: Measure, *, prices: bool) -> bool:
    known = parameters_of(endpoint.method, endpoint.path)
    roles = {one.role for one in known.values()}
    units = {_unit(endpoint, one.name) for one in known.values() if one.role is Role.AMOUNT}
    batch = any(one.role is Role.BATCH and one.type == "STRING" for one in known.values())
    if measure is Measure.CONTRACTS:
        return Role.CONTRACTS in roles
    if measure is Measure.QUOTE:
        orders = bool(roles & {Role.QUOTE_QUANTITY, Role.BASE_QUANTITY, Role.CONTRACTS})
        return orders or _Unit.QUOTE in units or endpoint.path == _C2C_ORDER
    said = Role.BASE_QUANTITY in roles or bool(units & {_Unit.COINS, _Unit.WEI}) or batch
    of_base = Role.CONTRACTS in roles and market_of(endpoint) is PrefixFamily.EAPI
    return said or of_base or (prices and bool(roles & {Role.QUOTE_QUANTITY, Role.CONTRACTS}))


_WORDS: Final = {
    Measure.QUANTITY: ("coins", (Role.BASE_QUANTITY, Role.AMOUNT)),
    Measure.QUOTE: ("the quote coin", (Role.QUOTE_QUANTITY,)),
    Measure.CONTRACTS: ("contracts", (Role.CONTRACTS,)),
}
"""What a measure is called, and the roles of the parameters that say it."""


def _unsaid(measure: Measure, endpoint: Endpoint) -> CannotJudgeError:
    """The refusal of a request that leaves out how much it moves, with the names that would say it."""
    words, roles = _WORDS[measure]
    known = parameters_of(endpoint.method, endpoint.path).values()
    names = [one.name for one in known if one.role in roles and _unit(endpoint, one.name) is not _Unit.BOUND]
    advice = f"; send `{'` or `'.join(names)}`, once and as a plain number" if names else ""
    return CannotJudgeError(f"what it moves is not said in {words}{advice}")


def _of_part(measure: Measure, part: Part, endpoint: Endpoint, market: Market) -> Decimal:
    match measure:
        case Measure.CONTRACTS if part.contracts is not None:
            return part.contracts
        case Measure.QUANTITY:
            return _in_base(part, endpoint, market)
        case Measure.QUOTE:
            return _in_quote(part, endpoint, market)
    raise _unsaid(measure, endpoint)


def _in_base(part: Part, endpoint: Endpoint, market: Market) -> Decimal:
    if part.base is not None:
        return part.base
    quote = part.quote
    if part.contracts is not None:
        contract = market.contract(part.legs[0].symbol)
        worth = _UP.multiply(part.contracts, contract.size)
        if not contract.quoted:
            return worth
        quote = worth
    if quote is None:
        raise _unsaid(Measure.QUANTITY, endpoint)
    return _UP.divide(quote, min(_lowest_price(leg, market) for leg in part.legs))


def _in_quote(part: Part, endpoint: Endpoint, market: Market) -> Decimal:
    if _at_own_price(endpoint) and any(leg.side != "BUY" for leg in part.legs):
        raise CannotJudgeError(_SELLS_AT_OWN_PRICE)
    if part.quote is not None:
        return part.quote
    quantity = part.base
    if part.contracts is not None:
        contract = market.contract(part.legs[0].symbol)
        quantity = _UP.multiply(part.contracts, contract.size)
        if contract.quoted:
            return quantity
        if any(leg.side != "BUY" for leg in part.legs):
            raise CannotJudgeError(_SELLS_OPTIONS)
    if quantity is None:
        raise CannotJudgeError("its quote amount cannot be known; send its quantity or a quote amount")
    return _UP.multiply(quantity, max(_highest_price(leg, endpoint, market) for leg in part.legs))


def _lowest_price(leg: Leg, market: Market) -> Decimal:
    """The lower the price, the more of the base coin an amount of the quote coin is."""
    if leg.trails:
        raise CannotJudgeError(_TRAILS)
    if market.margin is None:
        raise CannotJudgeError(_NEEDS_PRICE)
    named = [leg.price] if leg.price is not None else []
    lowest = min([market.book(leg.symbol).bid, *named, *leg.triggers])
    low = _DOWN.multiply(lowest, _DOWN.subtract(_ONE, market.margin or _NONE))
    if low <= 0:
        raise CannotJudgeError(_NO_BOOK)
    return low


def _highest_price(leg: Leg, endpoint: Endpoint, market: Market) -> Decimal:
    """The most that a unit of the base coin may be worth when this leg fills."""
    kind = ("MARKET" if leg.price is None else "LIMIT") if leg.kind is None else leg.kind
    limits, at_market = _kinds(endpoint)
    if kind not in limits | at_market or (leg.side not in ("BUY", "SELL") and endpoint.family != "c2c"):
        raise CannotJudgeError("its side or its order type is none that is known, so its price is not either")
    if leg.pegged and endpoint.family == "c2c":
        raise CannotJudgeError(_FLOATS)
    if kind in limits and not leg.pegged:
        if not leg.price:  # 0 may be read as none at all, and some endpoints then take the market's
            raise CannotJudgeError("it must say its price, once, as a plain number above 0")
        buys = leg.side == "BUY" and not _changes(endpoint)
        rests = leg.post_only and limits is _FUTURES_LIMITS  # on spot no time in force says so
        if buys or rests or kind == "LIMIT_MAKER" or endpoint.family == "c2c":
            return leg.price
    if leg.trails:
        raise CannotJudgeError(_TRAILS)
    book = market.book(leg.symbol)
    run = _UP.add(_ONE, market.margin or _NONE)
    best = book.bid if leg.side == "SELL" and not _changes(endpoint) else book.ask
    floor = [leg.price] if leg.price is not None else []
    return max([_UP.multiply(one, run) for one in (best, *leg.triggers)] + floor)


def _changes(endpoint: Endpoint) -> bool:
    """Whether it changes an order that stands: that one's side holds, and nobody says what a wrong one here does."""
    return endpoint.method == "PUT"


def _at_own_price(endpoint: Endpoint) -> bool:
    """Whether its price is what one side names, and no market's."""
    return endpoint.family == "c2c" or "/convert/" in endpoint.path


def _kinds(endpoint: Endpoint) -> tuple[frozenset[str], frozenset[str]]:
    """The order types with a limit price, and those without."""
    futures = market_of(endpoint) in (PrefixFamily.FAPI, PrefixFamily.DAPI, PrefixFamily.EAPI)
    return (_FUTURES_LIMITS, _FUTURES_AT_MARKET) if futures else (_LIMITS, _AT_MARKET)


def _plain_amounts(measure: Measure, asked: Asked) -> list[Decimal]:
    """What is moved, lent or staked; one amount a request, or one an entry of a list."""
    found = [one for one in asked.arguments if one.role is Role.AMOUNT]
    counted = [one for one in found if _unit(asked.endpoint, one.name) is not _Unit.BOUND]
    if len(counted) > 1 and any(one.member is None for one in counted):
        raise CannotJudgeError("it says two amounts; send one of them")
    if asked.endpoint.path == _MOVE_POSITION and any(_is_not_usd_m(one) for one in asked.arguments):
        raise CannotJudgeError("it moves contracts, not coins, and what they are is not said")
    return [_in_coins(measure, one, asked) for one in counted]


def _in_coins(measure: Measure, amount: Argument, asked: Asked) -> Decimal:
    unit = _unit(asked.endpoint, amount.name)
    if asked.endpoint.path == _C2C_ORDER:
        by = [one.text for one in asked.arguments if one.name == "buyType"]
        unit = {"BY_AMOUNT": _Unit.COINS, "BY_MONEY": _Unit.QUOTE}.get(by[0] if by else "", _Unit.UNKNOWN)
        if unit is _Unit.QUOTE and [one.text for one in asked.arguments if one.role is Role.SIDE] != ["BUY"]:
            raise CannotJudgeError(_SELLS_AT_OWN_PRICE)
    value = number_of(amount)
    match measure, unit:
        case (Measure.QUANTITY, _Unit.COINS) | (Measure.QUOTE, _Unit.QUOTE):
            return value
        case Measure.QUANTITY, _Unit.WEI if _on_bsc(asked):
            return _UP.divide(value, _WEI)
    raise CannotJudgeError(f"`{amount.name}` is in {unit.value}, which this line does not bound")


def _on_bsc(asked: Asked) -> bool:
    """Whether an amount in wei is one of 18 decimals: on other chains tokens have others."""
    return all(one.text == _BSC for one in asked.arguments if one.name == "chainId")


def _unit(endpoint: Endpoint, name: str) -> _Unit:
    return _UNITS.get((endpoint.path, name), _Unit.COINS)


def _is_not_usd_m(argument: Argument) -> bool:
    return argument.name == "productType" and argument.text != "UM"
