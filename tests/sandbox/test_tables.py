"""The tables as a whole: each endpoint answers, and none is open that should not be."""

import ast
from pathlib import Path
from typing import Any

import pytest

from proxy.sandbox.endpoint import Endpoint, Security, Table
from proxy.sandbox.tables import TABLE
from tests.sandbox.conftest import Exchange

ENDPOINTS = [
    endpoint for path in TABLE.paths() for endpoint in TABLE.methods(path).values()
]  # fmt: skip

# Something legal for every mandatory parameter.
SAMPLES = {
    "symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.1", "interval": "1m", "newQty": "0.1",
    "cancelReplaceMode": "STOP_ON_FAILURE", "aboveType": "LIMIT_MAKER", "belowType": "STOP_LOSS", "price": "66000",
    "stopPrice": "54000", "coin": "BTC", "address": "TestAddress000000000000", "amount": "1", "asset": "BTC",
    "fromAccountType": "SPOT", "toAccountType": "SPOT", "listenKey": "x", "id": "1", "merchantNo": "x",
    "orderNo": "x", "advNo": "x", "batchOrders": "%5B%5D", "leverage": "5", "marginType": "ISOLATED",
    "workingType": "LIMIT", "workingSide": "BUY", "workingPrice": "50000", "workingQuantity": "0.1",
    "pendingType": "MARKET", "pendingSide": "SELL", "pendingQuantity": "0.1", "pendingAboveType": "LIMIT_MAKER",
    "isIsolated": "FALSE", "fromAsset": "BTC", "toAsset": "USDT", "quoteId": "x", "baseAsset": "BTC",
    "quoteAsset": "USDT", "limitPrice": "50000", "expiredType": "1_D", "productId": "USDT001", "projectId": "BNB*30",
    "positionId": "1", "orders": "%5B%5D",
    "countdownTime": "0", "algoType": "CONDITIONAL", "dualSidePosition": "true",
}  # fmt: skip


def _query(endpoint: Endpoint) -> str:
    return "&".join(f"{param.name}={SAMPLES[param.name]}" for param in endpoint.params if param.required)


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


async def test_each_endpoint_answers_or_refuses_with_a_code(exchange: Exchange) -> None:
    for endpoint in ENDPOINTS:
        if endpoint.security is Security.SIGNED:
            answer = await exchange.signed(endpoint.method, endpoint.path, _query(endpoint))
        else:
            answer = await exchange.send(endpoint.method, f"{endpoint.path}?{_query(endpoint)}")
        told = answer.json
        assert answer.status == 200 or (answer.status == 400 and told["code"] < -1000), (
            _name(endpoint),
            answer,
        )
        wanted = "valid" if endpoint.security is Security.SIGNED else "absent"
        assert exchange.seen[-1].signature == wanted, _name(endpoint)


async def test_no_endpoint_but_the_public_ones_works_without_a_key(exchange: Exchange) -> None:
    for endpoint in ENDPOINTS:
        answer = await exchange.send(endpoint.method, endpoint.path, api_key=None)
        assert (answer.code == -2014) is (endpoint.security is not Security.NONE), _name(endpoint)


def test_the_tables_know_every_family() -> None:
    assert {endpoint.family for endpoint in ENDPOINTS} == {"api", "sapi", "fapi", "dapi", "eapi", "papi"}
    assert len(ENDPOINTS) > 230


def test_an_endpoint_may_stand_in_the_tables_once_only() -> None:
    with pytest.raises(ValueError, match="GET /api/v3/ping stands twice"):
        Table([*ENDPOINTS, Endpoint("GET", "/api/v3/ping", Security.NONE, lambda _: {})])


def test_the_sandbox_shares_no_code_with_the_gateway() -> None:
    root = Path(__file__).parents[2] / "proxy" / "sandbox"
    imported = {
        name
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imports(node)
    }
    ours = {name for name in imported if name.split(".")[0] in ("proxy", "addons")}
    assert ours
    assert all(name == "proxy.sandbox" or name.startswith("proxy.sandbox.") for name in ours)


def _imports(node: Any) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []
