"""httpx: unsigned, no key; parameters in the query."""

import sys

import httpx
from journey import ORDER

with httpx.Client(base_url=sys.argv[1]) as client:

    def call(method, path, **params):
        return client.request(method, path, params=params).raise_for_status().json()

    assert call("GET", "/api/v3/account")["canTrade"]
    assert call("POST", "/api/v3/order/test", **ORDER) == {}
    order = call("POST", "/api/v3/order", **ORDER)
    cancelled = call("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=order["orderId"])
    assert cancelled["status"] == "CANCELED"
    assert call("GET", "/sapi/v1/capital/withdraw/history", coin="USDT") == []
