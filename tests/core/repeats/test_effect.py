"""What an answer says of an order."""

import gzip
import json
from typing import Any

import pytest

from proxy.core.errors import Execution
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.repeats import Fate, fate_of, order_names
from proxy.core.wire import RawRequest

HALF = {"code": -2021, "msg": "Order cancel-replace partially failed."}
ORDER = {"symbol": "BTCUSDT", "orderId": 28, "clientOrderId": "x", "price": "1", "status": "NEW"}


def told(status: int, body: Any, *, execution: Execution = Execution.ANSWERED) -> Fate:
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    flow = Flow("r", 0, RawRequest("POST", b"/", ()), Timings(0.0), execution=execution)
    flow.answer = Answer(status, (), octets, len(octets))
    return fate_of(flow)


@pytest.mark.parametrize(
    ("status", "body", "fate"),
    [
        (200, ORDER, Fate.EXECUTED),
        (200, {}, Fate.EXECUTED),
        (200, b"", Fate.EXECUTED),  # the setting says that nothing is captured
        (200, b'{"symbol":"BTC', Fate.EXECUTED),  # more than is captured
        (200, b'{"a":' * 9000, Fate.EXECUTED),
        (202, ORDER, Fate.EXECUTED),
        (200, {"code": 0, "success": True}, Fate.EXECUTED),
        (200, {"code": -1015}, Fate.UNDETERMINED),
        (200, {"code": {"odd": 1}}, Fate.UNDETERMINED),
        (200, b"<html>", Fate.UNDETERMINED),
        (302, b"", Fate.UNDETERMINED),
        (400, {"code": -1006}, Fate.OPEN),
        (200, [ORDER, {"code": -2010}], Fate.EXECUTED),
        (200, [{"code": -2010}, {"code": -2010}], Fate.NOTHING),
        (200, [], Fate.EXECUTED),
        (409, HALF | {"data": {"cancelResult": "FAILURE", "newOrderResult": "SUCCESS"}}, Fate.EXECUTED),
        (409, HALF | {"data": {"cancelResult": "SUCCESS", "newOrderResult": "FAILURE"}}, Fate.NOTHING),
        (409, HALF | {"data": {"newOrderResult": "NOT_ATTEMPTED"}}, Fate.NOTHING),
        (409, HALF | {"data": 1}, Fate.UNDETERMINED),
        (409, [], Fate.UNDETERMINED),
    ],
)
def test_fate(status: int, body: Any, fate: Fate) -> None:
    assert told(status, body) is fate


def test_no_answer() -> None:
    flow = Flow("r", 0, RawRequest("POST", b"/", ()), Timings(0.0), execution=Execution.ANSWERED)
    assert fate_of(flow) is Fate.OPEN
    assert told(504, {}, execution=Execution.UNKNOWN) is Fate.OPEN


def test_names() -> None:
    named = {name: ORDER[name] for name in ("symbol", "orderId", "clientOrderId", "status")}

    def names(body: Any, *, pack: bool = False) -> dict[str, int | str]:
        octets = json.dumps(body).encode()
        headers = ((b"Content-Encoding", b"gzip"),) if pack else ()
        return order_names(Answer(200, headers, gzip.compress(octets) if pack else octets))

    assert names(ORDER) == named
    assert names(ORDER, pack=True) == named
    assert names([{"code": -1}, ORDER]) == named
    assert names({"cancelResult": "SUCCESS", "newOrderResponse": ORDER}) == named
    assert names(HALF | {"data": {"newOrderResponse": ORDER}}) == named
    assert names({"orderId": [1], "status": None}) == {}
    assert names([{"code": -1}]) == names(7) == order_names(None) == {}
