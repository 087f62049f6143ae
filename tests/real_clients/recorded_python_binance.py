"""A stranger's bot on python-binance as it is installed: what it meets, one JSON value a line. Its keys are made up."""

import json
import sys

from binance.client import Client
from binance.exceptions import BinanceAPIException

gateway = sys.argv[1]
Client.API_URL = f"{gateway}/api"
Client.MARGIN_API_URL = f"{gateway}/sapi"
client = Client("a-strangers-key", "a-strangers-secret")


def met(call, *words, **parameters):
    try:
        return call(*words, **parameters)
    except BinanceAPIException as error:
        return {"status": error.status_code, "code": error.code, "message": error.message}


print(json.dumps(met(client.get_account)["canTrade"]))
print(json.dumps(met(client.get_c2c_trade_history, tradeType="BUY")))
print(json.dumps(met(client.get_order, symbol="BTCUSDT", orderId=7)))
print(json.dumps(met(client.get_open_orders, symbol="BTCUSDT")))
