"""`/papi`: orders run through the engines of futures and margin, on books of their own; weights of 2026.

Isolated margin does not exist here, and conditional orders are not imitated.
"""

from proxy.sandbox.endpoint import Endpoint, Security, params
from proxy.sandbox.futures import account as streams, orders as futures_orders
from proxy.sandbox.futures.parameters import MODIFY_ORDER, NEW_PORTFOLIO_ORDER
from proxy.sandbox.margin import orders as margin_orders
from proxy.sandbox.margin.table import FORMS, NEW_ORDER
from proxy.sandbox.spot import market as spot_market

NONE, KEY, SIGNED = Security.NONE, Security.KEY, Security.SIGNED

_FIND = params("symbol! orderId origClientOrderId")


def _futures(prefix: str) -> tuple[Endpoint, ...]:
    """`um` and `cm` have the same calls."""
    path = f"{prefix}/order"
    return (
        Endpoint("POST", path, SIGNED, futures_orders.new_order, NEW_PORTFOLIO_ORDER, permission="futures",
                 order=True),
        Endpoint("PUT", path, SIGNED, futures_orders.modify_order, MODIFY_ORDER, permission="futures",
                 order=True),
        Endpoint("GET", path, SIGNED, futures_orders.query_order, _FIND, permission="read"),
        Endpoint("DELETE", path, SIGNED, futures_orders.cancel_order, _FIND, permission="futures"),
        Endpoint("GET", f"{prefix}/openOrders", SIGNED, futures_orders.open_orders, params("symbol"),
                 permission="read"),
    )  # fmt: skip


ENDPOINTS = (
    Endpoint("GET", "/papi/v1/ping", NONE, spot_market.ping),
    *_futures("/papi/v1/um"),
    *_futures("/papi/v1/cm"),
    Endpoint("POST", "/papi/v1/margin/order", SIGNED, margin_orders.new_order, params(NEW_ORDER, **FORMS),
             permission="margin", order=True),
    Endpoint("GET", "/papi/v1/margin/order", SIGNED, margin_orders.query_order, _FIND, 10, permission="read"),
    Endpoint("DELETE", "/papi/v1/margin/order", SIGNED, margin_orders.cancel_order,
             params("symbol! orderId origClientOrderId newClientOrderId"), 2, permission="margin"),
    Endpoint("POST", "/papi/v1/listenKey", KEY, streams.listen_key),
    Endpoint("PUT", "/papi/v1/listenKey", KEY, streams.keep_listen_key),
    Endpoint("DELETE", "/papi/v1/listenKey", KEY, streams.close_listen_key),
)  # fmt: skip
