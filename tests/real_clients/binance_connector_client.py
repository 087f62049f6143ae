"""binance-connector (Python) as it is installed."""

import sys

from binance.spot import Spot
from journey import ORDER

client = Spot(api_key="dummy", api_secret="dummy", base_url=sys.argv[1])

assert client.account()["canTrade"]
assert client.new_order_test(**ORDER) == {}
order = client.new_order(**ORDER)
assert client.cancel_order("BTCUSDT", orderId=order["orderId"])["status"] == "CANCELED"
assert client.withdraw_history(coin="USDT") == []
