"""The decision tree of business: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts.business import VERDICT
from proxy.core.findings import Verdict
from tests.core.diagnosis.checks import NOW, signed

ACCOUNT = f"GET /api/v3/account?timestamp={NOW}"
ORDER = (
    "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.0000123&price=60000.123"
    f"&timestamp={NOW}"
)
FUTURES = ORDER.replace("/api/v3/", "/fapi/v1/")
OTHER_ANSWERS = (
    signed(ACCOUNT, code=-1022),
    signed(ACCOUNT),
)
NAMED = (
    (ORDER, -1013, "Filter failure: LOT_SIZE", "filter-lot-size", "quantity"),
    (ORDER, -1013, "Filter failure: MARKET_LOT_SIZE", "filter-market-lot-size", "quantity"),
    (ORDER, -1013, "Filter failure: PRICE_FILTER", "filter-price", "price"),
    (ORDER, -1013, "Filter failure: NOTIONAL", "filter-notional", "quantity, price"),
    (ORDER, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE", "filter-percent-price-by-side", "price"),
    (ORDER, -1013, "Filter failure: MAX_NUM_ALGO_ORDERS", "filter-max-num-algo-orders", None),
    (ORDER, -2010, "Account has insufficient balance for requested action.", "account-balance-too-small", "quantity"),
    (ORDER, -2010, "Order would immediately match and take.", "order-would-match", "price, type, timeInForce"),
    (ORDER, -2010, "Duplicate order sent.", "order-duplicate-id", None),
    (ORDER, -2010, "Market is closed.", "order-market-closed", "symbol"),
    (ORDER, -2011, "Unknown order sent.", "order-not-found", "symbol"),
    (ORDER, -2013, "Order does not exist.", "order-not-found", "symbol"),
    (FUTURES, -2019, "Margin is insufficient.", "account-balance-too-small", "quantity"),
    (FUTURES, -2021, "Order would immediately trigger.", "order-would-trigger", "side"),
    (FUTURES, -4164, "Order's notional must be no smaller than 5.0", "futures-notional-too-small", "quantity, price"),
    (FUTURES, -4014, "Price not increased by tick size.", "futures-price-tick", "price"),
    (FUTURES, -4061, "Order's position side does not match user's setting.", "futures-position-side", None),
)  # fmt: skip


@pytest.mark.parametrize(("line", "code", "msg", "rule", "parameters"), NAMED)
def test_a_refusal_after_a_right_signature_has_a_name(
    line: str, code: int, msg: str, rule: str, parameters: str | None
) -> None:
    host = "fapi.binance.com" if "/fapi/" in line else "api.binance.com"
    diagnosis = engine.diagnose(signed(line, code=code, msg=msg, host=host))
    (finding,) = diagnosis.findings
    assert (finding.rule, dict(finding.facts).get("parameter")) == (rule, parameters)
    assert f"Binance says: {msg}" in diagnosis.notes
    assert any("signature was accepted" in note or "fault is not there" in note for note in diagnosis.notes)


@pytest.mark.parametrize("code", [-2010, -1013])
def test_without_a_known_text_it_accuses_nobody_and_acquits_nobody(code: int) -> None:
    diagnosis = engine.diagnose(signed(ACCOUNT, code=code))
    assert (diagnosis.verdict, diagnosis.findings) == (Verdict.UNKNOWN, ())
    assert any("accepted" in note for note in diagnosis.notes)


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))


def test_a_code_that_may_come_before_the_signature_says_nothing_of_it() -> None:
    told = engine.diagnose(signed(ORDER, code=-1010, msg="Filter failure: LOT_SIZE"))
    assert told.findings[0].rule == "filter-lot-size"
    assert "Binance accepted the signature." not in told.notes


def test_what_was_seen_already_is_not_said_twice() -> None:
    noise = ORDER.replace("quantity=0.0000123", "quantity=0.30000000000000004")
    told = engine.diagnose(signed(noise, code=-1013, msg="Filter failure: LOT_SIZE"))
    assert [one.rule for one in told.findings] == ["param-float-noise"]
