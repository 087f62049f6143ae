"""Whose the method of a frame is, and what it takes there."""

import json

import pytest

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.frames.frame_methods import methods_meant, served_families, takes_in_frame
from tests.core.diagnosis.checks import request

EVERYWHERE = ["dapi", "fapi", "margin", "spot"]


def frame(method: str, host: str = "", path: str = "/ws-api/v3") -> ParsedRequest:
    body = json.dumps({"id": "1", "method": method, "params": {}})
    return ParsedRequest(request(f"GET {path}", ws=True, host=host, body=body))


@pytest.mark.parametrize(
    ("host", "path", "families"),
    [
        ("ws-api.binance.com", "/ws-api/v3", ["margin", "spot"]),
        ("ws-api.testnet.binance.vision", "/ws-api/v3", ["margin", "spot"]),
        ("ws-fapi.binance.com", "/ws-fapi/v1", ["fapi"]),
        ("ws-dapi.binance.com", "/ws-dapi/v1", ["dapi"]),
        ("testnet-ws-fapi.binance.com", "/", ["fapi"]),
        ("", "/ws-fapi/v1", ["fapi"]),
        ("", "/ws-api/v3", EVERYWHERE),  # the path that a frame without its host is given
        ("localhost", "/", EVERYWHERE),
    ],
)
def test_the_host_says_which_methods_there_are(host: str, path: str, families: list[str]) -> None:
    assert sorted(served_families(frame("time", host, path))) == families


def test_a_method_of_several_families_is_as_strict_as_all_of_them() -> None:
    spot = takes_in_frame(frame("order.place", "ws-api.binance.com"))
    future = takes_in_frame(frame("order.place", "ws-fapi.binance.com"))
    every = takes_in_frame(frame("order.place"))
    assert set(every) >= set(spot) | set(future)
    assert "closePosition" not in spot
    assert "quoteOrderQty" not in future
    assert {"closePosition", "quoteOrderQty"} <= set(every)
    assert (every["symbol"].required, every["quoteOrderQty"].required) == ("yes", "no")
    assert (spot["type"].values != future["type"].values, every["type"].values) == (True, ())
    assert every["side"].values == ("BUY", "SELL")


def test_nothing_is_taken_by_what_nobody_knows() -> None:
    assert takes_in_frame(frame("order.plce")) == {}
    assert takes_in_frame(frame("time")) == {}
    assert methods_meant(ParsedRequest(request("GET /ws-api/v3", ws=True, body="no frame"))) == ()
