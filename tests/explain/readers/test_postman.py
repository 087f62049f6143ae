"""newman: a URL in parts is put together, the answer's numbers are its octets, and other objects are left alone."""

import json
from typing import Any

import pytest

from proxy.explain.readers.postman import unfolded, url_of

URL: dict[str, Any] = {"protocol": "https", "host": ["api", "binance", "com"], "path": ["api", "v3", "order"]}
ANSWER = '{"code":-1022,"msg":"x"}'
RUN: dict[str, Any] = {
    "request": {"method": "POST", "url": URL, "header": [], "body": {"mode": "raw", "raw": "a=b"}},
    "response": {
        "status": "Bad Request",
        "code": 400,
        "stream": {"type": "Buffer", "data": [*ANSWER.encode()]},
    },
}


@pytest.mark.parametrize(
    ("more", "url"),
    [
        ({}, "https://api.binance.com/api/v3/order"),
        ({"port": "8443"}, "https://api.binance.com:8443/api/v3/order"),
        ({"query": [{"key": "a", "value": "1"}]}, "https://api.binance.com/api/v3/order?a=1"),
        ({"query": [{"key": "a", "value": "{{b}}"}]}, None),
        ({"host": "api.binance.com"}, None),
        ({"path": [1]}, None),
    ],
)
def test_a_url_in_parts(more: dict[str, Any], url: str | None) -> None:
    assert url_of({**URL, **more}) == url


def test_a_run_is_a_request_with_its_answer() -> None:
    plain = unfolded(json.loads(json.dumps(RUN)))
    assert plain is not None
    assert (plain["url"], plain["method"]) == ("https://api.binance.com/api/v3/order", "POST")
    assert plain["response"] == {"status": 400, "body": ANSWER}


@pytest.mark.parametrize("data", [None, "x", [256], [-1], ["1"], [True]])
def test_an_answer_that_is_no_octets_has_no_body(data: object) -> None:
    plain = unfolded({**RUN, "response": {"code": 400, "stream": {"data": data}}})
    assert plain is not None
    assert plain["response"] == {"status": 400, "body": None}


@pytest.mark.parametrize(
    "value", [{}, {"request": RUN["request"]}, {"request": {"url": "x"}, "response": {}}]
)
def test_other_objects_are_left_alone(value: dict[str, Any]) -> None:
    assert unfolded(value) is None
