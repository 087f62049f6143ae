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


@pytest.mark.parametrize(
    "words", [("test", "/api/v3/order"), ("test", "POST /x/y"), ("test", "PATCH /api/v3/order")]
)
def test_what_is_no_request(run: Run, words: tuple[str, ...]) -> None:
    assert run("policy", *words).code == 2
