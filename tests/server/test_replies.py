"""Answers of the gateway's own, octet for octet."""

import json
from email.utils import parsedate_to_datetime

import pytest

from proxy.core.errors import Execution, Refusal
from proxy.server.replies import (
    SAFE_LINES,
    Reply,
    header_lines,
    json_reply,
    not_sent,
    refusal_reply,
    reply,
    status_line,
    whole,
)


def lines_of(answer: Reply) -> dict[str, str]:
    lines = answer.lines.decode("latin-1").split("\r\n")
    assert lines.pop() == ""
    return dict(line.split(": ", 1) for line in lines)


SAFE = {
    "Server": "binance-signing-proxy",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_answer_of_ours_is_dated_kept_by_nobody_and_nothing_for_a_web_page() -> None:
    answer = reply(200, {"Content-Type": "text/plain"}, b"hello")
    lines = lines_of(answer)
    assert parsedate_to_datetime(lines.pop("Date")).utcoffset() is not None
    assert lines == {"Content-Type": "text/plain", "Cache-Control": "no-store", **SAFE}
    assert (answer.status, answer.body, answer.close) == (200, b"hello", False)
    assert "".join(f"{name}: {value}\r\n" for name, value in SAFE.items()).encode() == SAFE_LINES
    assert reply(200, {}, b"", close=True).close


@pytest.mark.parametrize("execution", list(Execution))
def test_a_refusal_has_binances_form_and_says_what_happened(execution: Execution) -> None:
    refusal = Refusal(
        403, "some_token", "words", execution, (("Retry-After", "7"),), (("confirmation", "K7"),)
    )
    answer = refusal_reply(refusal, "r-1")
    assert json.loads(answer.body) == {
        "code": -99403,
        "msg": "gateway: words",
        "error": "some_token",
        "execution": execution.value,
        "request_id": "r-1",
        "confirmation": "K7",
    }
    lines = lines_of(answer)
    assert lines.pop("Date")
    assert lines == {
        "Content-Type": "application/json",
        "X-Gateway-Error": "some_token",
        "X-Gateway-Execution": execution.value,
        "X-Gateway-Request-Id": "r-1",
        "Retry-After": "7",
        "Cache-Control": "no-store",
        **SAFE,
    }
    assert (answer.status, answer.close) == (403, True)


def test_json_of_ours() -> None:
    answer = json_reply({"a": 1}, {"X-Gateway-Outcome": "executed"}, status=404)
    assert (answer.status, answer.body, answer.close) == (404, b'{"a":1}', False)
    lines = lines_of(answer)
    assert (lines["Content-Type"], lines["X-Gateway-Outcome"]) == ("application/json", "executed")
    assert json_reply([]).status == 200
    assert not_sent("r-1") == {"X-Gateway-Execution": "not_sent", "X-Gateway-Request-Id": "r-1"}


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (200, b"HTTP/1.1 200 OK\r\n"),
        (404, b"HTTP/1.1 404 Not Found\r\n"),
        (429, b"HTTP/1.1 429 Too Many Requests\r\n"),
        (499, b"HTTP/1.1 499 \r\n"),  # without a name the blank stays: RFC 9112 section 4
        (599, b"HTTP/1.1 599 \r\n"),
    ],
)
def test_the_first_line(status: int, line: bytes) -> None:
    assert status_line(status) == line


CLOSE = b"Connection: close\r\n"
WHOLE = [
    # status, body, connection, head only: all octets
    (200, b"ab", b"", False, b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\nab"),
    (200, b"ab", CLOSE, False, b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n" + CLOSE + b"\r\nab"),
    (200, b"ab", b"", True, b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\n"),
    (200, b"", b"", False, b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 0\r\n\r\n"),
    (204, b"", b"", False, b"HTTP/1.1 204 No Content\r\nA: b\r\n\r\n"),
    (204, b"ab", CLOSE, False, b"HTTP/1.1 204 No Content\r\nA: b\r\n" + CLOSE + b"\r\n"),
    (304, b"ab", b"", False, b"HTTP/1.1 304 Not Modified\r\nA: b\r\n\r\n"),
]


@pytest.mark.parametrize(("status", "body", "connection", "head_only", "octets"), WHOLE)
def test_a_whole_answer(status: int, body: bytes, connection: bytes, head_only: bool, octets: bytes) -> None:
    made = Reply(status, header_lines([("A", "b")]), body)
    assert whole(made, connection, head_only=head_only) == octets
