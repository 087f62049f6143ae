"""`/sapi/v1/margin`, with weights of 2026: orders cost 6 (UID), 1500 when they borrow; here always 6."""

from proxy.sandbox.endpoint import (
    BOOLEAN,
    DECIMAL,
    NUMBER,
    Choice,
    Endpoint,
    Pattern,
    Security,
    choice,
    params,
)
from proxy.sandbox.margin import orders, streams
from proxy.sandbox.spot.order_rules import NEEDS

KEY, SIGNED = Security.KEY, Security.SIGNED

_STREAM = "/sapi/v1/margin/listen-key"

_TIME_IN_FORCE = choice("GTC IOC FOK", -1115, "Invalid timeInForce.")
FORMS: dict[str, Pattern | Choice] = {
    "type": choice(" ".join(NEEDS), -1116, "Invalid orderType."),
    "timeInForce": _TIME_IN_FORCE,
    "newOrderRespType": choice("ACK RESULT FULL", -1136, "Invalid newOrderRespType."),
    "isIsolated": choice("TRUE FALSE", -1102,
                         "Mandatory parameter 'isIsolated' was not sent, was empty/null, or malformed."),
    "sideEffectType": choice("NO_SIDE_EFFECT MARGIN_BUY AUTO_REPAY AUTO_BORROW_REPAY", -1102,
                             "Mandatory parameter 'sideEffectType' was not sent, was empty/null, or malformed."),
    "trailingDelta": NUMBER,
    "stopLimitPrice": DECIMAL,
    "stopLimitTimeInForce": _TIME_IN_FORCE,
    "autoRepayAtCancel": BOOLEAN,
}  # fmt: skip
NEW_ORDER = (
    "symbol! side! type! quantity quoteOrderQty price stopPrice newClientOrderId icebergQty newOrderRespType "
    "sideEffectType timeInForce selfTradePreventionMode trailingDelta autoRepayAtCancel"
)
_ORDER = params(NEW_ORDER + " isIsolated", **FORMS)
_OCO = params(
    "symbol! side! quantity! price! stopPrice! isIsolated listClientOrderId limitClientOrderId limitIcebergQty "
    "stopClientOrderId stopLimitPrice stopIcebergQty stopLimitTimeInForce newOrderRespType sideEffectType "
    "selfTradePreventionMode autoRepayAtCancel",
    **FORMS,
)
_FIND = params("symbol! isIsolated orderId origClientOrderId", **FORMS)
_CANCEL = params("symbol! isIsolated orderId origClientOrderId newClientOrderId", **FORMS)
_LOAN = params(
    "asset! isIsolated! amount! type! symbol",
    isIsolated=FORMS["isIsolated"],
    type=choice(
        "BORROW REPAY", -1102, "Mandatory parameter 'type' was not sent, was empty/null, or malformed."
    ),
)

ENDPOINTS = (
    Endpoint("GET", "/sapi/v1/margin/allPairs", KEY, streams.cross_pairs, params("symbol"), signed_too=True),
    Endpoint("GET", "/sapi/v1/margin/isolated/allPairs", KEY, streams.isolated_pairs, params("symbol"), 10,
             signed_too=True),
    Endpoint("POST", "/sapi/v1/margin/order", SIGNED, orders.new_order, _ORDER, 6, "UID", permission="margin"),
    Endpoint("GET", "/sapi/v1/margin/order", SIGNED, orders.query_order, _FIND, 10, permission="read"),
    Endpoint("DELETE", "/sapi/v1/margin/order", SIGNED, orders.cancel_order, _CANCEL, 10, permission="margin"),
    Endpoint("GET", "/sapi/v1/margin/openOrders", SIGNED, orders.open_orders,
             params("symbol isIsolated", **FORMS), 10, permission="read"),
    Endpoint("POST", "/sapi/v1/margin/order/oco", SIGNED, orders.new_oco, _OCO, 6, "UID", permission="margin"),
    Endpoint("POST", "/sapi/v1/margin/borrow-repay", SIGNED, orders.borrow_repay, _LOAN, 1500, "UID",
             permission="margin"),
    Endpoint("POST", _STREAM, KEY, streams.open_stream, (), 1, "UID"),
    Endpoint("PUT", _STREAM, KEY, streams.keep_stream, params("listenKey!"), 1, "UID"),
    Endpoint("DELETE", _STREAM, KEY, streams.close_stream, (), 3000, "UID"),
    Endpoint("POST", "/sapi/v1/userListenToken", KEY, streams.listen_token,
             params("symbol isIsolated validity", validity=NUMBER, isIsolated=BOOLEAN), 1, "UID"),
)  # fmt: skip
