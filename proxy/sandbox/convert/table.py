"""Convert of `/sapi` and of USD-M, with weights of 2026."""

from proxy.sandbox.convert import quotes
from proxy.sandbox.endpoint import DECIMAL, Endpoint, Security, choice, params

NONE, SIGNED = Security.NONE, Security.SIGNED

_AMOUNTS = dict.fromkeys(("fromAmount", "toAmount", "baseAmount", "quoteAmount", "limitPrice"), DECIMAL)
_VALID = choice("10s 30s 1m", -1130, "Data sent for parameter 'validTime' is not valid.")
_EXPIRES = choice("1_D 3_D 7_D 30_D", -1130, "Data sent for parameter 'expiredType' is not valid.")

_QUOTE = params("fromAsset! toAsset! fromAmount toAmount walletType validTime", **_AMOUNTS, validTime=_VALID)
_ACCEPT = params("quoteId!")
_LIMIT = params(
    "baseAsset! quoteAsset! limitPrice! side! expiredType! baseAmount quoteAmount walletType",
    **_AMOUNTS, expiredType=_EXPIRES,
)  # fmt: skip

ENDPOINTS = (
    Endpoint("GET", "/sapi/v1/convert/exchangeInfo", NONE, quotes.pairs, params("fromAsset toAsset"), 3000),
    Endpoint("POST", "/sapi/v1/convert/getQuote", SIGNED, quotes.new_quote, _QUOTE, 200, "UID",
             permission="spot"),
    Endpoint("POST", "/sapi/v1/convert/acceptQuote", SIGNED, quotes.accept_quote, _ACCEPT, 500, "UID",
             permission="spot"),
    Endpoint("POST", "/sapi/v1/convert/limit/placeOrder", SIGNED, quotes.place_limit_order, _LIMIT, 500, "UID",
             permission="spot"),
    Endpoint("POST", "/fapi/v1/convert/getQuote", SIGNED, quotes.new_quote, _QUOTE, 50, permission="futures"),
    Endpoint("POST", "/fapi/v1/convert/acceptQuote", SIGNED, quotes.accept_quote, _ACCEPT, 200,
             permission="futures"),
)  # fmt: skip
