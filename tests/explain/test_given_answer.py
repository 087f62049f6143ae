"""Answers told on the command line."""

import json

import pytest

from proxy.explain.given_answer import AnswerTold, answer_told

PATH = b"/api/v3/account"
BODY = b'{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}'


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        (AnswerTold(status=400), 400, None),
        (AnswerTold(code="-1022"), 400, -1022),
        (AnswerTold(code="-2015"), 401, -2015),
        (AnswerTold(status=418, code="-1003"), 418, -1003),
        (AnswerTold(text=BODY), 401, -2015),
        (AnswerTold(status=403, text=b"<html>"), 403, None),
        (AnswerTold(text=b"HTTP/1.1 429 x\r\nRetry-After: 5\r\n\r\n{}"), 429, None),
        (AnswerTold(code="83229", status=200), 200, "83229"),
        (AnswerTold(code="-1021", text=BODY), 400, -1021),
    ],
)
def test_parts(told: AnswerTold, status: int, code: object) -> None:
    answer = answer_told(told, "GET", PATH)
    assert answer is not None
    assert answer.status == status
    if code is not None:
        assert json.loads(answer.body)["code"] == code


def test_headers_of_a_whole_answer_are_kept() -> None:
    answer = answer_told(AnswerTold(text=b"HTTP/1.1 429 x\r\nRetry-After: 5\r\n\r\n{}"), "GET", PATH)
    assert answer is not None
    assert answer.headers == ((b"Retry-After", b"5"),)


def test_nothing_usable() -> None:
    assert answer_told(AnswerTold(text=b"something"), "GET", PATH) is None
