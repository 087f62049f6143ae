"""One JSON object a request."""

import json

from proxy.explain.machine import as_line, text_of
from tests.core.redaction.flows import line_of
from tests.explain.cases import recorded
from tests.explain.test_present import FIRST, case_of, masks_of, told
from tests.explain.test_verdict import explained, recorded_flow


def test_the_shape() -> None:
    case = case_of("scope-path-included")
    found = json.loads(as_line(told(case), masks_of(case)))
    assert (found["verdict"], found["signature"], found["status"], found["form"]) == (
        "mistaken", "invalid", 400, "raw HTTP request"
    )  # fmt: skip
    assert found["request"] == {"method": "GET", "host": "api3.binance.com", "path": "/api/v3/myTrades"}
    first = found["findings"][0]
    assert (first["rule"], first["strength"]) == ("scope-path-included", "proven")
    assert first["proof"]["signed"].startswith("/api/v3/myTrades?")
    assert first["proof"]["first_difference"] == 0
    assert first["says"]
    assert first["remedy"]
    assert "********" in found["corrected"]


def test_strongest_first_and_one_line_of_ascii() -> None:
    order = ["proven", "likely", "possible"]
    for case in FIRST:
        line = as_line(told(case), masks_of(case))
        assert line.isascii()
        assert line.isprintable()
        assert case.secret not in line
        strengths = [order.index(one["strength"]) for one in json.loads(line)["findings"]]
        assert strengths == sorted(strengths), case


def test_a_right_request() -> None:
    found = json.loads(as_line(told(case_of("ok")), masks_of(case_of("ok"))))
    assert (found["verdict"], found["signature"], found["findings"]) == ("correct", "valid", [])


def test_a_record() -> None:
    case = next(case for case in recorded() if case.label == "ts-seconds")
    found = json.loads(as_line(explained(line_of(recorded_flow(case)).encode()), masks_of(case)))
    assert found["recorded"] is True
    assert found["request_id"] == "0011223344-00000001"
    assert found["request"]["host"] == case.host
    assert "proven_when_recorded" not in found["findings"][0]


def test_octets_that_are_no_text() -> None:
    assert text_of("é".encode() + b"\xff") == "é\\xff"


def test_the_reason_stands_where_no_right_request_does() -> None:
    case = case_of("param-mandatory-missing")
    found = json.loads(as_line(told(case), masks_of(case)))
    assert "corrected" not in found
    assert found["not_corrected"] == "only you know the value that is missing"
