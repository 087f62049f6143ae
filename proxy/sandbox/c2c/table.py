"""`/sapi/v1/c2c`. POST takes a JSON body; what is signed is the query alone.

From the official history call, the agent reference of binance/binance-skills-hub, and clients written after
the merchant document; see docs/sandbox.md for how sure each part is.
"""

from collections.abc import Callable

from proxy.sandbox.c2c import ads, chat, merchant, orders
from proxy.sandbox.call import Call
from proxy.sandbox.endpoint import Endpoint, Security, params

_PREFIX = "/sapi/v1/c2c/"
_HISTORY = "tradeType startTimestamp endTimestamp startTime endTime page rows"
_TRADING, _PAID = "TRADING", orders.PAID


def _get(path: str, answer: Callable[[Call], object], names: str = "") -> Endpoint:
    return Endpoint("GET", _PREFIX + path, Security.SIGNED, answer, params(names), permission="c2c")


def _post(path: str, answer: Callable[[Call], object], names: str = "") -> Endpoint:
    """`names` are fields that stand in the query although the call is a POST."""
    signed = Security.SIGNED
    return Endpoint("POST", _PREFIX + path, signed, answer, params(names), permission="c2c", json_body=True)


ENDPOINTS = (
    _post("ads/search", ads.search),
    _post("ads/listWithPagination", ads.own_list),
    _get("ads/getAds", ads.own_ads, "page rows"),
    _get("ads/list", ads.own_ads, "page rows"),
    _post("ads/getDetailByNo", ads.detail, "adsNo"),
    _post("ads/getReferencePrice", ads.reference_price),
    _get("ads/getAvailableAdsCategory", ads.categories),
    _post("ads/post", ads.post),
    _post("ads/update", ads.update),
    _post("ads/updateStatus", ads.update_status),
    _post("digitalCurrency/list", ads.digital_currencies),
    _post("fiatCurrency/list", ads.fiat_currencies),
    _post("paymentMethod/listAll", ads.trade_methods),
    _get("paymentMethod/getPayMethodByUserId", ads.own_payment_methods),
    _get("paymentMethod/getPayMethodById", ads.own_payment_methods, "id!"),
    _get("orderMatch/listUserOrderHistory", orders.history, _HISTORY),
    _post("orderMatch/listUserOrderHistory", orders.history),
    _post("orderMatch/listOrders", orders.listed),
    _get("orderMatch/getUserOrderSummary", orders.summary),
    _post("orderMatch/getUserOrderDetail", orders.detail),
    _post("orderMatch/queryCounterPartyOrderStatistic", orders.counterpart),
    _post("orderMatch/checkIfCanPlaceOrder", orders.can_place),
    _post("orderMatch/checkIfCanReleaseCoin", orders.allowed(_PAID)),
    _post("orderMatch/checkIfAllowedCancelOrder", orders.allowed(_TRADING)),
    _post("orderMatch/placeOrder", orders.place),
    _post("orderMatch/markOrderAsPaid", orders.step((_TRADING,), _PAID)),
    _post("orderMatch/releaseCoin", orders.step((_PAID,), orders.RELEASED)),
    _post("orderMatch/cancelOrder", orders.step((_TRADING, _PAID), "CANCELLED")),
    _post("merchant/startBusiness", merchant.switch("business", on=True)),
    _post("merchant/closeBusiness", merchant.switch("business", on=False)),
    _post("merchant/getOnline", merchant.switch("online", on=True)),
    _post("merchant/getOffline", merchant.switch("online", on=False)),
    _post("merchant/startRest", merchant.switch("resting", on=True)),
    _post("merchant/endRest", merchant.switch("resting", on=False)),
    _get("merchant/getAdDetails", merchant.ad_details, "merchantNo!"),
    _post("user/baseDetail", merchant.base_detail),
    _post("commission-rate/overview", merchant.commission),
    _post("commission-rate/taker", merchant.commission),
    _get("cryptography/rsa-public-key", merchant.public_key),
    _get("chat/retrieveChatCredential", chat.credential),
    _get("chat/retrieveChatMessagesWithPagination", chat.messages, "orderNo! page rows chatMessageType sort"),
    _post("chat/image/pre-signed-url", chat.upload_url),
    _post("chat/markOrderMessagesAsRead", chat.mark_read),
    _post("chat/markUserMessagesAsRead", chat.mark_read),
    _post("chat/getRiskWarningTips", chat.warning_tips),
    _post("agent/ads/search", ads.search),
    _post("agent/ads/getReferencePrice", ads.reference_price),
    _get("agent/ads/getAvailableAdsCategory", ads.categories),
    _post("agent/ads/getDetailByNo", ads.detail, "advNo!"),
    _post("agent/ads/listAllTradeMethods", ads.trade_methods),
    _post("agent/digitalCurrency/list", ads.digital_currencies),
    _post("agent/fiatCurrency/list", ads.fiat_currencies),
    _post("agent/orderMatch/getUserOrderDetail", orders.agent_detail),
)
