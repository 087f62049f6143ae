"""`/fapi` and `/dapi`: the few endpoints the sandbox has."""

from proxy.sandbox.endpoint import Endpoint, Security, choice, params
from proxy.sandbox.futures import account, market, orders
from proxy.sandbox.futures.parameters import NEW_ORDER
from proxy.sandbox.spot import market as spot_market

NONE, KEY, SIGNED = Security.NONE, Security.KEY, Security.SIGNED

_MARGIN_TYPE = choice("ISOLATED CROSSED", -4048, "Margin type is not valid.")

_FIND = params("symbol! orderId origClientOrderId")


def _both(prefix: str, account_version: str) -> tuple[Endpoint, ...]:
    """What USD-M and COIN-M have in common."""
    v1 = f"{prefix}/v1"
    info = market.exchange_info if prefix == "/fapi" else market.coin_exchange_info
    return (
        Endpoint("GET", f"{v1}/ping", NONE, spot_market.ping),
        Endpoint("GET", f"{v1}/time", NONE, spot_market.server_time),
        Endpoint("GET", f"{v1}/exchangeInfo", NONE, info),
        Endpoint("POST", f"{v1}/order", SIGNED, orders.new_order, NEW_ORDER, 0, permission="futures",
                 order=True),
        Endpoint("GET", f"{v1}/order", SIGNED, orders.query_order, _FIND, permission="read"),
        Endpoint("DELETE", f"{v1}/order", SIGNED, orders.cancel_order, _FIND, permission="futures"),
        Endpoint("GET", f"{v1}/openOrders", SIGNED, orders.open_orders, params("symbol"), permission="read"),
        Endpoint("GET", f"{prefix}/{account_version}/account", SIGNED, account.account, (), 5,
                 permission="read"),
        Endpoint("GET", f"{prefix}/{account_version}/balance", SIGNED, account.balance, (), 5,
                 permission="read"),
        Endpoint("POST", f"{v1}/listenKey", KEY, account.listen_key),
        Endpoint("PUT", f"{v1}/listenKey", KEY, account.keep_listen_key),
        Endpoint("DELETE", f"{v1}/listenKey", KEY, account.close_listen_key),
    )  # fmt: skip


ENDPOINTS = (
    *_both("/fapi", "v2"),
    *_both("/dapi", "v1"),
    Endpoint("GET", "/fapi/v3/account", SIGNED, account.account, (), 5, permission="read"),
    Endpoint("GET", "/fapi/v3/balance", SIGNED, account.balance, (), 5, permission="read"),
    Endpoint("GET", "/fapi/v2/positionRisk", SIGNED, account.positions, params("symbol"), 5,
             permission="read"),
    Endpoint("GET", "/fapi/v3/positionRisk", SIGNED, account.positions, params("symbol"), 5,
             permission="read"),
    Endpoint("GET", "/fapi/v1/leverageBracket", SIGNED, account.leverage_brackets, params("symbol"),
             permission="read"),
    Endpoint("GET", "/fapi/v1/ticker/price", NONE, market.prices, params("symbol")),
    Endpoint("GET", "/fapi/v1/historicalTrades", KEY, spot_market.trades, params("symbol! limit fromId"), 20),
    Endpoint("POST", "/fapi/v1/order/test", SIGNED, orders.check_order, NEW_ORDER, permission="futures"),
    Endpoint("GET", "/fapi/v1/allOrders", SIGNED, orders.all_orders,
             params("symbol! orderId startTime endTime limit"), 5, permission="read"),
    Endpoint("DELETE", "/fapi/v1/allOpenOrders", SIGNED, orders.cancel_all, params("symbol!"),
             permission="futures"),
    Endpoint("POST", "/fapi/v1/batchOrders", SIGNED, orders.new_orders, params("batchOrders!"), 5,
             permission="futures"),
    Endpoint("DELETE", "/fapi/v1/batchOrders", SIGNED, orders.cancel_orders,
             params("symbol! orderIdList origClientOrderIdList"), permission="futures"),
    Endpoint("POST", "/fapi/v1/leverage", SIGNED, account.leverage, params("symbol! leverage!"),
             permission="futures"),
    Endpoint("POST", "/fapi/v1/marginType", SIGNED, account.margin_type,
             params("symbol! marginType!", marginType=_MARGIN_TYPE), permission="futures"),
)  # fmt: skip
