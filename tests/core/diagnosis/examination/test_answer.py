"""Reading an answer: is it an error inside HTTP 200, and when was it made."""

import json
from typing import Any

import pytest

from proxy.core.diagnosis.examination.answer import read_answer
from proxy.core.diagnosis.examination.observation import AnswerSeen

DATE = (b"Date", b"Sat, 28 Nov 2026 11:00:00 GMT")
AT = 1_795_863_600_000


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"code": -1022, "msg": "no"}, True),
        ({"code": 0}, False),
        ({"code": 200, "data": {}}, False),
        ({"success": False}, True),
        ({"success": True, "code": "000000", "data": {}}, False),
        ({"code": "83229", "data": None}, True),
        ({"code": "83229"}, False),  # a word alone says nothing
        ({"symbol": "BTCUSDT"}, False),
    ],
)
def test_an_error_inside_200(body: dict[str, Any], refused: bool) -> None:
    answer = read_answer(AnswerSeen(200, (), json.dumps(body).encode()))
    assert answer is not None
    assert (answer.refused_in_200, answer.success) == (refused, not refused)
    other = read_answer(AnswerSeen(400, (), json.dumps(body).encode()))
    assert other is not None
    assert not other.refused_in_200


@pytest.mark.parametrize(
    ("body", "headers", "at"),
    [
        ({"serverTime": AT + 123}, (DATE,), AT + 123),
        ({"server_time": AT + 5}, (), AT + 5),
        ({"serverTime": AT // 1000}, (DATE,), AT),  # not milliseconds
        ({"serverTime": "1"}, (DATE,), AT),
        ({}, (DATE,), AT),
        ({}, ((b"date", b"yesterday"),), None),
        ({}, ((b"date", b"Sat, 99 Nov 2026 11:00:00 GMT"),), None),
        ({}, (), None),
    ],
)
def test_when_it_was_made(
    body: dict[str, Any], headers: tuple[tuple[bytes, bytes], ...], at: int | None
) -> None:
    answer = read_answer(AnswerSeen(200, headers, json.dumps(body).encode()))
    assert answer is not None
    assert answer.server_ms == at


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Signature for this request is not valid.", -1022),
        ("Illegal characters found in parameter 'ip'; legal range is 'x'.", -1100),
        ("Something else.", None),
    ],
)
def test_a_known_sentence_without_a_code_has_one(message: str, code: int | None) -> None:
    body = json.dumps({"msg": message, "success": False}).encode()
    answer = read_answer(AnswerSeen(200, (), body))
    assert answer is not None
    assert (answer.code, answer.success) == (code, False)
