"""Parameters of a futures order, shared by the single and the batch call."""

from proxy.sandbox.endpoint import NUMBER, choice, params

# Order type -> what it needs beyond symbol, side and type.
NEEDS = {
    "LIMIT": ("timeInForce", "quantity", "price"),
    "MARKET": ("quantity",),
    "STOP": ("quantity", "price", "stopPrice"),
    "TAKE_PROFIT": ("quantity", "price", "stopPrice"),
    "STOP_MARKET": ("stopPrice",),
    "TAKE_PROFIT_MARKET": ("stopPrice",),
    "TRAILING_STOP_MARKET": ("callbackRate",),
}

NEW_ORDER = params(
    "symbol! side! type! positionSide timeInForce quantity price newClientOrderId reduceOnly stopPrice "
    "closePosition activationPrice callbackRate workingType priceProtect newOrderRespType priceMatch "
    "selfTradePreventionMode goodTillDate",
    type=choice(" ".join(NEEDS), -1116, "Invalid orderType."),
    timeInForce=choice("GTC IOC FOK GTX GTD", -1115, "Invalid timeInForce."),
    positionSide=choice("BOTH LONG SHORT", -4060, "Invalid position side."),
    goodTillDate=NUMBER,
)
