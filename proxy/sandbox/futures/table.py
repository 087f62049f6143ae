"""`/fapi` and `/dapi`, with weights of 2026. An order has no weight; it counts on the account's order limits."""

from proxy.sandbox.endpoint import BOOLEAN, NUMBER, Endpoint, Security, choice, params
from proxy.sandbox.futures import account, algo, batch, market, orders
from proxy.sandbox.futures.parameters import MODIFY_ORDER, NEW_ALGO_ORDER, NEW_ORDER, SIDES
from proxy.sandbox.spot import market as spot_market

NONE, KEY, SIGNED = Security.NONE, Security.KEY, Security.SIGNED

_MARGIN_TYPE = choice("ISOLATED CROSSED", -4048, "Margin type is not valid.")
_ADD_OR_TAKE = choice("1 2", -4005, "Data sent for parameter 'type' is not valid.")

_FIND = params("symbol! orderId origClientOrderId")
_FIND_ALGO = params("algoId clientAlgoId", algoId=NUMBER)


def _both(prefix: str, account_version: str) -> tuple[Endpoint, ...]:
    """What USD-M and COIN-M have in common."""
    return (
        *_market(f"{prefix}/v1", is_usd=prefix == "/fapi"),
        *_orders(f"{prefix}/v1"),
        *_algo_orders(f"{prefix}/v1"),
        *_account(f"{prefix}/v1", f"{prefix}/{account_version}"),
    )


def _market(v1: str, *, is_usd: bool) -> tuple[Endpoint, ...]:
    info = market.exchange_info if is_usd else market.coin_exchange_info
    chosen = params("symbol" if is_usd else "symbol pair")
    return (
        Endpoint("GET", f"{v1}/ping", NONE, spot_market.ping),
        Endpoint("GET", f"{v1}/time", NONE, spot_market.server_time),
        Endpoint("GET", f"{v1}/exchangeInfo", NONE, info),
        Endpoint("GET", f"{v1}/ticker/price", NONE, market.prices, chosen),
        Endpoint("GET", f"{v1}/ticker/bookTicker", NONE, market.book_ticker, chosen, 2),
    )


def _orders(v1: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint("POST", f"{v1}/order", SIGNED, orders.new_order, NEW_ORDER, 0, permission="futures",
                 order=True),
        Endpoint("PUT", f"{v1}/order", SIGNED, orders.modify_order, MODIFY_ORDER, 1, permission="futures",
                 order=True),
        Endpoint("GET", f"{v1}/order", SIGNED, orders.query_order, _FIND, permission="read"),
        Endpoint("DELETE", f"{v1}/order", SIGNED, orders.cancel_order, _FIND, permission="futures"),
        Endpoint("POST", f"{v1}/batchOrders", SIGNED, batch.new_orders, params("batchOrders!"), 5,
                 permission="futures", order=True),
        Endpoint("PUT", f"{v1}/batchOrders", SIGNED, batch.modify_orders, params("batchOrders!"), 5,
                 permission="futures", order=True),
        Endpoint("DELETE", f"{v1}/batchOrders", SIGNED, batch.cancel_orders,
                 params("symbol! orderIdList origClientOrderIdList"), permission="futures"),
        Endpoint("GET", f"{v1}/openOrders", SIGNED, orders.open_orders, params("symbol"), permission="read"),
        Endpoint("GET", f"{v1}/allOrders", SIGNED, orders.all_orders,
                 params("symbol! orderId startTime endTime limit"), 5, permission="read"),
        Endpoint("DELETE", f"{v1}/allOpenOrders", SIGNED, orders.cancel_all, params("symbol!"),
                 permission="futures"),
        Endpoint("POST", f"{v1}/countdownCancelAll", SIGNED, account.countdown,
                 params("symbol! countdownTime!", countdownTime=NUMBER), 10, permission="futures"),
    )  # fmt: skip


def _algo_orders(v1: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint("POST", f"{v1}/algoOrder", SIGNED, algo.new_order, NEW_ALGO_ORDER, 0, permission="futures",
                 order=True),
        Endpoint("GET", f"{v1}/algoOrder", SIGNED, algo.query_order, _FIND_ALGO, permission="read"),
        Endpoint("DELETE", f"{v1}/algoOrder", SIGNED, algo.cancel_order, _FIND_ALGO, permission="futures"),
        Endpoint("GET", f"{v1}/openAlgoOrders", SIGNED, algo.open_orders, params("algoType symbol algoId"),
                 permission="read"),
        Endpoint("DELETE", f"{v1}/algoOpenOrders", SIGNED, algo.cancel_all, params("symbol!"),
                 permission="futures"),
    )  # fmt: skip


def _account(v1: str, versioned: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint("GET", f"{versioned}/account", SIGNED, account.account, (), 5, permission="read"),
        Endpoint("GET", f"{versioned}/balance", SIGNED, account.balance, (), 5, permission="read"),
        Endpoint("POST", f"{v1}/leverage", SIGNED, account.leverage, params("symbol! leverage!"),
                 permission="futures"),
        Endpoint("POST", f"{v1}/marginType", SIGNED, account.margin_type,
                 params("symbol! marginType!", marginType=_MARGIN_TYPE), permission="futures"),
        Endpoint("POST", f"{v1}/positionMargin", SIGNED, account.position_margin,
                 params("symbol! amount! type! positionSide", type=_ADD_OR_TAKE, positionSide=SIDES),
                 permission="futures"),
        Endpoint("GET", f"{v1}/positionSide/dual", SIGNED, account.two_sided, (), 30, permission="read"),
        Endpoint("POST", f"{v1}/positionSide/dual", SIGNED, account.set_two_sided,
                 params("dualSidePosition!", dualSidePosition=BOOLEAN), permission="futures"),
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
    Endpoint("GET", "/dapi/v1/positionRisk", SIGNED, account.positions, params("marginAsset pair"),
             permission="read"),
    Endpoint("GET", "/fapi/v1/leverageBracket", SIGNED, account.leverage_brackets, params("symbol"),
             permission="read"),
    Endpoint("GET", "/dapi/v2/leverageBracket", SIGNED, account.leverage_brackets, params("symbol"),
             permission="read"),
    Endpoint("GET", "/fapi/v1/historicalTrades", KEY, spot_market.trades, params("symbol! limit fromId"), 20),
    Endpoint("POST", "/fapi/v1/order/test", SIGNED, orders.check_order, NEW_ORDER, permission="futures"),
)  # fmt: skip
