"""ccxt as it is installed, with a virtual key: GATEWAY KEY SECRET; prints what came back."""

import json
import sys

import ccxt

base = sys.argv[1]
exchange = ccxt.binance(
    {
        "apiKey": sys.argv[2],
        "secret": sys.argv[3],
        "urls": {
            "api": {
                "public": base + "/api/v3",
                "private": base + "/api/v3",
                "v1": base + "/api/v1",
                "sapi": base + "/sapi/v1",
            }
        },
        "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False},
    }
)
for call in (
    exchange.fetch_time,
    exchange.fetch_balance,
    lambda: exchange.create_order("BTC/USDT", "limit", "buy", 0.001, 50000),
):
    try:
        call()
        print(json.dumps("ok"))
    except ccxt.BaseError as error:
        print(json.dumps([type(error).__name__, str(error)]))
