"""`policy learn`: the least policy out of a journal."""

from pathlib import Path

from aiohttp import ClientSession

from proxy.config.convert import convert
from proxy.config.document import parse_document
from proxy.sandbox import Sandbox, SandboxKey, start
from tests.cli.conftest import Run
from tests.support.gateway import API_KEY, API_SECRET, gateway

ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"


async def test_learn_proposes_the_least_policy(run: Run, tmp_path: Path) -> None:
    box = Sandbox(keys=[SandboxKey(API_KEY, "hmac", API_SECRET)])
    exchange = await start(box)
    async with gateway(exchange.url, tmp_path / "j") as running, ClientSession() as session:
        for method, path, body in (
            ("GET", "/api/v3/account", None),
            ("POST", "/api/v3/order", ORDER),
            ("POST", "/api/v3/order", ORDER),
            ("POST", "/api/v3/order/test", ORDER),
            ("DELETE", "/api/v3/openOrders?symbol=BTCUSDT", None),
            ("POST", "/sapi/v1/capital/withdraw/apply", "coin=USDT&address=T&amount=1"),
        ):
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
            async with session.request(method, running.url + path, data=body, headers=headers) as answer:
                await answer.read()
    await exchange.stop()
    said = run("policy", "learn", "--journal", str(tmp_path / "j"))
    assert said.code == 0
    text = said.out[said.out.index("# From") :]  # after the log of the gateway above
    policy = convert(parse_document(text.encode(), "learned").data)
    assert policy.problems == []
    learned = policy.settings.policy
    assert learned.profiles == ("read-only",)
    assert learned.read == ("balances", "tests")
    assert learned.allow == ("DELETE /api/v3/openOrders", "POST /api/v3/order")
    assert {line.applies_to: line.symbols for line in learned.limits} == {
        "DELETE /api/v3/openOrders": ("BTCUSDT",),
        "POST /api/v3/order": ("BTCUSDT",),
    }
    refused = "# Refused, and so not allowed above:\n#   POST /sapi/v1/capital/withdraw/apply  # money out, "
    assert refused + "endpoint_denied 1 times" in said.out
