"""Requests against the table of parameters: how sure a difference is, and that right requests are left alone."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.refusals.described import how_sure, nearest, sent, sent_names, takes
from proxy.core.findings import Strength
from tests.core.diagnosis import recorded
from tests.core.diagnosis.checks import request, signed

DEPTH = "GET /api/v3/depth?symbol=BTCUSDT&limit=9"


def test_no_right_request_is_accused_of_a_parameter() -> None:
    seen = 0
    for case in recorded.requests():
        for answered in (True, False) if case["label"] == "ok" else ():
            found = engine.diagnose(recorded.observation_of(case, answered=answered)).findings
            assert [one.rule for one in found if one.rule.startswith("param-")] == [], case["url"]
            seen += 1
    for name, observation, verifies in recorded.captures():
        if verifies:
            found = engine.diagnose(observation).findings
            assert [one.rule for one in found if one.rule.startswith("param-")] == [], name
            seen += 1
    assert seen > 700


@pytest.mark.parametrize(
    ("code", "msg", "strength"),
    [
        (None, "", Strength.LIKELY),
        (-1130, "Data sent for parameter 'limit' is not valid.", Strength.PROVEN),
        (-1130, "", Strength.PROVEN),
        (-1130, "Data sent for parameter 'symbol' is not valid.", None),
        (-1000, "", Strength.LIKELY),
        (-2010, "Account has insufficient balance for requested action.", None),
        (-2015, "", None),
    ],
)
def test_only_an_answer_that_says_so_makes_a_proof(
    code: int | None, msg: str, strength: Strength | None
) -> None:
    parsed = ParsedRequest(request(DEPTH, code=code, msg=msg))
    assert how_sure(parsed, frozenset({-1130}), "limit") is strength


def test_a_call_of_the_first_version_is_read_as_its_successor() -> None:
    assert "symbol" in takes(ParsedRequest(request("GET /api/v1/ticker/24hr?asset=BTC")))
    assert not takes(ParsedRequest(request("BREW /api/v3/depth")))
    assert not takes(ParsedRequest(request("GET /api/v3/depth,x")))


def test_the_nearest_name() -> None:
    assert nearest("listen_key", ("listenKey", "symbol")) == "listenKey"
    assert nearest("simbol", ("listenKey", "symbol")) == "symbol"
    assert nearest("banana", ("listenKey", "symbol")) is None


def test_names_in_a_json_body_count_as_sent() -> None:
    parsed = ParsedRequest(
        request(
            "POST /sapi/v1/c2c/ads/search", body='{"asset": 1}', headers={"Content-Type": "application/json"}
        )
    )
    assert "asset" in sent_names(parsed)


def test_a_refused_request_is_never_called_right() -> None:
    diagnosis = engine.diagnose(signed("GET /api/v3/account?timestamp=1780000000000", code=-9999, msg="Odd."))
    assert diagnosis.verdict.value == "unknown"
    assert "Binance says: Odd." in diagnosis.notes


def test_fields_of_a_json_body_are_read_as_they_are_written() -> None:
    body = '{"tradeType":"BUY","onlyTradable":true,"rows":5,"nothing":null}'
    web = {"Content-Type": "application/json", "clientType": "web"}
    parsed = ParsedRequest(request("POST /sapi/v1/c2c/ads/search", body=body, headers=web))
    assert [(one.name, one.value) for one in sent(parsed)] == [
        ("tradeType", "BUY"),
        ("onlyTradable", "true"),
        ("rows", "5"),
    ]


@pytest.mark.parametrize("status", [200, 401, 403, 418, 429, 503])
def test_an_answer_that_is_about_something_else_makes_nothing_likely(status: int) -> None:
    assert how_sure(ParsedRequest(request(DEPTH, status=status)), frozenset({-1130}), "limit") is None
