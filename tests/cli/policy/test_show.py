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
