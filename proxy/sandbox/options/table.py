"""`/eapi`, with weights of 2026. An order has no weight; it counts on the account's order limits."""

from proxy.sandbox.endpoint import Endpoint, Security, params
from proxy.sandbox.futures import account as streams
from proxy.sandbox.options import market, orders
from proxy.sandbox.options.parameters import NEW_ORDER
from proxy.sandbox.spot import market as spot_market

NONE, KEY, SIGNED = Security.NONE, Security.KEY, Security.SIGNED

_FIND = params("symbol! orderId clientOrderId")

ENDPOINTS = (
    Endpoint("GET", "/eapi/v1/ping", NONE, spot_market.ping),
    Endpoint("GET", "/eapi/v1/time", NONE, spot_market.server_time),
    Endpoint("GET", "/eapi/v1/exchangeInfo", NONE, market.exchange_info),
    Endpoint("GET", "/eapi/v1/ticker", NONE, market.ticker, params("symbol"), 5),
    Endpoint("GET", "/eapi/v1/mark", NONE, market.mark, params("symbol"), 5),
    Endpoint("POST", "/eapi/v1/order", SIGNED, orders.new_order, NEW_ORDER, 0, permission="futures", order=True),
    Endpoint("GET", "/eapi/v1/order", SIGNED, orders.query_order, _FIND, permission="read"),
    Endpoint("DELETE", "/eapi/v1/order", SIGNED, orders.cancel_order, _FIND, permission="futures"),
    Endpoint("POST", "/eapi/v1/batchOrders", SIGNED, orders.new_orders, params("orders!"), 5,
             permission="futures", order=True),
    Endpoint("GET", "/eapi/v1/openOrders", SIGNED, orders.open_orders, params("symbol"), permission="read"),
    Endpoint("POST", "/eapi/v1/listenKey", KEY, streams.listen_key),
    Endpoint("PUT", "/eapi/v1/listenKey", KEY, streams.keep_listen_key),
    Endpoint("DELETE", "/eapi/v1/listenKey", KEY, streams.close_listen_key),
)  # fmt: skip
