"""`policy show`: what is allowed, endpoint by endpoint."""

import json
from pathlib import Path

from tests.cli.conftest import Run

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


def test_show_lists_the_endpoints_of_each_profile(run: Run) -> None:
    Path("config.yaml").write_text(LIMITED)
    shown = json.loads(run("policy", "show", "--json").out)
    assert "POST /api/v3/order" in shown["profiles"]["spot"]
    assert shown["limits"] == [{"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quote": "1000.0"}]
    every = json.loads(run("policy", "show", "--all", "--json").out)["profiles"]
    assert every["read-only"] == []
    assert "POST /sapi/v1/c2c/ads/post" in every["merchant"]
    assert not any("withdraw/apply" in name for names in every.values() for name in names)
    told = run("policy", "show").out
    assert "limit on spot" in told
    assert "prices of limits: the request's own\n" in told
    assert (shown["unlimited"], shown["prices"], shown["price_margin"]) == ({}, "request", None)
    assert "no limit)" not in told


def test_show_tells_cancels_and_reads(run: Run) -> None:
    shown = json.loads(run("policy", "show", "--json").out)
    assert shown["read"] is None
    assert "DELETE /fapi/v1/order" in shown["cancels"]
    assert not any(name.startswith("DELETE") for name in shown["profiles"]["spot"])
    told = run("policy", "show").out
    assert "read: everything" in told
    assert "limits: none\n" in told
    assert "cancels, in every profile but read-only: 39 endpoints (--all names them)\n" in told
    assert "DELETE" not in told
    assert "39 endpoints\n  DELETE /api/v3/openOrders\n" in run("policy", "show", "--all").out
    Path("config.yaml").write_text(READER)
    shown = json.loads(run("policy", "show", "--json").out)
    assert shown["cancels"] == []
    assert shown["read"]["endpoints"] == ["GET /api/v3/account", "GET /sapi/v1/capital/*"]
    assert list(shown["read"]["groups"]) == ["market", "tests"]
    assert shown["read"]["groups"]["tests"] == 3
    assert "  tests  3 endpoints\n  GET /api/v3/account\n" in run("policy", "show").out
    Path("config.yaml").write_text("policy:\n  read: []\n")
    assert "read: nothing\n" in run("policy", "show").out


PARTLY = """
policy:
  profiles: [spot, earn]
  allow: [POST /sapi/v1/capital/withdraw/apply, POST /sapi/v1/brand/new]
  prices: exchange
  price_margin: 0.01
  limits:
    - {applies_to: POST /api/v3/order, max_quote: 1000}
"""


def test_show_marks_what_no_line_limits(run: Run) -> None:
    Path("config.yaml").write_text(PARTLY)
    told = run("policy", "show").out
    assert "profile spot: 10 endpoints that change something, 9 of them without a limit\n" in told
    assert "  POST /api/v3/order\n  POST /api/v3/order/cancelReplace  (no limit)\n" in told
    assert "that change something, all of them without a limit\n" in told
    assert "  POST /sapi/v1/capital/withdraw/apply  (no limit)\n" in told
    assert "prices of limits: the request's own and the exchange's, with a margin of 0.01\n" in told
    shown = json.loads(run("policy", "show", "--json").out)
    assert len(shown["unlimited"]["spot"]) == 9
    assert shown["unlimited"]["allow"] == ["POST /sapi/v1/brand/new", "POST /sapi/v1/capital/withdraw/apply"]
    assert (shown["prices"], shown["price_margin"]) == ("exchange", "0.01")


def test_the_endpoints_of_a_group_of_reads_are_listed(run: Run) -> None:
    said = run("policy", "show", "--reads", "tests")
    assert said.out == (
        "tests: 3 endpoints\n  POST /api/v3/order/test\n  POST /api/v3/sor/order/test\n  POST /fapi/v1/order/test\n"
    )
    shown = json.loads(run("policy", "show", "--reads", "balances", "--json").out)
    assert shown["group"] == "balances"
    assert "GET /api/v3/account" in shown["endpoints"]
    assert "there is none to list" in run("policy", "show", "--reads", "unlisted").out
    assert run("policy", "show", "--reads", "money").code == 2
