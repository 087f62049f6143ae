"""`policy test`: a request is judged, with its rule, and nothing is sent."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000"
LIMITED = """
policy:
  profiles: [spot]
  limits:
    - applies_to: spot
      symbols: [BTCUSDT]
      max_quote: 1000
"""


READER = (
    "policy:\n  profiles: [read-only]\n  read: [tests, market, GET /sapi/v1/capital/*, GET /api/v3/account]\n"
)


@pytest.mark.parametrize(
    ("request_", "code", "says"),
    [
        ("GET /api/v3/account", 0, "reading always passes"),
        ("POST /api/v3/order", 0, "policy.profiles has spot"),
        ("POST /sapi/v1/capital/withdraw/apply", 1, "refused: endpoint_denied"),
        ("POST /sapi/v1/brand/new", 1, "not in the catalogue"),
        ("GET /sapi/v1/brand/new", 0, "reading always passes"),
        ("GET /sapi/v1/brand/new", 0, "operation  read: unlisted, not in the catalogue"),
        ("GET /sapi/v1/capital/deposit/hisrec", 0, "operation  read: deposits\n"),
        ("DELETE /fapi/v1/order", 0, "every profile but read-only lets cancels through"),
        ("GET /sapi/v1/c2c/agent/orderMatch/releaseCoin", 1, "POST /sapi/v1/c2c/orderMatch/releaseCoin"),
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


def test_a_read_is_judged_by_the_reads_that_are_named(run: Run) -> None:
    Path("config.yaml").write_text(READER)
    assert run("policy", "test", "GET /api/v3/depth").code == 0
    assert "policy.read names it" in run("policy", "test", "GET /sapi/v1/capital/deposit/hisrec").out
    said = run("policy", "test", "GET /api/v3/myTrades")
    assert said.code == 1
    assert "outcome    refused: read_denied" in said.out
    assert "remedy     the policy names the reads that pass, and `orders` is not among them" in said.out


def test_what_only_the_exchange_could_tell_is_said_to_be_so(run: Run) -> None:
    Path("config.yaml").write_text(LIMITED + "  prices: exchange\n")
    said = run("policy", "test", "POST /api/v3/order", "-d", "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1")
    assert said.code == 1
    assert "which this command does not" in said.out


def test_what_a_person_must_approve_is_told(run: Run) -> None:
    confirm = "policy:\n  profiles: [spot]\n  confirm: [money_out, spot]\n  confirm_mode: ticket\n"
    Path("config.yaml").write_text(confirm)
    said = run("policy", "test", "POST /api/v3/order")
    assert "confirm    a person must approve it first (ticket)" in said.out
    refused = run("policy", "test", "POST /sapi/v1/capital/withdraw/apply")
    assert "confirm    a" not in refused.out
    assert "confirm    a" not in run("policy", "test", "GET /api/v3/account").out
    assert "a person must approve\n  money_out\n  spot\n" in run("policy", "show").out
    assert json.loads(run("policy", "show", "--json").out)["confirm"] == ["money_out", "spot"]


@pytest.mark.parametrize(
    "words", [("test", "/api/v3/order"), ("test", "POST /x/y"), ("test", "PATCH /api/v3/order")]
)
def test_what_is_no_request(run: Run, words: tuple[str, ...]) -> None:
    assert run("policy", *words).code == 2
