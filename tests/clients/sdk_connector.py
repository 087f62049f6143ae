"""binance-connector (Python) as it is installed, with a virtual key: GATEWAY KEY SECRET; prints what came back."""

import json
import sys

from binance.error import ClientError
from binance.spot import Spot

ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.001",
    "price": "50000",
}
client = Spot(api_key=sys.argv[2], api_secret=sys.argv[3], base_url=sys.argv[1])
for call in (client.ping, client.account, lambda: client.new_order(**ORDER)):
    try:
        call()
        print(json.dumps("ok"))
    except ClientError as error:
        print(json.dumps([error.status_code, error.error_code, error.error_message]))
