"""Ten pastes with one fault each, as people would send them, for docs/explain.md. Key and secret are made up.

Every signature is made here by the few lines that a user would have, with the mistake that the title names.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

API_KEY: Final = "C5r0DeMHDaqfC9lgMJMu7iW44ZIdesaiQb0nNO14Hsfkz5GdjN8H7FE0AUIGP7uA"
SECRET: Final = "zwxuuokGboEU5HZlfKLIuAYAl6HjFwH9HDiGvcTU0zFVvnf3Daxt1DDHntpRgQCJ"
_HOST: Final = "https://api.binance.com"
_TIME: Final = "timestamp=1795824100137"
_ORDER: Final = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=60000"
_SORTED: Final = f"price=60000&quantity=1&side=BUY&symbol=BTCUSDT&timeInForce=GTC&{_TIME}&type=LIMIT"
_WRONG: Final = '{"code":-1022,"msg":"Signature for this request is not valid."}'


@dataclass(frozen=True)
class Paste:
    """What somebody pastes, and the words for the heading."""

    title: str
    text: str


def signed(text: str, secret: str = SECRET) -> str:
    """HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def pastes() -> tuple[Paste, ...]:
    """All of them, the plainest first."""
    return (
        _curl(),
        _okhttp(),
        _traceback(),
        _ccxt(),
        _axios(),
        _wget(),
        _dotnet(),
        _go(),
        _python_binance(),
        _prose(),
    )


def _curl() -> Paste:
    query = f"recvWindow=5000&{_TIME}"
    url = f"{_HOST}/api/v3/account?{query}&signature={signed(query, SECRET + chr(10))}"
    text = f"$ curl -H 'X-MBX-APIKEY: {API_KEY}' '{url}'\n{_WRONG}\n"
    return Paste("A curl command and its answer", text)


def _okhttp() -> Paste:
    body = f"{_ORDER}&{_TIME}&signature={signed(_SORTED)}"
    text = f"""D/OkHttp: --> POST {_HOST}/api/v3/order
D/OkHttp: Content-Type: application/x-www-form-urlencoded
D/OkHttp: X-MBX-APIKEY: {API_KEY}
D/OkHttp:
D/OkHttp: {body}
D/OkHttp: --> END POST ({len(body)}-byte body)
D/OkHttp: <-- 400 {_HOST}/api/v3/order (231ms)
D/OkHttp: {_WRONG}
D/OkHttp: <-- END HTTP (63-byte body)
"""
    return Paste("A log of OkHttp, from logcat", text)


def _traceback() -> Paste:
    query = "timestamp=1795824100"
    text = f"""Traceback (most recent call last):
  File "bot.py", line 31, in balance
    r.raise_for_status()
requests.exceptions.HTTPError: 400 Client Error: Bad Request for url: {_HOST}/api/v3/account?{query}&signature={signed(query)}
{{'code': -1021, 'msg': 'Timestamp for this request is outside of the recvWindow.'}}
"""
    return Paste("A traceback of Python's requests", text)


def _ccxt() -> Paste:
    body = f"{_ORDER.replace('quantity=1', 'quantity=0.0000001')}&{_TIME}"
    body += f"&signature={signed(body)}"
    text = (
        f"fetch Request: binance POST {_HOST}/api/v3/order RequestHeaders: {{'X-MBX-APIKEY': '{API_KEY}',"
        f" 'Content-Type': 'application/x-www-form-urlencoded'}} RequestBody: {body}\n\n"
        f"fetch Response: binance POST {_HOST}/api/v3/order 400 ResponseHeaders: {{'Content-Type': 'application/json'}}"
        ' ResponseBody: {"code":-1013,"msg":"Filter failure: LOT_SIZE"}\n'
    )
    return Paste("A verbose log of ccxt", text)


def _axios() -> Paste:
    query = f"symbol=BTCUSDT&newClientOrderId=my order&{_TIME}"
    url = f"{_HOST}/api/v3/order?{query.replace(' ', '%20')}&signature={signed(query)}"
    text = f"""AxiosError: Request failed with status code 400
    at settle (/srv/bot/node_modules/axios/dist/node/axios.cjs:2671:12) {{
  code: 'ERR_BAD_REQUEST',
  config: {{
    adapter: [ 'xhr', 'http', 'fetch' ],
    headers: Object [AxiosHeaders] {{ 'X-MBX-APIKEY': '{API_KEY}' }},
    method: 'delete',
    url: '{url}'
  }},
  response: {{ status: 400, data: {{ code: -1022, msg: 'Signature for this request is not valid.' }} }}
}}
"""
    return Paste("What `console.log` prints of an axios error", text)


def _wget() -> Paste:
    body = f"{_ORDER}&{_TIME}"
    body += f"&signature={signed('')}"
    text = f"""---request begin---
POST /api/v3/order HTTP/1.1
Host: api.binance.com
Content-Type: application/x-www-form-urlencoded
Content-Length: {len(body)}
X-MBX-APIKEY: {API_KEY}

---request end---
[BODY data: {body}]
HTTP request sent, awaiting response...
---response begin---
HTTP/1.1 400 Bad Request

---response end---
Skipping 63 bytes of body: [{_WRONG}] done.
"""
    return Paste("What `wget --debug` prints", text)


def _dotnet() -> Paste:
    query = f"{_ORDER.replace('quantity=1', 'quantity=0,01')}&{_TIME}"
    text = f"""2026/11/28 12:01:40:137 | Binance | Debug | [3] Sending POST signed request to {_HOST}/api/v3/order?{query}&signature={signed(query)}
2026/11/28 12:01:40:331 | Binance | Debug | [3] Error received: {{"code":-1100,"msg":"Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{{1,20}})(\\\\.[0-9]{{1,20}})?$'."}}
"""
    return Paste("A log of Binance.Net", text)


def _go() -> Paste:
    digest = hmac.new(SECRET.encode(), _TIME.encode(), hashlib.sha256).digest()
    value = base64.b64encode(digest).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    text = f"""GET /api/v3/account?{_TIME}&signature={value} HTTP/1.1
Host: api.binance.com
User-Agent: Go-http-client/1.1
X-Mbx-Apikey: {API_KEY}
Accept-Encoding: gzip

HTTP/2.0 400 Bad Request
Content-Type: application/json;charset=UTF-8

{_WRONG}
"""
    return Paste("Request and answer, dumped by Go", text)


def _python_binance() -> Paste:
    text = f"""DEBUG:binance.base_client:
Request: GET {_HOST}/api/v3/account
RequestHeaders: {{}}
RequestBody: None
Response: 400
ResponseHeaders: {{'Content-Type': 'application/json;charset=UTF-8'}}
ResponseBody: {_WRONG}
"""
    return Paste("A log that leaves out what was signed", text)


def _prose() -> Paste:
    query = f"{_TIME}&recvWindow=5000"
    url = f"{_HOST}/api/v3/account?{query}&signature={signed(f'/api/v3/account?{query}')}"
    return Paste("A sentence with a URL in it", f"Why does {url} give me -1022? My key is right.\n")
