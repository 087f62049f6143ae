"""The spot endpoints with weights of 2026 (binance/binance-spot-api-docs, rest-api.md)."""

from proxy.sandbox.endpoint import BOOLEAN, DECIMAL, Endpoint, Security, choice, params
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
_ORDER = params(_NEW_ORDER, type=_TYPE, timeInForce=_TIME_IN_FORCE, newOrderRespType=_RESPONSE)
_TEST = _ORDER + params("computeCommissionRates", computeCommissionRates=BOOLEAN)
_REPLACE = params(
    _NEW_ORDER + " cancelReplaceMode! cancelNewClientOrderId cancelOrigClientOrderId cancelOrderId "
    "cancelRestrictions orderRateLimitExceededMode",
    type=_TYPE, timeInForce=_TIME_IN_FORCE, newOrderRespType=_RESPONSE, cancelReplaceMode=_MODE,
)  # fmt: skip
_AMEND = params("symbol! orderId origClientOrderId newClientOrderId newQty!", newQty=DECIMAL)
_PRICES = dict.fromkeys(("abovePrice", "belowPrice", "aboveStopPrice", "belowStopPrice"), DECIMAL)
_OCO = params(
    "symbol! side! quantity! listClientOrderId aboveType! aboveClientOrderId aboveIcebergQty abovePrice "
    "aboveStopPrice aboveTrailingDelta aboveTimeInForce belowType! belowClientOrderId belowIcebergQty "
    "belowPrice belowStopPrice belowTrailingDelta belowTimeInForce newOrderRespType selfTradePreventionMode",
    aboveType=_TYPE, belowType=_TYPE, **_PRICES,
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
