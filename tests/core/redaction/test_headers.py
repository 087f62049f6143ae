"""Header lines keep names, order and case; values go unless the keep list has them."""

import re

import pytest

from proxy.core.redaction.headers import HeaderRedactor
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.values import ValueRedactor


def _values() -> ValueRedactor:
    return ValueRedactor(Tagger(b"k" * 32), ())


def _request(*headers: tuple[bytes, bytes]) -> list[str]:
    return [re.sub(r":[0-9a-f]{10}", ":TAG", line) for line in HeaderRedactor().request(headers, _values())]


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


@pytest.mark.parametrize(
    "name", ["X-MBX-APIKEY", "X-Mbx-Apikey", "x-mbx-apikey", "X-MBX-API-KEY", "X_MBX_APIKEY", "x-mbx-Api_Key"]
)
def test_the_key_is_known_in_every_spelling(name: str) -> None:
    assert _request((name.encode(), b"k" * 64)) == [f"{name}: <key:TAG:64:a>"]


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
        values = _values()
        machine.request(((b"X-Custom", b"hello"),), values)
        assert values.removed == {"text"}


def test_many_headers_are_counted() -> None:
    lines = _request(*[(b"Accept", b"*/*")] * 64)
    assert len(lines) == 41
    assert lines[-1] == "<more:24>"


CLEAR = [
    (b"Content-Type", b"application/json"),
    (b"ACCEPT-ENCODING", b"gzip, deflate"),
    (b"Connection", b"keep-alive"),
    (b"connection", b"Keep-Alive"),
    (b"Connection", b"close"),
    (b"User-Agent", b"binance-signing-proxy"),
    (b"User-Agent", b"curl/8.5.0"),
    (b"host", b"api.binance.com"),
    (b"Host", b"FAPI.binance.com"),
    (b"Host", b"localhost"),
    (b"X-MBX-TIME-UNIT", b"MICROSECOND"),
    (b"X-Gateway-Dry-Run", b"1"),
]
MARKED = [
    (b"Connection", b"upgrade", "Connection: <text:TAG:7:a>"),
    (b"User-Agent", b"janes-bot", "User-Agent: <text:TAG:9:.a>"),
    (b"Host", b"jane.example.test", "Host: <text:TAG:17:.a>"),
    (b"Accept", b"", "Accept: "),
    (b"Cookie", b"", "Cookie: "),
    (b"X-Real-IP", b"203.0.113.7", "X-Real-IP: <ip:TAG:v4>"),
    (b"set-cookie", b"Basic eA==", "set-cookie: <bearer:TAG:10:=Aas>"),
    (b"x-mbx-apikey", b"\xff", "x-mbx-apikey: <key:TAG:1:u>"),
    (b"caf\xc3\xa9", b"x", r"caf\xc3\xa9: <text:TAG:1:a>"),
    (b"api.binance.com", b"host", "api.binance.com: <text:TAG:4:a>"),
]


@pytest.mark.parametrize(("name", "value"), CLEAR)
def test_lines_that_are_shown(name: bytes, value: bytes) -> None:
    assert _request((name, value)) == [f"{name.decode()}: {value.decode()}"]


@pytest.mark.parametrize(("name", "value", "line"), MARKED)
def test_lines_that_are_marked(name: bytes, value: bytes, line: str) -> None:
    assert _request((name, value)) == [line]


@pytest.mark.parametrize(("number", "lines", "last"), [(40, 40, "Accept: */*"), (41, 41, "<more:1>")])
def test_forty_lines_of_a_request_are_shown(number: int, lines: int, last: str) -> None:
    found = _request(*[(b"Accept", b"*/*")] * number)
    assert (len(found), found[-1]) == (lines, last)


def test_of_an_answer_forty_lines_are_shown_and_the_rest_is_counted() -> None:
    head = HeaderRedactor().answer(((b"Retry-After", b"1"),) * 45 + ((b"X-Other", b"1"),))
    assert (len(head.lines), head.others) == (40, 6)


ANSWERS = [
    (b"X-MBX-USED-WEIGHT-1M", b"1234567", True),
    (b"X-MBX-USED-WEIGHT-1M", b"12345678", False),
    (b"X-MBX-USED-WEIGHT-1M", b"-1", False),
    (b"X-MBX-USED-WEIGHT-1M", b"", False),
    (b"x-mbx-order-count-10s", b"7", True),
    (b"X-SAPI-USED-UID-WEIGHT-1M", b"7", True),
    (b"Content-Encoding", b"gzip", True),
    (b"Content-Encoding", b"x-made-up", False),
    (b"Date", b"Thu, 23 Jul 2026 10:14:56 GMT", True),
    (b"Date", b"yesterday", False),
    (b"Set-Cookie", b"1", False),
    (b"X-Other", b"gzip", False),
]


@pytest.mark.parametrize(("name", "value", "shown"), ANSWERS)
def test_lines_of_an_answer(name: bytes, value: bytes, shown: bool) -> None:
    machine = HeaderRedactor()
    for _ in range(3):
        head = machine.answer(((name, value),))
        assert head.lines == ([f"{name.decode()}: {value.decode()}"] if shown else [])
        assert head.others == (0 if shown else 1)


def test_the_first_label_and_coding_count_and_are_kept_raw() -> None:
    head = HeaderRedactor().answer(
        (
            (b"content-type", b""),
            (b"CONTENT-TYPE", b"Text/HTML; x=\xff"),
            (b"Content-Type", b"application/json"),
            (b"content-encoding", b"x-odd"),
            (b"Content-Encoding", b"gzip"),
        )
    )
    assert (head.label, head.coding) == (b"Text/HTML; x=\xff", b"x-odd")
    assert head.lines == ["Content-Type: application/json", "Content-Encoding: gzip"]
    assert HeaderRedactor().answer(()).label == b""


def test_more_names_and_values_than_are_remembered_are_shown_alike() -> None:
    """And what was clear under one name is not clear under another."""
    machine = HeaderRedactor()
    for _ in range(2):
        for number in range(1200):
            head = machine.answer(
                ((b"X-Odd-%d" % number, b"5"), (b"Retry-After", b"%d" % number), (b"Date", b"%d" % number))
            )
            assert (head.lines, head.others) == ([f"Retry-After: {number}"], 2)
            kind = (b"text/html", b"text/plain", b"application/json")[number % 3]
            assert machine.answer(
                ((b"Content-Type", kind + b"; charset=utf-%d" % (number % 90)),)
            ).others in {0, 1}


def test_more_heads_than_are_remembered_are_shown_alike() -> None:
    machine, values = HeaderRedactor(), _values()
    for _ in range(2):
        for number in range(300):
            assert machine.request(((b"Content-Length", b"%d" % number),), values) == [
                f"Content-Length: {number}"
            ]
