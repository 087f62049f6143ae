"""The request as it should be: the caller's own octets kept, everything that a signer adds put right."""

from typing import Any

import pytest

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.mending.corrected import corrected
from tests.core.diagnosis.checks import NOW, SECRET, request

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOST = "Host: api.binance.com"
KEY = "X-MBX-APIKEY: ********"


@pytest.mark.parametrize(
    ("line", "more", "lines"),
    [
        # what a signer adds: a fresh time, a window where none is valid, one signature at the end
        ("GET /api/v3/account?recvWindow=70000&timestamp=1&signature=ab", {"at": NOW},
         ["GET /api/v3/account?recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY]),
        ("GET /api/v3/account?signature=ab&recvWindow=6000&omitZeroBalances=true&signature=cd", {},
         ["GET /api/v3/account?recvWindow=6000&omitZeroBalances=true&timestamp=<now in ms>&signature=********",
          HOST, KEY]),
        ("GET /api/v3/account?timestamp=1779999999999", {},
         ["GET /api/v3/account?recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY]),
        ("GET /api/v3/account?timestamp=1779999999999", {"at": NOW},
         ["GET /api/v3/account?recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY]),
        # bodies: a form stays one, but for a GET; JSON is labelled; C2C wants clientType
        ("POST /api/v3/order", {"body": "symbol=BTCUSDT&signature=ab&timestamp=5", "headers": FORM},
         ["POST /api/v3/order?recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY,
          "Content-Type: application/x-www-form-urlencoded", "", "symbol=BTCUSDT"]),
        ("POST /api/v3/order?side=BUY", {"body": "recvWindow=3000&symbol=BTCUSDT", "headers": FORM},
         ["POST /api/v3/order?side=BUY&timestamp=<now in ms>&signature=********", HOST, KEY,
          "Content-Type: application/x-www-form-urlencoded", "", "recvWindow=3000&symbol=BTCUSDT"]),
        ("GET /api/v3/account?a=1", {"body": "b=2", "headers": FORM},
         ["GET /api/v3/account?a=1&b=2&recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY]),
        ("GET /api/v3/account", {"body": "b=2", "headers": FORM},
         ["GET /api/v3/account?b=2&recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY]),
        ("POST /sapi/v1/c2c/ads/search", {"body": '{"asset": "USDT"}'},
         ["POST /sapi/v1/c2c/ads/search?recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY,
          "clientType: web", "Content-Type: application/json", "", '{"asset": "USDT"}']),
        # what the endpoint needs: nothing, the key alone, and all of it where the endpoint is not known
        ("GET /api/v3/ticker/price?symbol=BTCUSDT&recvWindow=9&timestamp=1&signature=ab", {},
         ["GET /api/v3/ticker/price?symbol=BTCUSDT", HOST]),
        ("POST /fapi/v1/listenKey?timestamp=1&signature=ab", {"host": "fapi.binance.com"},
         ["POST /fapi/v1/listenKey", "Host: fapi.binance.com", KEY]),
        ("GET /api/v9/new", {},
         ["GET /api/v9/new?recvWindow=5000&timestamp=<now in ms>&signature=********", HOST, KEY]),
        # octets: kept, but for empty pieces, what no URL may hold raw, a secret, and the letters of a host
        ("GET /api/v3/ticker/price?&symbol=%62tc&&x=(1)&", {}, ["GET /api/v3/ticker/price?symbol=%62tc&x=(1)", HOST]),
        ("GET /api/v3/ticker/price?=x&symbol=A&=", {}, ["GET /api/v3/ticker/price?symbol=A", HOST]),
        ("GET /api/v3/ticker/price?=x", {}, ["GET /api/v3/ticker/price", HOST]),
        ("GET /api/v3/ticker/price?symbol=\u5e01", {}, ["GET /api/v3/ticker/price?symbol=%E5%B8%81", HOST]),
        (f"GET /api/v3/ticker/price?note={SECRET}", {},
         [f"GET /api/v3/ticker/price?note={'*' * 64}", HOST]),
        ("GET /api/v3/ticker/price", {"host": "e vil\r\nX: y"},
         ["GET /api/v3/ticker/price", "Host: e%20vil%0D%0Ax:%20y"]),
        ("GET /api/v3/ticker/price", {"host": ""}, ["GET /api/v3/ticker/price"]),
    ],
)  # fmt: skip
def test_the_request_as_it_should_be(line: str, more: dict[str, Any], lines: list[str]) -> None:
    assert corrected(ParsedRequest(request(line, **more))) == ("\n".join(lines), "")


def test_a_frame_is_shown_as_a_frame() -> None:
    """Names in camelCase, numbers as they were written; key, time and signature last."""
    body = (
        '{"id":7,"method":"order.place","params":{"symbol":"BTCUSDT","recv_window":5000.0,"signature":"ab",'
        '"timestamp":1,"apiKey":"k"}}'
    )
    shown = corrected(ParsedRequest(request("GET /ws-api/v3", ws=True, body=body)))
    assert shown.text == (
        '{"id":7,"method":"order.place","params":{"symbol":"BTCUSDT","recvWindow":5000.0,"apiKey":"********",'
        '"timestamp":<now in ms>,"signature":"********"}}'
    )


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"body": "--x--", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
         "the body is of a kind that Binance does not read"),
        ({"ws": True, "body": "[]"}, "the text is no frame of the WebSocket API"),
        ({"ws": True, "body": '{"params": 1}'}, "the text is no frame of the WebSocket API"),
        ({"ws": True, "body": "{"}, "the text is no frame of the WebSocket API"),
    ],
)  # fmt: skip
def test_it_is_left_out_with_the_reason(more: dict[str, Any], why: str) -> None:
    assert corrected(ParsedRequest(request("POST /api/v3/order", **more))) == (None, why)
