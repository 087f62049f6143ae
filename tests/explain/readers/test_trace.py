"""curl's traces: only the place of a row tells whether a line ended there."""

import pytest

from proxy.explain.readers.trace import ROWS, read_trace

HEAD = """=> Send header, 105 bytes (0x69)
0000: GET /api/v3/account?timestamp=1&signature=aaaaaaaaaaaaaaaaaaaaaa
0040: aaa HTTP/1.1
004e: Host: api.binance.com
0065: A: b
"""


def test_a_line_of_more_than_a_row_is_one_line_and_a_short_row_ends_one() -> None:
    (seen,) = read_trace(HEAD.replace("105 bytes", "109 bytes") + "006b: \n")
    assert seen.request.target == b"/api/v3/account?timestamp=1&signature=" + b"a" * 25
    assert seen.request.headers == ((b"Host", b"api.binance.com"), (b"A", b"b"))
    assert seen.gaps == ()


@pytest.mark.parametrize("lost", range(1, 5))
def test_a_row_that_is_missing_is_a_gap(lost: int) -> None:
    lines = (HEAD.replace("105 bytes", "109 bytes") + "006b: \n").splitlines(keepends=True)
    del lines[lost]
    assert all(ROWS in seen.gaps for seen in read_trace("".join(lines)))


def test_every_request_of_a_log_has_its_own_answer() -> None:
    one = "=> Send header, 22 bytes (0x16)\n0000: GET /{} HTTP/1.1\n0012: A: \n"
    answer = "<= Recv header, 17 bytes (0x11)\n0000: HTTP/1.1 {}\n<= Recv data, 2 bytes (0x2)\n0000: ok\n"
    text = one.format("a") + answer.format("400 X") + one.format("b") + answer.format("200 X")
    seen = read_trace(text)
    assert [(one.request.target, one.answer.status if one.answer else None) for one in seen] == [
        (b"/a", 400),
        (b"/b", 200),
    ]
