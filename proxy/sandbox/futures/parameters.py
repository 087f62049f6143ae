"""Parameters of futures orders, shared by the single and the batch calls, and what each type of order needs.

From the documentation of USD-M and COIN-M, 2026. Names of one product are passed over by the other.
"""

from proxy.sandbox.endpoint import DECIMAL, NUMBER, Choice, Pattern, choice, params

# Order type -> what it needs beyond symbol, side and type.
NEEDS = {"LIMIT": ("timeInForce", "quantity"), "MARKET": ("quantity",)}
# Moved to algoOrder: on USD-M on 2025-12-09, on COIN-M on 2026-06-30.
CONDITIONAL_NEEDS = {
    "STOP": ("quantity", "triggerPrice"),
    "TAKE_PROFIT": ("quantity", "triggerPrice"),
    "STOP_MARKET": ("triggerPrice",),
    "TAKE_PROFIT_MARKET": ("triggerPrice",),
    "TRAILING_STOP_MARKET": ("quantity", "callbackRate"),
}
SIDES = choice("BOTH LONG SHORT", -4060, "Invalid position side.")
_FORMS: dict[str, Pattern | Choice] = {
    "timeInForce": choice("GTC IOC FOK GTX GTD RPI", -1115, "Invalid timeInForce."),
    "positionSide": SIDES,
    "goodTillDate": NUMBER,
    "priceMatch": choice(
        "OPPONENT OPPONENT_5 OPPONENT_10 OPPONENT_20 QUEUE QUEUE_5 QUEUE_10 QUEUE_20", -1130,
        "Data sent for parameter 'priceMatch' is not valid.",
    ),
    **dict.fromkeys(("triggerPrice", "activatePrice", "activationPrice", "callbackRate"), DECIMAL),
}  # fmt: skip
_TYPE = choice(" ".join((*NEEDS, *CONDITIONAL_NEEDS)), -1116, "Invalid orderType.")
_CONDITIONAL_TYPE = choice(" ".join(CONDITIONAL_NEEDS), -1116, "Invalid orderType.")
_PLAIN_TYPE = choice(" ".join(NEEDS), -1116, "Invalid orderType.")

_NEW_ORDER = (
    "symbol! side! type! positionSide timeInForce quantity price newClientOrderId reduceOnly newOrderRespType "
    "priceMatch selfTradePreventionMode goodTillDate"
)
# `/fapi` and `/dapi` still know the names of conditional orders, to refuse the orders themselves (-4120).
NEW_ORDER = params(
    _NEW_ORDER + " stopPrice closePosition activationPrice callbackRate workingType priceProtect",
    **_FORMS, type=_TYPE,
)  # fmt: skip
NEW_PORTFOLIO_ORDER = params(_NEW_ORDER, **_FORMS, type=_PLAIN_TYPE)
MODIFY_ORDER = params(
    "symbol! side! quantity! price! orderId origClientOrderId priceMatch modifyId reduceOnly", **_FORMS
)
NEW_ALGO_ORDER = params(
    "algoType! symbol! side! type! positionSide timeInForce quantity price triggerPrice workingType priceMatch "
    "closePosition priceProtect reduceOnly activatePrice callbackRate clientAlgoId newOrderRespType "
    "selfTradePreventionMode goodTillDate",
    **_FORMS, type=_CONDITIONAL_TYPE,
    algoType=choice("CONDITIONAL", -1130, "Data sent for parameter 'algoType' is not valid."),
)  # fmt: skip
