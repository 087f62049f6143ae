"""python-binance, with a time-out that is shorter than the exchange's answer. It draws an id for each order."""

import json
import sys

import requests
from binance.client import Client
from binance.exceptions import BinanceAPIException
from repeats import drive

gateway, seconds = sys.argv[1], float(sys.argv[2])
Client.API_URL = f"{gateway}/api"


def make():
    client = Client("dummy", "dummy", {"timeout": seconds}, ping=False)

    def send(price):
        return client.create_order(
            symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="0.0002", price=str(price)
        )

    return send


def read_error(error):
    if not isinstance(error, BinanceAPIException):
        return None
    try:
        return json.loads(error.response.text)
    except ValueError:
        return {}


drive(make, read_error, (requests.exceptions.RequestException,))
