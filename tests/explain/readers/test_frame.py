"""WebSocket API frames."""

import pytest

from proxy.core.diagnosis.examination.observation import Transport
from proxy.explain.readers.frame import is_frame_object, read_frame_log, read_frame_text

FRAME = '{"id":"a1","method":"account.status","params":{"apiKey":"test","timestamp":1,"signature":"ab"}}'
OTHER = '{"id":2,"method":"time","params":{}}'
ANSWER = '{"id":"a1","status":400,"error":{"code":-1022,"msg":"Signature for this request is not valid."}}'


def test_the_text_is_kept_as_typed() -> None:
    text = '{"id": 1, "method": "account.status", "params": {"recvWindow": 5000.0}}'
    (seen,) = read_frame_text(f"  {text}\n")
    assert seen.transport is Transport.WEBSOCKET
    assert seen.request.body == text.encode()


def test_what_is_a_frame() -> None:
    assert is_frame_object({"method": "x", "params": {}})
    assert not is_frame_object({"method": "x", "params": []})
    assert not is_frame_object([])


@pytest.mark.parametrize("before", ["", "sent: ", "2026-11-28 12:00:01.137 DEBUG ws [bot] >> ", "> "])
def test_a_log_of_frames_and_answers(before: str) -> None:
    """Answers come in any order, and of none that is there."""
    lines = (before + FRAME, before + OTHER, "nothing {", ANSWER.replace("a1", "b1"), f"<- {ANSWER} (12 ms)")
    first, second = read_frame_log("\n".join(lines))
    assert (first.request.body, second.request.body) == (FRAME.encode(), OTHER.encode())
    assert first.answer is not None
    assert (first.answer.status, first.answer.body) == (400, ANSWER.encode())
    assert second.answer is None


def test_a_frame_over_several_lines() -> None:
    text = 'sending {\n  "id": 7,\n  "method": "order.place",\n  "params": {"symbol": "BTCUSDT"}\n}'
    (seen,) = read_frame_log(text)
    assert seen.request.body == text.removeprefix("sending ").encode()


@pytest.mark.parametrize(
    "text",
    [
        '{"method":"get","params":{"a":1},"url":"https://api.binance.com/api/v3/time"}',  # settings of axios
        'sent: {"id":1,"method":"GET","params":{"a":1}}',
        'sent: {"id":1,"method":"order.place","params":["a"]}',
        'sent: {"id":1,"method":"order.place","params":{"a":1}',
        "[" * 100_000 + '"method" "params"',
        "",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert read_frame_log(text) == []
