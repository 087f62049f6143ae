"""ccxt (Python) as it is installed: other base URLs, dummy key and secret, spot markets only."""

import sys

import ccxt

gateway = sys.argv[1]
exchange = ccxt.binance(
    {
        "apiKey": "dummy",
        "secret": "dummy",
        "urls": {
            "api": {
                "public": f"{gateway}/api/v3",
                "private": f"{gateway}/api/v3",
                "v1": f"{gateway}/api/v1",
                "sapi": f"{gateway}/sapi/v1",
                "sapiV2": f"{gateway}/sapi/v2",
                "sapiV3": f"{gateway}/sapi/v3",
                "sapiV4": f"{gateway}/sapi/v4",
            }
        },
        "options": {"fetchMarkets": {"types": ["spot"]}},
    }
)
LIMIT_ORDER = ("BTC/USDT", "limit", "buy", 0.001, 50000)

assert exchange.fetch_balance()["USDT"]["free"] > 0
exchange.create_order(*LIMIT_ORDER, {"test": True, "clientOrderId": "my.id:1/2_a-B"})
order = exchange.create_order(*LIMIT_ORDER, {"clientOrderId": "my.id:1/2_a-B"})
assert exchange.cancel_order(order["id"], "BTC/USDT")["status"] == "canceled"
assert exchange.fetch_withdrawals() == []
