"""Whatever is sent, the exchange answers with JSON or a page; it never fails inside."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings, strategies as st

from proxy.sandbox import Sandbox, SandboxKey
from proxy.sandbox.endpoint import Endpoint
from proxy.sandbox.respond import respond
from proxy.sandbox.tables import TABLE
from proxy.sandbox.wire import Received
from tests.sandbox.conftest import API_KEY, NOW_MS, SECRET, sign
from tests.support.draws import examples

ENDPOINTS = [
    endpoint
    for path in TABLE.paths()
    for endpoint in TABLE.methods(path).values()
    if endpoint.params or endpoint.json_body
]
NAMES = (
    "adsNo", "advNo", "advNos", "advStatus", "asset", "assets", "fiat", "fiatUnit", "fiatCurrency", "tradeType",
    "page", "rows", "orderNumber", "adOrderNo", "orderNo", "startTime", "endTime", "initAmount", "priceType",
    "tradeMethods", "classify", "imageName", "userId",
)  # fmt: skip
OWN_AD = "11769999000000000001"
LEAVES = st.sampled_from([None, True, 3, -1, 1.5, "", "BTC", "SELL", "profession", "x", OWN_AD])
JSON = LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.sampled_from(NAMES), LEAVES, max_size=2)
WORDS = st.sampled_from([
    "0", "1", "0.01", "60000", "BTCUSDT", "BTC", "BUY", "SELL", "LIMIT", "MARKET", "GTC", "1h", "[1]", "[[]]", "{}",
    '["x"]', "99999999999999999999", "true", "STOP_ON_FAILURE", "LIMIT_MAKER", "STOP_LOSS", "ISOLATED", "x",
])  # fmt: skip


@st.composite
def requests(draw: st.DrawFn, endpoint: Endpoint) -> Received:
    values = {param.name: draw(WORDS) for param in endpoint.params if param.required or draw(st.booleans())}
    query = "&".join([f"{name}={quote(value)}" for name, value in values.items()])
    if endpoint.security.value == "signed":
        query += f"&timestamp={NOW_MS}"
        query += f"&signature={sign(query)}"
    body = b""
    if endpoint.json_body:
        body = json.dumps({name: draw(JSON) for name in NAMES if draw(st.integers(0, 3))}).encode()
    headers = ((b"X-MBX-APIKEY", API_KEY.encode()), (b"Content-Type", b"application/json" if body else b""))
    return Received(endpoint.method, f"{endpoint.path}?{query}".encode(), headers, body, "127.0.0.1")


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
@settings(max_examples=examples(8), deadline=None)
@given(data=st.data())
def test_every_request_is_answered(endpoint: Endpoint, data: st.DataObject) -> None:
    sandbox = Sandbox(keys=[SandboxKey(API_KEY, "hmac", SECRET)], now_ms=lambda: NOW_MS)
    reply = respond(sandbox, data.draw(requests(endpoint)))
    told: Any = json.loads(reply.body)
    assert reply.status in (200, 400, 409)
    assert reply.status == 200 or told["code"] != -1022
