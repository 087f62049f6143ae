"""Raw HTTP: the recorded requests and the captured octets of real clients, with any line ends."""

import base64
import gzip
import json
import re

import pytest

from proxy.explain.readers.raw_http import NO_BODY, SHORT_BODY, read_answer, read_raw_http
from tests.explain.cases import DATA, as_raw, recorded


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_every_recorded_request_with_its_answer(line_end: str) -> None:
    for case in recorded():
        (seen,) = read_raw_http(as_raw(case, line_end=line_end, answered=True))
        assert (seen.request.method, seen.request.target) == (case.method, case.target), case
        assert seen.request.body == case.body.encode(), case
        assert seen.host == case.host
        given = [(name.encode(), value.encode()) for name, value in case.headers]
        assert [pair for pair in seen.request.headers if pair in given] == given, case
        if not case.answer["status"]:  # 0: nothing was answered
            assert seen.answer is None
            continue
        assert seen.answer is not None
        assert seen.answer.status == case.answer["status"]
        assert json.loads(seen.answer.body)["code"] == case.answer.get("code")


def test_all_recorded_requests_in_one_text() -> None:
    text = b"\n\n".join(as_raw(case, line_end="\n", answered=True) for case in recorded())
    seen = read_raw_http(text)
    assert [one.request.target for one in seen] == [case.target for case in recorded()]
    assert [bool(one.answer) for one in seen] == [bool(case.answer["status"]) for case in recorded()]


def captured() -> list[dict[str, object]]:
    """Plain requests among the captured octets of real clients."""
    rows = [json.loads(line) for line in (DATA / "captures.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if "event" not in row and row.get("form") == "origin" and row.get("raw_b64")]


def test_captured_requests_of_real_clients() -> None:
    rows = captured()
    assert len(rows) > 400
    for row in rows:
        raw = base64.b64decode(str(row["raw_b64"]))
        (seen,) = read_raw_http(raw)
        assert seen.request.method == row["method"]
        assert seen.request.target.decode("latin-1") == row["target"]
        assert seen.request.body == base64.b64decode(str(row["body_b64"])), row["n"]
        assert not seen.gaps


def test_captured_requests_after_an_editor_changed_their_line_ends() -> None:
    for row in captured():
        raw = base64.b64decode(str(row["raw_b64"]))
        head, _, body = raw.partition(b"\r\n\r\n")
        if b"\r" in body:
            continue
        (seen,) = read_raw_http(head.replace(b"\r\n", b"\n") + b"\n\n" + body + b"\n")
        assert seen.request.body == base64.b64decode(str(row["body_b64"])), row["n"]


@pytest.mark.parametrize(
    ("text", "method", "target", "host", "body"),
    [
        (b"GET https://h:8443/p?a HTTP/1.1\r\n\r\n", "GET", b"/p?a", "h", b""),
        (b"POST https://H/p\nX-A: b\n\na=1\n", "POST", b"/p", "h", b"a=1"),
        (b"POST /p HTTP/1.1\nHost: h\na=1&b=2", "POST", b"/p", "h", b"a=1&b=2"),
        (b'POST /p HTTP/1.1\nHost: h\n{"a":1}', "POST", b"/p", "h", b'{"a":1}'),
        (b"### name\nGET https://h/p\n  ?a=1\n  &b=2\nX-A: b\n\n### next", "GET", b"/p?a=1&b=2", "h", b""),
        (b":method: POST\n:path: /p?x\n:authority: h\na: b\n\nc=d", "POST", b"/p?x", "h", b"c=d"),
        (b"GET /p?a=b c HTTP/1.1\nHost: h\n\n", "GET", b"/p?a=b c", "h", b""),
        (b"GET /p HTTP/2\nhost: h\nx-long: a\n  b\n\n", "GET", b"/p", "h", b""),
        (b"text\n\n-----------START-----------\nPOST http://h/p\r\nA: b\r\n\r\nNone\n------------END------------",
         "POST", b"/p", "h", b""),
        (b"POST /p HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\na=1\n2;x\n&b\n0\n\n",
         "POST", b"/p", "h", b"a=1&b"),
    ],
)  # fmt: skip
def test_what_people_make_of_it(text: bytes, method: str, target: bytes, host: str, body: bytes) -> None:
    (seen,) = read_raw_http(text)
    request = seen.request
    assert (request.method, request.target, seen.host, request.body) == (method, target, host, body)
    assert not seen.gaps


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        (b"POST /p HTTP/1.1\nContent-Length: 5\n\n", (NO_BODY,)),
        (b"POST /p HTTP/1.1\nContent-Length: 5\n\na=1", (SHORT_BODY,)),
        (b'POST /p HTTP/1.1\nContent-Length: 50\n\n{"a":1}', ()),
        (b"POST /p HTTP/1.1\nContent-Length: 3\n\na=1&b=2", ()),
        (b"GET /p HTTP/1.1\nContent-Length: 5\n\n", ()),  # a label of a body that nobody sends
        (b"DELETE /p HTTP/1.1\nContent-Length: 5\n\n", ()),
        (b"DELETE /p HTTP/1.1\nContent-Length: 5\n\na=1", (SHORT_BODY,)),
        (b"PUT /p HTTP/1.1\nContent-Length: 0\n\n", ()),
    ],
)
def test_a_body_that_is_not_all_there(text: bytes, gaps: tuple[str, ...]) -> None:
    (seen,) = read_raw_http(text)
    assert seen.gaps == gaps


def test_an_answer_without_a_head_is_no_body() -> None:
    (seen,) = read_raw_http(b'GET /api/v3/account HTTP/1.1\nHost: h\n\n{"code":-2015,"msg":"x"}\n')
    assert seen.request.body == b""
    assert seen.answer is not None
    assert seen.answer.status == 401


@pytest.mark.parametrize(
    ("text", "host", "port", "target"),
    [
        (b"GET /p HTTP/1.1\nHost: A.B:8443\n\n", "a.b", 8443, b"/p"),
        (b"GET /p HTTP/2\n:authority: c.d\nHost: a.b\n\n", "c.d", None, b"/p"),
        (b"GET https://e.f:444/p?q HTTP/1.1\nHost: a.b:1\n\n", "e.f", 444, b"/p?q"),
        (b"GET HTTP://e.f HTTP/1.1\n\n", "e.f", None, b"/"),
        (b"GET /p HTTP/1.1\n\n", None, None, b"/p"),
        (b":path: /p\n:authority: a.b:5\nx: y\n\n", "a.b", 5, b"/p"),
    ],
)
def test_where_a_request_goes(text: bytes, host: str | None, port: int | None, target: bytes) -> None:
    (seen,) = read_raw_http(text)
    assert (seen.request.method, seen.host, seen.port, seen.request.target) == ("GET", host, port, target)


@pytest.mark.parametrize(
    ("text", "body", "status"),
    [
        # a length says where the body ends, and what stands behind it is the answer
        (b'POST /p HTTP/1.1\nContent-Length: 3\n\na=1{"code":-1022,"msg":"x"}', b"a=1", 400),
        (b"POST /p HTTP/1.1\nContent-Length: 3\n\na=1\n\nthank you", b"a=1", None),
        (b'POST /p HTTP/1.1\nContent-Length: 12\n\n{"code":-1} ', b'{"code":-1} ', None),
        (b'POST /p HTTP/1.1\n\n{"code":-1022,"msg":"x"}', b"", 400),
        (b'POST /p HTTP/1.1\n\n{"asset":"USDT"}', b'{"asset":"USDT"}', None),
        (b"POST /p HTTP/1.1\n\nNone", b"", None),
    ],
)
def test_where_a_body_ends_and_an_answer_begins(text: bytes, body: bytes, status: int | None) -> None:
    (seen,) = read_raw_http(text)
    assert seen.request.body == body
    assert (seen.answer.status if seen.answer else None) == status


@pytest.mark.parametrize(
    "text", [b"GET http:///p HTTP/1.1\n\n", b"GET p HTTP/1.1\n\n", b"OPTIONS * HTTP/1.1\n\n"]
)
def test_a_target_that_leads_nowhere_is_no_request(text: bytes) -> None:
    assert read_raw_http(text) == []


def test_interim_answers_are_passed_over() -> None:
    (seen,) = read_raw_http(b"POST /p HTTP/1.1\n\nHTTP/1.1 100 Continue\n\nHTTP/1.1 418 I\n\n")
    assert seen.answer is not None
    assert seen.answer.status == 418


def test_a_compressed_answer_is_unpacked() -> None:
    body = gzip.compress(b'{"code":-1}')
    raw = b"HTTP/1.1 400 x\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    answer = read_answer(raw)
    assert answer is not None
    assert answer.body == b'{"code":-1}'


@pytest.mark.parametrize("text", [b"", b"hello", b"Get going HTTP", b"GET", b"{}", b"HTTP/1.1 200 OK\n\n"])
def test_other_texts_are_left_alone(text: bytes) -> None:
    assert read_raw_http(text) == []


def test_long_lines_take_no_long_time() -> None:
    for text in (
        b"GET " + b" " * 200_000,
        b"A" * 200_000 + b": ",
        b"GET /" + b"a " * 100_000,
        b" \n" * 100_000,
    ):
        assert re.fullmatch(rb"[^\0]*", text)
        read_raw_http(text)
