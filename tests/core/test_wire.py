"""Octets: what a body is, how pairs are named."""

import pytest

from proxy.core.wire import (
    BodyKind,
    RawRequest,
    body_kind,
    escape_illegal,
    find_pairs,
    pair_name,
    split_pairs,
)

BODIES = [
    (b"", b"application/json", BodyKind.EMPTY),
    (b"a=1&b=2", None, BodyKind.FORM),
    (b"a=1", b"text/plain;charset=UTF-8", BodyKind.FORM),
    (b"a=1", b"application/json", BodyKind.FORM),
    (b'{"a":1}', b"application/x-www-form-urlencoded", BodyKind.JSON),
    (b"[1,2]", b"application/octet-stream", BodyKind.JSON),
    (b' \r\n{"a": "b=c"}', None, BodyKind.JSON),
    (b"symbol", b"application/x-www-form-urlencoded; charset=utf-8", BodyKind.FORM),
    (b'"text"', b"application/json", BodyKind.JSON),
    (b"hello", b"text/plain", BodyKind.OTHER),
    (b"\x1f\x8b\x08", None, BodyKind.OTHER),
]


@pytest.mark.parametrize(("body", "label", "kind"), BODIES)
def test_a_body_is_what_its_octets_say(body: bytes, label: bytes | None, kind: BodyKind) -> None:
    assert body_kind(body, label) is kind


def test_pairs() -> None:
    assert split_pairs(b"") == []
    assert split_pairs(b"a=1&&b") == [b"a=1", b"", b"b"]
    assert pair_name(b"%61%62=1") == b"ab"
    assert find_pairs(b"a=1&A=2&%61=3", b"a") == [b"a=1", b"%61=3"]


def test_escape_keeps_what_is_escaped() -> None:
    assert escape_illegal(b"%e5%B8 %") == b"%e5%B8%20%"


def test_headers_compare_without_case() -> None:
    request = RawRequest("GET", b"/a?b", ((b"X-MBX-apikey", b"1"), (b"x-mbx-APIKEY", b"2")))
    assert request.header(b"x-mbx-apikey") == b"1"
    assert request.header_values(b"X-MBX-APIKEY") == [b"1", b"2"]
    assert (request.path, request.query) == (b"/a", b"b")
