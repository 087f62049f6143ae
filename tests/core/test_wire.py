"""Octets: what a body is, how pairs are named."""

import random
from urllib.parse import unquote_to_bytes

import pytest

from proxy.core.wire import (
    BodyKind,
    RawRequest,
    body_kind,
    escape_illegal,
    find_pairs,
    pair_name,
    pair_pattern,
    percent_decoded,
    signature_pairs,
    split_pairs,
    without_signatures,
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


def test_escapes_are_decoded_as_the_standard_library_does() -> None:
    chance, signs = random.Random(5), b"%%%%%%\\xnuNU0a4Fg\n1\xff\xe5{}"
    for _ in range(3000):
        raw = bytes(chance.choices(signs, k=chance.randint(0, 12)))
        assert percent_decoded(raw) == unquote_to_bytes(raw), raw


SIGNATURES = [
    (b"signature=ab", b""),
    (b"a=1&signature=ab", b"a=1"),
    (b"signature=ab&a=1", b"a=1"),
    (b"a=1&%73ignatur%65=ab&b=2", b"a=1&b=2"),
    (b"sig%6eat%75re&sig%6Eature=&a", b"a"),
    (b"&signature=1&", b"&"),
    (b"signatures=1&Signature=2&xsignature=3&signature%20=4", None),
    (b"signature%3D=1&a=signature=2&%2573ignature=3", None),
]


@pytest.mark.parametrize(("raw", "left"), SIGNATURES)
def test_the_signature_is_found_in_every_spelling_of_its_name_and_nothing_else_is(
    raw: bytes, left: bytes | None
) -> None:
    assert without_signatures(raw) == (raw if left is None else left)
    for found in signature_pairs(raw):
        assert raw[found.start : found.end] == found.pair
        assert pair_name(found.pair) == b"signature"


def test_a_pattern_finds_a_name_however_it_is_escaped() -> None:
    exact, folded = pair_pattern(b"recvWindow"), pair_pattern(b"a", any_case=(b"x-Key",))
    text = b"&recvWindow=1&recvwindow=2&%72%65cv%57indow&recvWindows=3&b=recvWindow=4"
    assert [found[1] for found in exact.finditer(text)] == [b"recvWindow=1", b"%72%65cv%57indow"]
    names = b"&X-kEY=1&%58%2D%6b%6Bey=2&a&A=3&x%2dkEy&x-key-=4"
    assert [found[1] for found in folded.finditer(names)] == [b"X-kEY=1", b"a", b"x%2dkEy"]


def test_pairs_are_found_in_long_texts_as_in_short_ones() -> None:
    chance, pieces = random.Random(8), ("a=1", "%61=2", "b=a", "a", "ab=3", "", "%=4", "A=5", "%6=a", "=a")
    for _ in range(300):
        raw = "&".join(chance.choices(pieces, k=chance.randint(1, 6))).encode()
        assert find_pairs(raw + b"&z=1" * 400, b"a") == find_pairs(raw, b"a"), raw
