"""HAR files of browsers and proxies."""

import json
from typing import Any

import pytest

from proxy.core.diagnosis.examination.observation import Transport
from proxy.explain.readers.har import NO_TEXT, REBUILT, is_har, read_har, started_ms
from tests.explain.cases import as_har, recorded


def har(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"log": {"entries": list(entries)}}


def entry(**request: Any) -> dict[str, Any]:
    return {"request": {"method": "POST", "url": "https://api.binance.com/api/v3/order", **request}}


def test_every_recorded_request() -> None:
    found = json.loads(as_har(recorded()))
    assert is_har(found)
    for seen, case in zip(read_har(found), recorded(), strict=True):
        assert (seen.request.method, seen.request.target) == (case.method, case.target)
        assert seen.request.body == case.body.encode()
        assert seen.request.headers == tuple((name.encode(), value.encode()) for name, value in case.headers)
        assert seen.started_ms == 1776076323224
        if not case.answer["status"]:  # 0: nothing was answered
            assert seen.answer is None
            continue
        assert seen.answer is not None
        assert seen.answer.status == case.answer["status"]
        assert json.loads(seen.answer.body)["code"] == case.answer.get("code")


@pytest.mark.parametrize(
    ("posted", "body", "remarks"),
    [
        ({"text": "a=1"}, b"a=1", ()),
        ({"text": "YT0x", "encoding": "base64"}, b"a=1", ()),
        (
            {"params": [{"name": "a", "value": "1"}, {"name": "b", "value": "x%40y"}]},
            b"a=1&b=x%40y",
            (REBUILT,),
        ),
        ({"params": [{"name": "a", "value": "x y&é"}]}, b"a=x+y%26%C3%A9", (REBUILT,)),
        ({}, b"", ()),
    ],
)
def test_bodies(posted: dict[str, Any], body: bytes, remarks: tuple[str, ...]) -> None:
    (seen,) = read_har(har(entry(postData=posted)))
    assert (seen.request.body, seen.remarks, seen.gaps) == (body, remarks, ())


def test_a_body_without_its_text_is_a_gap() -> None:
    (seen,) = read_har(har(entry(bodySize=10)))
    assert seen.gaps == (NO_TEXT,)


def test_a_request_that_got_no_answer() -> None:
    (seen,) = read_har(har({**entry(), "response": {"status": 0}}))
    assert seen.answer is None


def test_pseudo_headers_are_no_headers() -> None:
    (seen,) = read_har(
        har(entry(headers=[{"name": ":method", "value": "POST"}, {"name": "a", "value": "b"}]))
    )
    assert seen.request.headers == ((b"a", b"b"),)


def test_frames_of_a_websocket() -> None:
    frame = '{"id":1,"method":"order.place","params":{"symbol":"X","signature":"1"}}'
    messages = [
        {"type": "send", "data": frame},
        {"type": "receive", "data": "{}"},
        {"type": "send", "data": "x"},
    ]
    found = {**entry(url="wss://ws-api.binance.com/ws-api/v3"), "_webSocketMessages": messages}
    (seen,) = read_har(har(found))
    assert (seen.transport, seen.request.body) == (Transport.WEBSOCKET, frame.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-13T10:32:03.224Z", 1776076323224),
        ("2026-04-13T12:32:03.224+02:00", 1776076323224),
        ("2026-04-13T10:32:03", None),
        ("soon", None),
        (5, None),
    ],
)
def test_times(text: object, expected: int | None) -> None:
    assert started_ms(text) == expected


def test_entries_that_cannot_be_read_are_left_out() -> None:
    entries: list[Any] = [
        None,
        1,
        {},
        {"request": 5},
        {"request": {"url": ""}},
        entry(headers="x", postData=7),
    ]
    assert len(read_har({"log": {"entries": entries}})) == 1
