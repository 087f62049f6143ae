"""What the exchange refuses although the request was well made: filters, balances, the state of orders. Data only.

Codes and texts: errors.md and filters.md of binance-spot-api-docs, error codes of the USD-M and COIN-M futures.
"""

from functools import cache
from typing import Final

from proxy.core.diagnosis.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusal import FUTURES, Refusal, breaks_filter, says_code

_PRICES: Final = "price stopPrice stopLimitPrice abovePrice belowPrice triggerPrice"
_ORDER: Final = "-2010 -1010 -1013"

REFUSALS: Final[tuple[Refusal, ...]] = (
    breaks_filter(
        "PERCENT_PRICE_BY_SIDE",
        "The price is too far from the market for this side.",
        "Take a price between bidMultiplierDown and bidMultiplierUp (BUY), askMultiplierDown and askMultiplierUp"
        " (SELL) times the average price: GET /api/v3/avgPrice.",
        _PRICES,
    ),
    breaks_filter(
        "PERCENT_PRICE",
        "The price is too far from the market.",
        "Take a price between multiplierDown and multiplierUp times the average price of the last minutes.",
        _PRICES,
    ),
    breaks_filter(
        "PRICE_FILTER",
        "The price is no multiple of tickSize, or outside minPrice and maxPrice.",
        "Round the price down to a multiple of tickSize.",
        _PRICES,
        "price = (price // tick_size) * tick_size   # with Decimal",
    ),
    breaks_filter(
        "MARKET_LOT_SIZE",
        "The quantity of a MARKET order is no multiple of its stepSize, or outside its bounds.",
        "Round the quantity down to MARKET_LOT_SIZE's stepSize, and split what is above maxQty.",
        "quantity quoteOrderQty",
    ),
    breaks_filter(
        "LOT_SIZE",
        "The quantity is no multiple of stepSize, or outside minQty and maxQty.",
        "Round the quantity down to a multiple of stepSize, and keep it at minQty or more.",
        "quantity icebergQty",
        "quantity = (quantity // step_size) * step_size   # with Decimal",
    ),
    breaks_filter(
        "MIN_NOTIONAL",
        "Price times quantity is too small.",
        "Send a larger quantity: price times quantity must reach minNotional.",
        "quantity quoteOrderQty price",
    ),
    breaks_filter(
        "NOTIONAL",
        "Price times quantity is too small or too large.",
        "Choose a quantity for which price times quantity lies between minNotional and maxNotional.",
        "quantity quoteOrderQty price",
        "quantity >= minNotional / price, rounded up to stepSize",
    ),
    breaks_filter(
        "ICEBERG_PARTS",
        "The iceberg order has too many parts.",
        "Send a larger icebergQty: quantity / icebergQty, rounded up, must not exceed the filter's limit.",
        "icebergQty quantity",
    ),
    breaks_filter(
        "MAX_NUM_ICEBERG_ORDERS",
        "There are too many open iceberg orders on this symbol.",
        "Cancel one of them, or send the order without icebergQty.",
        "icebergQty",
    ),
    breaks_filter(
        "MAX_NUM_ALGO_ORDERS",
        "There are too many open stop orders on this symbol.",
        "Cancel stop orders on this symbol before you send another one.",
        "stopPrice",
    ),
    breaks_filter(
        "MAX_NUM_ORDER_LISTS",
        "There are too many open order lists on this symbol.",
        "Cancel an order list on this symbol first.",
        "",
    ),
    breaks_filter(
        "MAX_NUM_ORDER_AMENDS",
        "This order was changed too often.",
        "Cancel the order, and send a new one.",
        "",
    ),
    breaks_filter(
        "MAX_NUM_ORDERS",
        "There are too many open orders on this symbol.",
        "Cancel open orders on this symbol before you send another one.",
        "",
    ),
    breaks_filter(
        "MAX_POSITION",
        "The order would take the position above the limit of this symbol.",
        "Buy less: holding plus open buy orders must stay below maxPosition.",
        "quantity",
    ),
    breaks_filter(
        "MAX_ASSET",
        "The order moves more of an asset than one order may.",
        "Send a smaller quantity.",
        "quantity quoteOrderQty",
    ),
    breaks_filter(
        "TRAILING_DELTA",
        "trailingDelta is outside its bounds.",
        "Take a trailingDelta between the bounds of the TRAILING_DELTA filter; the unit is 0.01 %.",
        "trailingDelta",
    ),
    breaks_filter(
        "EXCHANGE_MAX_NUM_ORDERS", "This account has too many open orders.", "Cancel open orders first.", ""
    ),
    breaks_filter(
        "EXCHANGE_MAX_NUM_ALGO_ORDERS",
        "This account has too many open stop orders.",
        "Cancel stop orders first.",
        "",
    ),
    breaks_filter(
        "EXCHANGE_MAX_NUM_ICEBERG_ORDERS",
        "This account has too many open iceberg orders.",
        "Cancel one of them first.",
        "",
    ),
    breaks_filter(
        "EXCHANGE_MAX_NUM_ORDER_LISTS",
        "This account has too many open order lists.",
        "Cancel one of them first.",
        "",
    ),
    says_code(
        "account-balance-too-small",
        _ORDER,
        "The account has not enough free balance or margin for this.",
        "What open orders hold is not free, a fee comes on top, and each wallet (spot, funding, margin, futures) has"
        " a balance of its own.",
        "Read the free balance of the right wallet first, then send a smaller quantity or move money there.",
        text=r"insufficient|not enough|not sufficient|balance is not",
        alone="-2018 -2019 -3041 -4051",
        parameters="quantity quoteOrderQty amount",
    ),
    says_code(
        "order-would-trigger",
        f"{_ORDER} -2021",
        "The stop price is already passed: the order would trigger at once.",
        "A stop above the market triggers on BUY, one below it on SELL; the market has moved.",
        "Read the last price (mark price on futures with workingType=MARK_PRICE), and put stopPrice beyond it.",
        text=r"trigger",
        parameters="stopPrice triggerPrice side activationPrice",
    ),
    says_code(
        "order-would-match",
        _ORDER,
        "A maker-only order would have matched at once.",
        "LIMIT_MAKER and timeInForce=GTX are refused where the price crosses the book.",
        "Take a price below the best ask (BUY) or above the best bid (SELL), or send LIMIT.",
        text=r"immediately match|post only|executed as maker",
        alone="-5022",
        parameters="price type timeInForce",
    ),
    says_code(
        "order-market-closed",
        _ORDER,
        "The symbol is not traded at the moment.",
        "It is halted, delisted, or before its opening.",
        "Read the status of the symbol in exchangeInfo, and wait until it is TRADING.",
        text=r"market is closed|symbol is closed|invalid symbol status",
        alone="-4141 -4140",
        parameters="symbol",
    ),
    says_code(
        "order-duplicate-id",
        _ORDER,
        "An open order has this client order id already.",
        "The order was sent twice, or the id is not made anew for each order.",
        "Look the first one up by this id; make a new newClientOrderId for another order.",
        text=r"duplicate",
        alone="-4116",
        parameters="newClientOrderId",
    ),
    says_code(
        "order-type-not-offered",
        _ORDER,
        "This symbol or account does not take this kind of order.",
        "Order types, quoteOrderQty, icebergs and trailing stops are offered symbol by symbol.",
        "Read orderTypes and the permissions of the symbol in exchangeInfo, and choose another type.",
        text=r"not supported|not permitted|not allowed|unsupported",
        parameters="type quoteOrderQty icebergQty symbol",
    ),
    says_code(
        "order-trading-disabled",
        _ORDER,
        "This account may not trade at the moment.",
        "Trading is locked for the account or for this action.",
        "Log in on the web site and look for a notice; ask Binance's support.",
        text=r"may not place|disabled|account.*(lock|frozen)",
    ),
    says_code(
        "order-price-relation",
        _ORDER,
        "The prices of an order list are in the wrong order.",
        "SELL: limit price above the last price, stop price below it. BUY: the other way round.",
        "Put the prices on the right sides of the last price.",
        text=r"relationship of the prices",
        parameters=_PRICES,
    ),
    says_code(
        "order-not-found",
        "-2011 -2013",
        "No such order is open here.",
        "It was filled, cancelled or expired already; the symbol, the id or the account is another one; or the id"
        " went through a floating-point number.",
        "Look the order up by its id with GET on the same path, and take ids as text.",
        parameters="orderId origClientOrderId symbol orderListId algoId clientAlgoId",
    ),
    says_code(
        "order-archived",
        "-2026",
        "The order is older than 90 days and has been archived.",
        "Orders without fills that ended more than 90 days ago are not shown any more.",
        "Keep your own record of orders.",
        text=r"archived",
    ),
    says_code(
        "order-reduce-only-refused",
        "-2022",
        "A reduce-only order would not reduce a position.",
        "There is no open position on this side, or other reduce-only orders cover it already.",
        "Read positionRisk and the open orders; leave reduceOnly out to open a position.",
        paths=FUTURES,
        parameters="reduceOnly side quantity positionSide",
    ),
    says_code(
        "order-replace-failed",
        "-2021 -2022",
        "Cancelling and replacing was not done as a whole.",
        "One or both halves failed: their own codes stand in data.cancelResponse and data.newOrderResponse.",
        "Read both halves in data, and look both orders up before you repeat anything.",
        text=r"cancel-replace",
    ),
    says_code(
        "futures-notional-too-small",
        "-4164",
        "The order is too small: its notional must reach the minimum.",
        "Price times quantity is below MIN_NOTIONAL of the symbol; only reduce-only orders may be smaller.",
        "Send a larger quantity, or reduceOnly=true to close a position.",
        paths=FUTURES,
        parameters="quantity price",
    ),
    says_code(
        "futures-price-band",
        "-4131 -4016 -4024 -4184",
        "The price is too far from the mark price.",
        "PERCENT_PRICE limits how far an order may be from the mark price.",
        "Read the mark price (premiumIndex), and choose a price within multiplierDown and multiplierUp.",
        paths=FUTURES,
        parameters=_PRICES,
    ),
    says_code(
        "futures-price-tick",
        "-4014 -4001 -4002 -4013",
        "The price is no multiple of tickSize, or outside its bounds.",
        "PRICE_FILTER of the symbol in exchangeInfo; pricePrecision is not the tick size.",
        "Round the price to a multiple of tickSize.",
        paths=FUTURES,
        parameters=_PRICES,
    ),
    says_code(
        "futures-lot-size",
        "-4003 -4004 -4005 -4023",
        "The quantity is no multiple of stepSize, or outside its bounds.",
        "LOT_SIZE and MARKET_LOT_SIZE of the symbol in exchangeInfo; quantityPrecision is not the step size.",
        "Round the quantity down to a multiple of stepSize, and keep it between minQty and maxQty.",
        paths=FUTURES,
        parameters="quantity",
    ),
    says_code(
        "futures-position-side",
        "-4061 -4060 -4062",
        "positionSide does not fit the position mode of this account.",
        "In hedge mode each order says LONG or SHORT; in one-way mode BOTH or nothing, and reduceOnly is for one-way"
        " mode only.",
        "Read GET positionSide/dual, then send positionSide as the mode wants it.",
        paths=FUTURES,
        parameters="positionSide reduceOnly",
        example="positionSide=LONG   # hedge mode",
    ),
    says_code(
        "futures-no-change",
        "-4046 -4059 -4171",
        "Nothing to do: this setting has this value already.",
        "Binance answers with an error where a setting would not change.",
        "Treat this code as success.",
        paths=FUTURES,
        parameters="marginType dualSidePosition multiAssetsMargin",
    ),
    says_code(
        "futures-leverage",
        "-4028 -4161 -2027 -2028",
        "This leverage is not possible here.",
        "It is outside the bounds of the symbol or of its bracket, or a position is too large for it.",
        "Read leverageBracket for the symbol, and choose a smaller leverage or a smaller position.",
        paths=FUTURES,
        parameters="leverage quantity",
    ),
    says_code(
        "futures-margin-type-locked",
        "-4047 -4048",
        "The margin type cannot be changed now.",
        "There are open orders or positions on the symbol.",
        "Cancel the open orders and close the position, then change marginType.",
        paths=FUTURES,
        parameters="marginType",
    ),
    says_code(
        "futures-too-many-orders",
        "-4045 -2025",
        "There are too many open orders.",
        "The limit of open orders (or of stop orders) is reached.",
        "Cancel open orders first.",
        paths=FUTURES,
    ),
    says_code(
        "futures-not-enabled",
        "-1109 -4192 -4087 -4088",
        "This account may not do this on futures.",
        "The futures account is not open, cooling off, or may only reduce positions.",
        "Open the futures account or wait until the restriction ends; reduce-only orders may still pass.",
        paths=FUTURES,
    ),
    says_code(
        "answer-time-range",
        "-1127 -1023 -4166 -4188",
        "The time range is too long, or ends before it begins.",
        "Each history call has a longest range.",
        "Ask in shorter slices, and keep startTime below endTime.",
        parameters="startTime endTime",
    ),
    says_code(
        "param-interval-unknown",
        "-1120",
        "The interval is not one that Binance knows.",
        "Intervals are 1m, 3m, 5m, 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h, 1d, 3d, 1w, 1M (1s on spot).",
        "Send one of these words; 1m is a minute and 1M a month.",
        parameters="interval",
        example="interval=1h",
    ),
    says_code(
        "param-empty-order-id",
        "-1118 -1119",
        "A client order id was sent without a value.",
        "A variable was empty.",
        "Leave it out, or fill it in.",
        parameters="newClientOrderId origClientOrderId",
    ),
    says_code(
        "key-listen-key-unknown",
        "-1125",
        "This listenKey does not exist, or is no longer valid.",
        "It lives 60 minutes unless it is kept alive, and belongs to one product.",
        "Make a new one, and send a keep-alive every 30 minutes.",
        parameters="listenKey",
    ),
    says_code(
        "param-order-combination",
        "-1014",
        "This combination of parameters is not an order that Binance knows.",
        "The parameters do not belong to this order type.",
        "Compare the parameters with the table of order types.",
        parameters="type timeInForce price stopPrice",
    ),
    says_code(
        "answer-no-orders-on-book",
        "-1112",
        "There is nobody on the other side of the book.",
        "A MARKET order needs orders to match.",
        "Send a LIMIT order, or choose another symbol.",
        parameters="symbol",
    ),
)


_ACCEPTED: Final = frozenset({-1013, -2010, -2011, -2013, -2021, -2022, -2026})
"""-1013, -2010 and C2C business codes mean that the signature was accepted; -2011 and -2013 look orders up."""


def after_the_signature(code: object) -> bool:
    """Whether this code comes after the signature was accepted, whatever its text says."""
    return code in _ACCEPTED


def refusal_of(request: ParsedRequest) -> Refusal | None:
    """The first that fits the answer."""
    answer = request.answer
    if answer is None or answer.success:
        return None
    path = "/api/v3/" if request.websocket else request.path_text
    return next((one for one in REFUSALS if one.fits(answer.code, answer.message[:500], path)), None)


@cache
def rules_by_code() -> dict[int, tuple[str, ...]]:
    """Rule names by code, in the order of the list."""
    found: dict[int, tuple[str, ...]] = {}
    for one in REFUSALS:
        for code in sorted(one.codes | one.alone):
            found[code] = tuple(dict.fromkeys((*found.get(code, ()), one.about.rule)))
    return found
