"""Header lines keep names, order and case; values go unless the keep list has them."""

import re

from proxy.core.redaction.headers import HeaderRedactor
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.veil import Veil


def _veil() -> Veil:
    return Veil(Tagger(b"k" * 32), ())


def _request(*headers: tuple[bytes, bytes]) -> list[str]:
    return [re.sub(r":[0-9a-f]{10}", ":TAG", line) for line in HeaderRedactor().request(headers, _veil())]


def test_request_headers() -> None:
    assert _request(
        (b"Host", b"127.0.0.1:8180"),
        (b"accept", b"*/*"),
        (b"X-MBX-APIKEY", b"k" * 63 + b" "),
        (b"X-Custom", b"hello"),
        (b"Cookie", b"a=b"),
        (b"X-Gateway-Token", b"t" * 43),
        (b"accept", b"*/*"),
    ) == [
        "Host: 127.0.0.1:8180",
        "accept: */*",
        "X-MBX-APIKEY: <key:TAG:64:as>",
        "X-Custom: <text:TAG:5:a>",
        "Cookie: <bearer:TAG:3:=a>",
        "X-Gateway-Token: <secret:token:43:a>",
        "accept: */*",
    ]


def test_a_name_that_is_none_is_marked() -> None:
    assert _request((b"k4Hj2Lq9Zx7Wv5Bn3Mm8", b"x")) == ["<name:TAG:20:0Aa>: <text:TAG:1:a>"]


def test_answer_headers_that_help_are_kept_and_others_counted() -> None:
    head = HeaderRedactor().answer(
        (
            (b"Content-Type", b"application/json;charset=UTF-8"),
            (b"X-MBX-USED-WEIGHT-1M", b"21"),
            (b"x-mbx-uuid", b"01234567-89ab-cdef-0123-456789abcdef"),
            (b"Retry-After", b"120"),
            (b"Set-Cookie", b"session=abc"),
            (b"Retry-After", b"alice@example.test"),
        )
    )
    assert head.lines == [
        "Content-Type: application/json;charset=UTF-8",
        "X-MBX-USED-WEIGHT-1M: 21",
        "x-mbx-uuid: 01234567-89ab-cdef-0123-456789abcdef",
        "Retry-After: 120",
    ]
    assert head.others == 2
    assert (head.label, head.coding) == (b"application/json;charset=UTF-8", b"")


def test_a_remembered_line_tells_again_what_was_removed() -> None:
    machine = HeaderRedactor()
    for _ in range(2):
        veil = _veil()
        machine.request(((b"X-Custom", b"hello"),), veil)
        assert veil.removed == {"text"}


def test_many_headers_are_counted() -> None:
    lines = _request(*[(b"Accept", b"*/*")] * 64)
    assert len(lines) == 41
    assert lines[-1] == "<more:24>"
