"""ccxt, with a time-out that is shorter than the exchange's answer. It draws an id for each order."""

import json
import sys

import ccxt
from repeats import drive

gateway, seconds = sys.argv[1], float(sys.argv[2])
API = {"public": f"{gateway}/api/v3", "private": f"{gateway}/api/v3", "sapi": f"{gateway}/sapi/v1"}


def make():
    exchange = ccxt.binance(
        {
            "apiKey": "dummy",
            "secret": "dummy",
            "enableRateLimit": False,
            "urls": {"api": API},
            "options": {"fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "recvWindow": 1000},
        }
    )
    exchange.load_markets()
    exchange.timeout = int(seconds * 1000)
    return lambda price: exchange.create_order("BTC/USDT", "limit", "buy", 0.0002, price)


def read_error(error):
    """An error of ccxt quotes the body."""
    text = str(error)
    try:
        return json.loads(text[text.index("{") :])
    except ValueError:
        return None


drive(make, read_error, (ccxt.NetworkError,))
