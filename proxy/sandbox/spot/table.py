"""The spot endpoints with weights of 2026 (binance/binance-spot-api-docs, rest-api.md)."""

from proxy.sandbox.endpoint import (
    BOOLEAN,
    CLIENT_ID,
    DECIMAL,
    NUMBER,
    Choice,
    Endpoint,
    Param,
    Pattern,
    Security,
    choice,
    params,
)
from proxy.sandbox.spot import account, market, order_lists, orders
from proxy.sandbox.spot.order_rules import NEEDS

NONE, SIGNED = Security.NONE, Security.SIGNED

_TYPE = choice(" ".join(NEEDS), -1116, "Invalid orderType.")
_TIME_IN_FORCE = choice("GTC IOC FOK", -1115, "Invalid timeInForce.")
_RESPONSE = choice("ACK RESULT FULL", -1136, "Invalid newOrderRespType.")
_INTERVAL = choice(" ".join(market.INTERVALS_MS), -1120, "Invalid interval.")
_MODE = choice(
    "STOP_ON_FAILURE ALLOW_FAILURE", -1102,
    "Mandatory parameter 'cancelReplaceMode' was not sent, was empty/null, or malformed.",
)  # fmt: skip

_NEW_ORDER = (
    "symbol! side! type! timeInForce quantity quoteOrderQty price newClientOrderId strategyId strategyType "
    "stopPrice trailingDelta icebergQty newOrderRespType selfTradePreventionMode pegPriceType pegOffsetValue "
    "pegOffsetType"
)
_PEG = choice("PRIMARY_PEG MARKET_PEG", -1130, "Data sent for parameter 'pegPriceType' is not valid.")
_PEG_OFFSET = choice("PRICE_LEVEL", -1130, "Data sent for parameter 'pegOffsetType' is not valid.")
_ORDER_FORMS: dict[str, Pattern | Choice] = {
    "type": _TYPE, "timeInForce": _TIME_IN_FORCE, "newOrderRespType": _RESPONSE, "pegPriceType": _PEG,
    "pegOffsetType": _PEG_OFFSET, **dict.fromkeys(("pegOffsetValue", "trailingDelta"), NUMBER),
}  # fmt: skip
_ORDER = params(_NEW_ORDER, **_ORDER_FORMS)
_TEST = _ORDER + params("computeCommissionRates", computeCommissionRates=BOOLEAN)
_REPLACE = params(
    _NEW_ORDER + " cancelReplaceMode! cancelNewClientOrderId cancelOrigClientOrderId cancelOrderId "
    "cancelRestrictions orderRateLimitExceededMode",
    **_ORDER_FORMS, cancelReplaceMode=_MODE,
)  # fmt: skip
_AMEND = params("symbol! orderId origClientOrderId newClientOrderId newQty!", newQty=DECIMAL)
_PRICES = dict.fromkeys(("abovePrice", "belowPrice", "aboveStopPrice", "belowStopPrice"), DECIMAL)
_OCO_TRAILS = dict.fromkeys(("aboveTrailingDelta", "belowTrailingDelta"), NUMBER)
_OCO_TIMES = dict.fromkeys(("aboveTimeInForce", "belowTimeInForce"), _TIME_IN_FORCE)
_OCO = params(
    "symbol! side! quantity! listClientOrderId aboveType! aboveClientOrderId aboveIcebergQty abovePrice "
    "aboveStopPrice aboveTrailingDelta aboveTimeInForce belowType! belowClientOrderId belowIcebergQty "
    "belowPrice belowStopPrice belowTrailingDelta belowTimeInForce newOrderRespType selfTradePreventionMode",
    aboveType=_TYPE, belowType=_TYPE, **_PRICES, **_OCO_TRAILS, **_OCO_TIMES,
)  # fmt: skip
_PEGS = "{0}PegPriceType {0}PegOffsetType {0}PegOffsetValue {0}StrategyId {0}StrategyType"
_AMOUNTS = "{0}Price {0}StopPrice {0}TrailingDelta {0}IcebergQty {0}TimeInForce {0}ClientOrderId " + _PEGS
_LIST = (
    "symbol! listClientOrderId newOrderRespType selfTradePreventionMode workingType! workingSide! workingPrice! "
    "workingQuantity! workingIcebergQty workingTimeInForce workingClientOrderId pendingSide! "
    + _PEGS.format("working")
)
_PAIR = (
    f"pendingAboveType! pendingBelowType {_AMOUNTS.format('pendingAbove')} {_AMOUNTS.format('pendingBelow')}"
)


def _list_params(more: str) -> tuple[Param, ...]:
    """The working order, and what waits for it: one order or a pair."""
    text = f"{_LIST} {more}"
    names = [word.rstrip("!") for word in text.split()]
    forms: dict[str, Pattern | Choice] = {}
    for name in names:
        for ending, form in _LIST_FORMS.items():
            if name.endswith(ending) and name != "newOrderRespType":
                forms[name] = form
    forms["newOrderRespType"] = _RESPONSE
    forms["workingType"] = choice("LIMIT LIMIT_MAKER", -1116, "Invalid orderType.")
    return params(text, **forms)


_LIST_FORMS: dict[str, Pattern | Choice] = {
    "Type": _TYPE,
    "Side": choice("BUY SELL", -1117, "Invalid side."),
    "TimeInForce": _TIME_IN_FORCE,
    **dict.fromkeys(("Price", "Quantity", "IcebergQty"), DECIMAL),
    **dict.fromkeys(("TrailingDelta", "OffsetValue", "StrategyId", "StrategyType"), NUMBER),
    "PegPriceType": _PEG,
    "PegOffsetType": _PEG_OFFSET,
    "ClientOrderId": CLIENT_ID,
}
_OTO = _list_params(f"pendingType! pendingQuantity! {_AMOUNTS.format('pending')}")
_OTOCO = _list_params(f"pendingQuantity! {_PAIR}")
_OPO = _list_params(f"pendingType! {_AMOUNTS.format('pending')}")
_OPOCO = _list_params(_PAIR)
_SOR = params(
    "symbol! side! type! timeInForce quantity! price newClientOrderId strategyId strategyType icebergQty "
    "newOrderRespType selfTradePreventionMode",
    type=choice("LIMIT MARKET", -1116, "Invalid orderType."), timeInForce=_TIME_IN_FORCE,
    newOrderRespType=_RESPONSE,
)  # fmt: skip
_OLD_OCO = params(
    "symbol! side! quantity! price! stopPrice! listClientOrderId limitClientOrderId limitIcebergQty "
    "stopClientOrderId stopLimitPrice stopIcebergQty stopLimitTimeInForce newOrderRespType",
    stopLimitPrice=DECIMAL,
)
_CANCEL_LIST = params("symbol! orderListId listClientOrderId newClientOrderId")
_FIND = params("symbol! orderId origClientOrderId")
_CANCEL = params("symbol! orderId origClientOrderId newClientOrderId cancelRestrictions")
_HISTORY = params("symbol! orderId startTime endTime fromId limit")
_TICKER = params("symbol symbols type symbolStatus")
_KLINES = params("symbol! interval! startTime endTime timeZone limit", interval=_INTERVAL)
_TRADES = params("symbol! limit fromId startTime endTime")

ENDPOINTS = (
    Endpoint("GET", "/api/v3/ping", NONE, market.ping),
    Endpoint("GET", "/api/v3/time", NONE, market.server_time),
    Endpoint("GET", "/api/v3/exchangeInfo", NONE, market.exchange_info,
             params("symbol symbols permissions showPermissionSets symbolStatus"), 20),
    Endpoint("GET", "/api/v3/depth", NONE, market.depth, params("symbol! limit symbolStatus"), 5),
    Endpoint("GET", "/api/v3/trades", NONE, market.trades, params("symbol! limit"), 25),
    Endpoint("GET", "/api/v3/historicalTrades", NONE, market.trades, params("symbol! limit fromId"), 25),
    Endpoint("GET", "/api/v3/aggTrades", NONE, market.aggregate_trades, _TRADES, 4),
    Endpoint("GET", "/api/v3/klines", NONE, market.klines, _KLINES, 2),
    Endpoint("GET", "/api/v3/uiKlines", NONE, market.klines, _KLINES, 2),
    Endpoint("GET", "/api/v3/avgPrice", NONE, market.average_price, params("symbol!"), 2),
    Endpoint("GET", "/api/v3/ticker/24hr", NONE, market.ticker_24hr, _TICKER, 2),
    Endpoint("GET", "/api/v3/ticker/price", NONE, market.ticker_price, _TICKER, 2),
    Endpoint("GET", "/api/v3/ticker/bookTicker", NONE, market.book_ticker, _TICKER, 2),
    Endpoint("GET", "/api/v3/account", SIGNED, account.account, params("omitZeroBalances"), 20,
             permission="read"),
    Endpoint("GET", "/api/v3/account/commission", SIGNED, account.commission, params("symbol!"), 20,
             permission="read"),
    Endpoint("GET", "/api/v3/myFilters", SIGNED, account.my_filters, params("symbol!"), 40,
             permission="read"),
    Endpoint("GET", "/api/v3/rateLimit/order", SIGNED, orders.order_rate_limits, (), 40, permission="read"),
    Endpoint("POST", "/api/v3/order/test", SIGNED, orders.check_order, _TEST, permission="spot"),
    Endpoint("POST", "/api/v3/order", SIGNED, orders.new_order, _ORDER, permission="spot",
             free_on_success=True, order=True),
    Endpoint("GET", "/api/v3/order", SIGNED, orders.query_order, _FIND, 4, permission="read"),
    Endpoint("DELETE", "/api/v3/order", SIGNED, orders.cancel_order, _CANCEL, permission="spot",
             free_on_success=True),
    Endpoint("POST", "/api/v3/order/cancelReplace", SIGNED, orders.cancel_replace, _REPLACE,
             permission="spot", free_on_success=True, order=True),
    Endpoint("PUT", "/api/v3/order/amend/keepPriority", SIGNED, orders.amend_keep_priority, _AMEND, 4,
             permission="spot"),
    Endpoint("GET", "/api/v3/openOrders", SIGNED, orders.open_orders, params("symbol"), 6,
             permission="read"),
    Endpoint("DELETE", "/api/v3/openOrders", SIGNED, orders.cancel_all, params("symbol!"),
             permission="spot", free_on_success=True),
    Endpoint("GET", "/api/v3/allOrders", SIGNED, orders.all_orders, _HISTORY, 20, permission="read"),
    Endpoint("GET", "/api/v3/myTrades", SIGNED, orders.my_trades, _HISTORY, 20, permission="read"),
    Endpoint("POST", "/api/v3/orderList/oco", SIGNED, order_lists.new_oco, _OCO, permission="spot",
             free_on_success=True, order=True),
    Endpoint("POST", "/api/v3/orderList/oto", SIGNED, order_lists.new_oto, _OTO, permission="spot",
             free_on_success=True, order=True),
    Endpoint("POST", "/api/v3/orderList/otoco", SIGNED, order_lists.new_otoco, _OTOCO, permission="spot",
             free_on_success=True, order=True),
    Endpoint("POST", "/api/v3/orderList/opo", SIGNED, order_lists.new_opo, _OPO, permission="spot",
             free_on_success=True, order=True),
    Endpoint("POST", "/api/v3/orderList/opoco", SIGNED, order_lists.new_opoco, _OPOCO, permission="spot",
             free_on_success=True, order=True),
    Endpoint("POST", "/api/v3/sor/order", SIGNED, orders.sor_order, _SOR, permission="spot",
             free_on_success=True, order=True),
    Endpoint("POST", "/api/v3/order/oco", SIGNED, order_lists.new_oco_of_old, _OLD_OCO, permission="spot",
             free_on_success=True, order=True),
    Endpoint("DELETE", "/api/v3/orderList", SIGNED, order_lists.cancel_list, _CANCEL_LIST,
             permission="spot", free_on_success=True),
    Endpoint("GET", "/api/v3/orderList", SIGNED, order_lists.query_list,
             params("orderListId origClientOrderId"), 4, permission="read"),
    Endpoint("GET", "/api/v3/allOrderList", SIGNED, order_lists.all_lists,
             params("fromId startTime endTime limit"), 20, permission="read"),
    Endpoint("GET", "/api/v3/openOrderList", SIGNED, order_lists.open_lists, (), 6, permission="read"),
)  # fmt: skip
