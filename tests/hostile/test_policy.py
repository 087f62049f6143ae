"""policy-13, policy-14: read-only is decided by what an endpoint does, not by its verb."""

from pathlib import Path
from typing import Any

import pytest

from tests.hostile.scenes import ORDER_FORM, request, scene

READ_ONLY: dict[str, Any] = {"policy": {"read_only": True}}
CASES = [
    ("POST", "/api/v3/order", ORDER_FORM, 403),
    ("DELETE", "/api/v3/openOrders?symbol=BTCUSDT", b"", 403),
    ("PUT", "/api/v3/order/amend/keepPriority", b"symbol=BTCUSDT&orderId=1&newQty=1", 403),
    ("GET", "/api/v3/account", b"", 200),
    ("POST", "/sapi/v1/c2c/orderMatch/listOrders", b'{"page":1}', 200),
    ("POST", "/api/v3/order/test", ORDER_FORM, 200),
]


@pytest.mark.parametrize(("method", "target", "body", "status"), CASES)
async def test_read_only(method: str, target: str, body: bytes, status: int, tmp_path: Path) -> None:
    async with scene(tmp_path, **READ_ONLY) as here:
        answer = await here.ask(request(method, target, body))
    assert answer.status == status
    assert answer.header("X-Gateway-Error") == ("read_only" if status == 403 else None)
    assert len(here.upstream.requests) == (status == 200)


@pytest.mark.parametrize("header", ["Via: 1.1 x", "Forwarded: for=1.2.3.4", "X-Forwarded-For: 1.2.3.4"])
async def test_whoever_comes_through_another_proxy_is_answered_nothing(header: str, tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        asked = [
            await here.ask(request(method, target, body, header + "\r\n"))
            for method, target, body, _ in CASES
        ]
    assert [(one.status, one.header("X-Gateway-Error")) for one in asked] == [(403, "proxied_refused")] * len(
        CASES
    )
    assert here.upstream.requests == []
