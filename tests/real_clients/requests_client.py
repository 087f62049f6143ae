"""requests: unsigned, no key."""

import sys

import requests
from journey import ORDER

gateway = sys.argv[1]


def call(method, path, **how):
    answer = requests.request(method, gateway + path, timeout=10, **how)
    answer.raise_for_status()
    return answer.json()


assert call("GET", "/api/v3/account")["canTrade"]
assert call("POST", "/api/v3/order/test", data=ORDER) == {}
order = call("POST", "/api/v3/order", data=ORDER)
cancelled = call("DELETE", "/api/v3/order", params={"symbol": "BTCUSDT", "orderId": order["orderId"]})
assert cancelled["status"] == "CANCELED"
assert call("GET", "/sapi/v1/capital/withdraw/history", params={"coin": "USDT"}) == []
