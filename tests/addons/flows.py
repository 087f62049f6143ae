"""mitmproxy flows for tests, made of octets, and signatures made without a line of the product's code."""

import hashlib
import hmac
import json

from mitmproxy import connection, http
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow
from mitmproxy.websocket import WebSocketMessage
from wsproto.frame_protocol import Opcode

API_KEY = "testkey" + "0" * 57
SECRET = b"testsecret" + b"0" * 54
ACCOUNT = "/api/v3/account"
WRONG_SIGNATURE = b'{"code":-1022,"msg":"Signature for this request is not valid."}'
STARTED = 1_795_264_200.0
"""Unix seconds of every flow made here."""
TIMESTAMP = b"timestamp=1795264200000"


def hmac_of(payload: bytes, secret: bytes = SECRET) -> bytes:
    """64 hex digits, by the standard library alone."""
    return hmac.new(secret, payload, hashlib.sha256).hexdigest().encode()


def signed(query: bytes, over: bytes | None = None, secret: bytes = SECRET) -> bytes:
    """A query with its signature, made over the query or over something else."""
    return query + b"&signature=" + hmac_of(query if over is None else over, secret)


def flow_of(
    target: bytes | str = ACCOUNT,
    *,
    method: str = "GET",
    body: bytes = b"",
    status: int = 200,
    answer: bytes = b"{}",
    host: str = "api.binance.com",
    headers: tuple[tuple[bytes, bytes], ...] = (),
    answer_headers: tuple[tuple[bytes, bytes], ...] = ((b"content-type", b"application/json"),),
    api_key: str | None = API_KEY,
) -> http.HTTPFlow:
    """A flow that was answered, as mitmproxy hands it to addons."""
    raw = target.encode() if isinstance(target, str) else target
    key = ((b"X-MBX-APIKEY", api_key.encode()),) if api_key else ()
    flow = http.HTTPFlow(tflow.tclient_conn(), tflow.tserver_conn(), live=True)
    flow.request = http.Request(
        host, 443, method.encode(), b"https", b"", raw, b"HTTP/1.1",
        http.Headers((*key, *headers)), body, None, STARTED, STARTED + 0.01,
    )  # fmt: skip
    flow.response = http.Response(
        b"HTTP/1.1", status, b"", http.Headers(answer_headers), answer, None, STARTED + 0.05, STARTED + 0.06
    )
    return flow


def asked(host: str, *, mode: str = "regular", path: bytes = b"/api/v3/order") -> http.HTTPFlow:
    """A live flow whose request head was read and that has no answer yet."""
    flow = flow_of(path, host=host)
    flow.response = None
    flow.client_conn.proxy_mode = ProxyMode.parse(mode)
    return flow


def server(host: str, *, mode: str = "regular") -> tuple[connection.Client, connection.Server]:
    """Both ends, before the second one is connected."""
    client = tflow.tclient_conn()
    client.proxy_mode = ProxyMode.parse(mode)
    return client, connection.Server(address=(host, 443))


def websocket_flow() -> http.HTTPFlow:
    """A WebSocket API connection without messages."""
    flow = tflow.twebsocketflow(messages=False)
    flow.request.host = "ws-api.binance.com"
    flow.request.path = "/ws-api/v3"
    flow.websocket.messages = []
    return flow


def frame(
    flow: http.HTTPFlow, content: object, *, from_client: bool, at: float = STARTED
) -> WebSocketMessage:
    """Append a text message to a WebSocket flow."""
    octets = content if isinstance(content, bytes) else json.dumps(content).encode()
    message = WebSocketMessage(Opcode.TEXT, from_client, octets, at)
    flow.websocket.messages.append(message)
    return message
