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
        ("post  /api/v3/order", 0, "policy.profiles has spot"),
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


PRICED = """
policy:
  profiles: [spot, futures]
  prices: exchange
  limits:
    - applies_to: spot
      symbols: [BTCUSDT]
      max_quantity: 1
      max_quote: 1000
    - applies_to: futures
      max_quote: 100
"""
AT_MARKET = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity="
COIN_M = "symbol=BTCUSD_PERP&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=50000"


@pytest.mark.parametrize(
    ("request_", "body", "depends"),
    [
        ("POST /api/v3/order", AT_MARKET + "0.5", "it depends on a price of the exchange"),
        ("POST /dapi/v1/order", COIN_M, "it depends on the size of a contract at the exchange"),
    ],
)
def test_what_only_the_exchange_could_tell_is_unknown(
    run: Run, request_: str, body: str, depends: str
) -> None:
    Path("config.yaml").write_text(PRICED)
    said = run("policy", "test", request_, "-d", body)
    assert said.code == 1
    assert f"  outcome    unknown: {depends}, which this command does not ask\n" in said.out
    told = json.loads(run("policy", "test", request_, "-d", body, "--json").out)
    assert (told["allowed"], told["refusal"]) == (None, None)
    assert told["depends"].startswith(depends)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (AT_MARKET + "1.5", "it is above max_quantity"),
        (AT_MARKET.replace("BTC", "ETH") + "0.5", "its symbol is not among `symbols`"),
        (AT_MARKET + "x", "plain number"),
    ],
)
def test_what_no_price_could_mend_is_refused(run: Run, body: str, why: str) -> None:
    Path("config.yaml").write_text(PRICED)
    said = run("policy", "test", "POST /api/v3/order", "-d", body)
    assert said.code == 1
    assert "outcome    refused: limit_exceeded" in said.out
    assert why in said.out


def test_without_parameters_limits_are_not_judged_and_that_is_said(run: Run) -> None:
    Path("config.yaml").write_text(LIMITED)
    said = run("policy", "test", "POST /api/v3/order")
    assert said.code == 0
    assert "outcome    allowed" in said.out
    assert "note       its limits (policy.limits[0]) are judged with a query or -d" in said.out
    for other in ("GET /api/v3/account", "DELETE /fapi/v1/order"):
        assert "note" not in run("policy", "test", other).out
    assert "are judged with" not in run("policy", "test", "POST /api/v3/order", "-d", ORDER).out


DAILY = """
policy:
  profiles: [spot]
  limits:
    - {applies_to: spot, symbols: [BTCUSDT], max_quote_per_day: 1000}
    - {applies_to: spot, symbols: [BTCUSDT, ETHUSDT], max_quantity: 0.01}
"""
ASKS_NO_DAY = "note       what is left of the day is not asked here: signing-proxy policy usage"


def test_the_day_is_not_asked_and_that_is_said(run: Run) -> None:
    Path("config.yaml").write_text(DAILY)
    for quantity, place, counts in (("0.02", "policy.limits[0]", True), ("0.01", "policy.limits[1]", False)):
        said = run("policy", "test", "POST /api/v3/order", "-d", ORDER.replace("0.01", quantity))
        assert said.code == 0
        assert f"it fits {place}" in said.out
        assert (ASKS_NO_DAY in said.out) is counts
    cancel = run("policy", "test", "DELETE /api/v3/order?symbol=BTCUSDT&orderId=1")
    assert (cancel.code, ASKS_NO_DAY in cancel.out) == (0, False)


def test_more_than_a_whole_day_may_take_is_refused(run: Run) -> None:
    Path("config.yaml").write_text(DAILY)
    said = run("policy", "test", "POST /api/v3/order", "-d", ORDER.replace("0.01", "0.03"))
    assert said.code == 1
    assert "refused: limit_exceeded" in said.out
    assert "above max_quote_per_day" in said.out


RELEASE = "POST /sapi/v1/c2c/orderMatch/releaseCoin"


def test_a_step_that_is_sent_once_is_told(run: Run) -> None:
    Path("config.yaml").write_text(f"policy:\n  allow: [{RELEASE}]\n")
    for body in ((), ("-d", '{"orderNumber": "20001"}')):
        said = run("policy", "test", RELEASE, *body)
        assert said.code == 0
        assert "note       it is sent once for each order and account" in said.out
    unclear = run("policy", "test", RELEASE, "-d", '{"orderNumber": "one"}')
    assert unclear.code == 1
    assert "refused: limit_exceeded" in unclear.out
    assert "the number of the order is not clear" in unclear.out


@pytest.mark.parametrize(
    ("request_", "token", "says"),
    [
        ("GET /api/v1/ping", "endpoint_retired", "use GET /api/v3/ping"),
        ("POST /build/v1/x", "endpoint_unknown", "Web3 wallet API"),
        ("GET /api/v1/dex/aggregator/quote", "endpoint_unknown", "Web3 wallet API"),
        ("GET /bapi/asset/v1/x", "endpoint_unknown", "web site"),
        ("POST /x/y", "endpoint_unknown", "none of Binance's API prefixes"),
        ("GET //api/v3/account", "path_not_canonical", "not in the one form"),
        ("GET /api/v3/account -d x=1", "body_not_allowed", "a GET has no body"),
        ("POST /api/v3/order -d words", "unsupported_media_type", "neither a form"),
    ],
)
def test_what_the_gateway_refuses_before_any_policy_is_refused_alike(
    run: Run, request_: str, token: str, says: str
) -> None:
    request_, _, body = request_.partition(" -d ")
    said = run("policy", "test", request_, *(("-d", body) if body else ()))
    assert said.code == 1
    assert f"outcome    refused: {token}\n" in said.out
    assert says in said.out


def test_a_path_of_nobody_has_no_operation(run: Run) -> None:
    told = json.loads(run("policy", "test", "POST /x/y?z=1", "--json").out)
    assert (told["request"], told["operation"], told["listed"]) == ("POST /x/y", None, False)


def test_the_environment_of_the_account_decides_what_there_is(run: Run) -> None:
    there = ("policy", "test", "GET /eapi/v1/time")
    assert run(*there).code == 0
    Path("config.yaml").write_text("environment: us\n")
    said = run(*there)
    assert said.code == 1
    assert "refused: endpoint_not_in_environment" in said.out


def test_what_a_person_must_approve_is_told(run: Run) -> None:
    confirm = "policy:\n  profiles: [spot]\n  confirm: [money_out, spot]\n  confirm_mode: ticket\n"
    Path("config.yaml").write_text(confirm)
    said = run("policy", "test", "POST /api/v3/order")
    assert "confirm    a person must approve it first (ticket)" in said.out
    refused = run("policy", "test", "POST /sapi/v1/capital/withdraw/apply")
    assert "confirm    a" not in refused.out
    assert "confirm    a" not in run("policy", "test", "GET /api/v3/account").out
    assert (
        "a person must approve (ticket, 8 s; orders 8 s at most)\n  money_out\n  spot\n"
        in run("policy", "show").out
    )
    assert json.loads(run("policy", "show", "--json").out)["confirm"] == ["money_out", "spot"]


@pytest.mark.parametrize(
    "words", [("test", "/api/v3/order"), ("test", "PATCH /api/v3/order"), ("test", "POST api/v3/order")]
)
def test_what_is_no_request(run: Run, words: tuple[str, ...]) -> None:
    assert run("policy", *words).code == 2
