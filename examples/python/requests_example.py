"""Requests through the gateway with `requests`: no key, no timestamp, no signature.

pip install requests, then: GATEWAY=http://127.0.0.1:8180 python examples/python/requests_example.py
"""

import os

import requests

GATEWAY = os.environ.get("GATEWAY", "http://127.0.0.1:8180")
session = requests.Session()
session.trust_env = False  # the gateway is on this machine: no proxy of the environment


def ask(name: str, method: str, path: str, **what: object) -> None:
    """Prints the status. Raises requests.HTTPError where it is 400 or more."""
    answer = session.request(method, GATEWAY + path, timeout=30, **what)  # type: ignore[arg-type]
    print(f"{name}: {answer.status_code}")
    answer.raise_for_status()


ask("account", "GET", "/api/v3/account")
order = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
ask("test order", "POST", "/api/v3/order/test", data=order)
ask("restrictions", "GET", "/sapi/v1/account/apiRestrictions")
search = {"asset": "USDT", "fiat": "EUR", "tradeType": "BUY", "page": 1, "rows": 10}
ask("P2P ads", "POST", "/sapi/v1/c2c/ads/search", json=search)
ask("futures", "GET", "/fapi/v2/balance")

# A wrong one: what the gateway says of it stands in a header, and in `msg` where it is asked for.
wrong = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0,01",
    "price": "50000",
}
told = session.post(
    f"{GATEWAY}/api/v3/order/test", data=wrong, headers={"X-Gateway-Explain": "message"}, timeout=30
)
print(told.text)
