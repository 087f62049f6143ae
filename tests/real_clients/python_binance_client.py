"""python-binance as it is installed: the base URLs are class attributes, set before the constructor."""

import sys

from binance.client import Client
from journey import ORDER

gateway = sys.argv[1]
Client.API_URL = f"{gateway}/api"
Client.MARGIN_API_URL = f"{gateway}/sapi"
client = Client("dummy", "dummy")

assert client.get_account()["canTrade"]
assert client.create_test_order(**ORDER) == {}
order = client.create_order(**ORDER)
assert client.cancel_order(symbol="BTCUSDT", orderId=order["orderId"])["status"] == "CANCELED"
assert client.get_withdraw_history(coin="USDT") == []
