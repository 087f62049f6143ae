"""Parameters of an options order, shared by the single and the batch call."""

from proxy.sandbox.endpoint import BOOLEAN, CLIENT_ID, choice, params

NEW_ORDER = params(
    "symbol! side! type! quantity! price timeInForce reduceOnly postOnly newOrderRespType clientOrderId isMmp "
    "selfTradePreventionMode",
    type=choice("LIMIT", -1116, "Invalid orderType."),
    timeInForce=choice("GTC IOC FOK GTX", -1115, "Invalid timeInForce."),
    reduceOnly=BOOLEAN,
    postOnly=BOOLEAN,
    clientOrderId=CLIENT_ID,
)
