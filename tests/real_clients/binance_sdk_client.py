"""binance-sdk-spot and binance-sdk-wallet as they are installed."""

import sys

from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_spot.spot import Spot
from binance_sdk_wallet.wallet import Wallet

dummy = {"api_key": "dummy", "api_secret": "dummy", "base_path": sys.argv[1], "timeout": 10000}
spot = Spot(config_rest_api=ConfigurationRestAPI(**dummy)).rest_api
wallet = Wallet(config_rest_api=ConfigurationRestAPI(**dummy)).rest_api
ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "time_in_force": "GTC",
    "quantity": 0.001,
    "price": 50000,
    "new_client_order_id": "my.id:1/2_a-B",
}

assert spot.get_account().data().can_trade
spot.order_test(**ORDER).data()
order = spot.new_order(**ORDER).data()
assert spot.delete_order(symbol="BTCUSDT", order_id=order.order_id).data().status == "CANCELED"
assert wallet.withdraw_history(coin="USDT").data() == []
