"""The decision tree of retired calls: what it concludes, and which answers it leaves to others."""

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.observation import Observation
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts import not_found
from proxy.core.diagnosis.verdicts.retired import VERDICT
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import NOW, request, signed

STREAM = "POST /api/v3/userDataStream"
PROVEN, LIKELY = Strength.PROVEN, Strength.LIKELY

CONCLUDED = (
    # the answer, how sure, and what the note says (the change logs of spot and margin)
    (request(STREAM, status=410, raw_answer=b""), PROVEN, "on 2026-02-20; use the WebSocket API"),
    (request("GET /api/v1/ping", status=410, raw_answer=b""), PROVEN, "on 2026-03-25; use GET /api/v3/ping."),
    (request("GET /api/v1/ping", status=404, raw_answer=b"{}"), LIKELY, "on 2026-03-25; use GET /api/v3/ping."),
    (request("POST /sapi/v1/userDataStream", status=404, code=-1), LIKELY, "use POST /sapi/v1/userListenToken"),
    (
        signed(f"GET /sapi/v1/portfolio/pmLoan-history?timestamp={NOW}", status=404, raw_answer=b""),
        LIKELY,
        "now GET /sapi/v1/portfolio/pmloan-history",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("observation", "strength", "note"), CONCLUDED)
def test_it_concludes_and_says_what_takes_its_place(
    observation: Observation, strength: Strength, note: str
) -> None:
    assert VERDICT.applies(ParsedRequest(observation))
    diagnosis = engine.diagnose(observation)
    assert (diagnosis.findings[0].rule, diagnosis.findings[0].strength) == ("host-endpoint-retired", strength)
    told = f"{diagnosis.findings[0].says[:-1]}; {diagnosis.findings[0].remedy[:1].lower()}{diagnosis.findings[0].remedy[1:]}"
    assert note in told or any(note in one for one in diagnosis.notes)
    assert not not_found.VERDICT.applies(ParsedRequest(observation))  # no talk of another host


@pytest.mark.parametrize("line", [f"GET /api/v3/account?timestamp={NOW}", "GET /api/v9/never/heard"])
def test_of_a_410_that_no_list_explains_the_fact_alone_is_told(line: str) -> None:
    diagnosis = engine.diagnose(signed(line, status=410, raw_answer=b""))
    assert "host-endpoint-retired" in {one.rule for one in diagnosis.findings}
    assert not any("retired" in note for note in diagnosis.notes)


@pytest.mark.parametrize(
    ("line", "host", "day"),
    [
        (STREAM, "api.binance.com", "2026-02-20"),
        (STREAM, "testnet.binance.vision", "2026-02-04"),
        ("GET /api/v1/klines?symbol=BTCUSDT", "", "2026-03-25"),
    ],
)
def test_it_is_told_before_it_is_sent(line: str, host: str, day: str) -> None:
    (finding, *_) = engine.diagnose(request(line, host=host)).findings
    assert (finding.rule, finding.strength) == ("host-endpoint-retired", LIKELY)
    assert day in finding.says
    assert finding.remedy.startswith("Use ")


ON_A_RETIRED_PATH = (
    # a method that was never there, or went with the others: another method would not help
    (request("GET /api/v3/userDataStream"), LIKELY, "2026-02-20"),
    (request("GET /api/v3/userDataStream", status=404, raw_answer=b"<html>"), LIKELY, "2026-02-20"),
    (request("GET /sapi/v1/userDataStream", status=410, raw_answer=b""), PROVEN, "2026-02-20"),
    (request("GET /sapi/v1/userDataStream/isolated", status=404, raw_answer=b""), LIKELY, "2026-02-20"),
    (request("GET /api/v3/userDataStream", host="testnet.binance.vision"), LIKELY, "2026-02-04"),
)


@pytest.mark.parametrize(("observation", "strength", "day"), ON_A_RETIRED_PATH)
def test_every_call_on_a_retired_path_is_retired(
    observation: Observation, strength: Strength, day: str
) -> None:
    (first, *others) = engine.diagnose(observation).findings
    assert (first.rule, first.strength) == ("host-endpoint-retired", strength)
    assert first.says.startswith("Binance retired every call on /")
    assert day in first.says
    assert not {one.rule for one in others} & {
        "host-wrong-method",
        "host-wrong-product",
        "host-path-not-offered",
    }


@pytest.mark.parametrize("line", ["GET /fapi/v1/allForceOrders", "GET /api/v1/ping"])
def test_without_the_line_of_a_change_log_and_an_answer_it_is_possible_only(line: str) -> None:
    found = engine.diagnose(request(line, host="testnet.binance.vision")).findings
    assert [one.strength for one in found if one.rule == "host-endpoint-retired"] == [Strength.POSSIBLE]


OTHER_ANSWERS = (
    request(STREAM, status=404, raw_answer=b"", host="api.binance.us"),  # keeps its stream keys
    request(STREAM, status=401, code=-2015),
    request(STREAM, status=200, answer={"listenKey": "x"}),
    request(STREAM, host="demo-api.binance.com"),
    signed(f"GET /api/v3/account?timestamp={NOW}", status=404, raw_answer=b""),
    request("GET /api/v9/never/heard", status=404, raw_answer=b""),
)


@pytest.mark.parametrize("observation", OTHER_ANSWERS)
def test_other_answers_are_left_alone(observation: Observation) -> None:
    assert not VERDICT.applies(ParsedRequest(observation))
