"""The reader of answers that takes nothing on trust."""

import pytest

from tests.hostile.strict_answers import take

REFUSAL = b'{"code":-99400,"msg":"gateway: no","error":"x","execution":"not_sent","request_id":"1"}'


def answer(*lines: bytes, status: bytes = b"200 OK", body: bytes = b"{}", length: int | None = None) -> bytes:
    size = b"Content-Length: %d" % (len(body) if length is None else length)
    return b"\r\n".join((b"HTTP/1.1 " + status, size, *lines, b"", b"")) + body


def test_answers_are_taken_one_by_one() -> None:
    taken = take(answer(b"Connection: close") + answer(status=b"404 Not Found"))
    assert taken is not None
    first, rest = taken
    assert (first.status, first.token, first.closes) == (200, None, True)
    assert rest == answer(status=b"404 Not Found")
    refused = take(answer(b"X-Gateway-Error: x", status=b"400 Bad Request", body=REFUSAL))
    assert refused is not None
    assert refused[0].token == "x"


@pytest.mark.parametrize(
    "part", [b"", b"H", b"HTTP/1.1 ", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nA: b\r\n", answer(length=3)]
)
def test_what_is_not_whole_is_waited_for(part: bytes) -> None:
    assert take(part) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"X",
        b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 999 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        answer(b"Content-Length: 2"),
        answer(b"A: b", b"a: c"),
        answer(b"A: \x1b[31m"),
        answer(b"A : b"),
        answer(b"A: b\r\n c"),
        answer(b"Transfer-Encoding: chunked"),
        answer(b"X-Gateway-Error: x"),
        answer(b"X-Gateway-Error: x", body=b"no JSON"),
    ],
)
def test_what_is_no_answer_is_none(octets: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        take(octets)


def test_an_answer_to_head_has_no_body() -> None:
    bare = answer(b"X-Gateway-Error: x", status=b"405 Not Allowed", body=b"", length=200)
    assert take(bare) is None
    taken = take(bare, bodiless=True)
    assert taken is not None
    assert taken[1] == b""
