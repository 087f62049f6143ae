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
    assert "limit on spot" in run("policy", "show").out


def test_show_tells_cancels_and_reads(run: Run) -> None:
    shown = json.loads(run("policy", "show", "--json").out)
    assert shown["read"] is None
    assert "DELETE /fapi/v1/order" in shown["cancels"]
    assert not any(name.startswith("DELETE") for name in shown["profiles"]["spot"])
    assert "read: everything" in run("policy", "show").out
    Path("config.yaml").write_text(READER)
    shown = json.loads(run("policy", "show", "--json").out)
    assert shown["cancels"] == []
    assert shown["read"]["endpoints"] == ["GET /api/v3/account", "GET /sapi/v1/capital/*"]
    assert list(shown["read"]["groups"]) == ["market", "tests"]
    assert shown["read"]["groups"]["tests"] == 3
    assert "  tests  3 endpoints\n  GET /api/v3/account\n" in run("policy", "show").out
    Path("config.yaml").write_text("policy:\n  read: []\n")
    assert "read: nothing\n" in run("policy", "show").out
