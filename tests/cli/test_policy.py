"""`policy`: what is allowed and by which rule; and the least policy out of a journal."""

import json
from pathlib import Path

import pytest
from aiohttp import ClientSession

from proxy.config.convert import convert
from proxy.config.document import parse_document
from proxy.sandbox import Sandbox, SandboxKey, start
from tests.cli.conftest import Run
from tests.support.gateway import API_KEY, API_SECRET, gateway

ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
LIMITED = """
policy:
  profiles: [spot]
  limits:
    - applies_to: spot
      symbols: [BTCUSDT]
      max_quote: 1000
"""


@pytest.mark.parametrize(
    ("request_", "code", "says"),
    [
        ("GET /api/v3/account", 0, "reading always passes"),
        ("POST /api/v3/order", 0, "policy.profiles has spot"),
        ("POST /sapi/v1/capital/withdraw/apply", 1, "refused: endpoint_denied"),
        ("POST /sapi/v1/brand/new", 1, "not in the catalogue"),
        ("GET /sapi/v1/brand/new", 0, "reading always passes"),
    ],
)
def test_a_request_is_judged_with_its_rule(run: Run, request_: str, code: int, says: str) -> None:
    said = run("policy", "test", request_)
    assert said.code == code
    assert says in said.out


def test_limits_are_judged_too(run: Run) -> None:
    Path("config.yaml").write_text(LIMITED)
    for target, body, code in (
        (f"POST /api/v3/order?{ORDER}", "", 0),
        ("POST /api/v3/order", ORDER, 0),
        ("POST /api/v3/order", ORDER.replace("0.01", "0.03"), 1),
        ("POST /api/v3/order", ORDER.replace("BTC", "ETH"), 1),
    ):
        said = run("policy", "test", target, "-d", body, "--json")
        assert said.code == code
        assert ("policy.limits[0]" in json.loads(said.out)["rule"]) is True


def test_the_policy_of_a_client(run: Run) -> None:
    file = ("--clients", "keys.json")
    run("clients", "add", "bot", "--profile", "futures", *file)
    assert run("policy", "test", "POST /fapi/v1/order", "--client", "bot", *file).code == 0
    assert run("policy", "test", "POST /api/v3/order", "--client", "bot", *file).code == 1
    assert run("policy", "test", "POST /api/v3/order", "--client", "nobody", *file).code == 2


@pytest.mark.parametrize(
    "words", [("test", "/api/v3/order"), ("test", "POST /x/y"), ("test", "PATCH /api/v3/order")]
)
def test_what_is_no_request(run: Run, words: tuple[str, ...]) -> None:
    assert run("policy", *words).code == 2


def test_show_lists_the_endpoints_of_each_profile(run: Run) -> None:
    Path("config.yaml").write_text(LIMITED)
    shown = json.loads(run("policy", "show", "--json").out)
    assert "POST /api/v3/order" in shown["profiles"]["spot"]
    assert shown["limits"] == [{"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quote": "1000.0"}]
    every = json.loads(run("policy", "show", "--all", "--json").out)["profiles"]
    assert every["read-only"] == []
    assert "POST /sapi/v1/c2c/ads/post" in every["merchant"]
    assert not any("withdraw/apply" in name for names in every.values() for name in names)
    assert "limit on spot" in run("policy", "show").out


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
    assert learned.allow == ("DELETE /api/v3/openOrders", "POST /api/v3/order")
    assert {line.applies_to: line.symbols for line in learned.limits} == {
        "DELETE /api/v3/openOrders": ("BTCUSDT",),
        "POST /api/v3/order": ("BTCUSDT",),
    }
    refused = "# Refused, and so not allowed above:\n#   POST /sapi/v1/capital/withdraw/apply  # money out, "
    assert refused + "endpoint_denied 1 times" in said.out
