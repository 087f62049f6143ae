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
    first_value,
    last_signature,
    media_type,
    needs_escape,
    pair_name,
    pair_pattern,
    pair_value,
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


STAYS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*+,;:@/?[]%&="
"""The octets that may stand raw, by RFC 3986 and what Binance takes; every other is escaped."""


@pytest.mark.parametrize("octet", range(256))
def test_each_octet_travels_raw_or_as_an_upper_case_escape(octet: int) -> None:
    raw = bytes((octet,))
    stays = raw in STAYS
    assert escape_illegal(raw) == (raw if stays else ("%" + format(octet, "02X")).encode())
    assert escape_illegal(b"a" + raw + b"b") == b"a" + escape_illegal(raw) + b"b"
    assert needs_escape(raw) is not stays
    assert needs_escape(b"a=1" + raw) is not stays


def test_nothing_needs_no_escape() -> None:
    assert not needs_escape(b"")
    assert escape_illegal(b"") == b""


def test_a_target_is_cut_at_its_first_question_mark() -> None:
    for target, path, query in (
        (b"/a/b", b"/a/b", b""),
        (b"/a/b?", b"/a/b", b""),
        (b"/a/b?c?d", b"/a/b", b"c?d"),
        (b"?c", b"", b"c"),
    ):
        request = RawRequest("GET", target, ())
        assert (request.path, request.query, request.body) == (path, query, b"")


def test_the_first_header_of_a_name_counts() -> None:
    headers = ((b"A", b"1"), (b"b", b"2"), (b"a", b"3"), (b"c", b""))
    for name, value in ((b"a", b"1"), (b"A", b"1"), (b"B", b"2"), (b"c", b""), (b"d", None), (b"", None)):
        assert first_value(headers, name) == value
        assert RawRequest("GET", b"/", headers).header(name) == value
    assert RawRequest("GET", b"/", headers).header_values(b"d") == []
    with pytest.raises(AttributeError):
        RawRequest("GET", b"/", ()).method = "POST"  # type: ignore[misc]  # that is what is tried


def test_names_and_values_part_at_the_first_equals_sign() -> None:
    for pair, name, value in (
        (b"a=1", b"a", b"1"),
        (b"a=b=c", b"a", b"b=c"),
        (b"a", b"a", b""),
        (b"a=", b"a", b""),
        (b"=a", b"", b"a"),
        (b"", b"", b""),
        (b"%61%3D=%62", b"a=", b"%62"),
        (b"a+b=c+d", b"a+b", b"c+d"),
    ):
        assert (pair_name(pair), pair_value(pair)) == (name, value)


@pytest.mark.parametrize("length", [1022, 1023, 1024, 1025, 1026, 3000])
def test_pairs_are_found_alike_on_both_sides_of_the_length_that_is_split(length: int) -> None:
    begin = b"a=1&%61=2&A=3&b=a&"
    raw = begin + b"z" * (length - len(begin) - 4) + b"&a=4"
    assert len(raw) == length
    assert find_pairs(raw, b"a") == [b"a=1", b"%61=2", b"a=4"]
    assert find_pairs(raw, b"c") == []


def test_pairs_without_a_name_are_found() -> None:
    short, filler = b"=1&a=2&&=3", b"&z=" + b"y" * 2000
    assert find_pairs(short, b"") == [b"=1", b"", b"=3"]
    assert find_pairs(short + filler, b"") == [b"=1", b"", b"=3"]


LAST = [
    (b"", None),
    (b"a=1", None),
    (b"signature", b""),
    (b"signature=", b""),
    (b"signature=1", b"1"),
    (b"signature=1&a=2&signature=3&b=4", b"3"),
    (b"%73ignature=1%20", b"1%20"),
    (b"signature=a=b", b"a=b"),
    (b"a=signature=1", None),
    (b"Signature=1", None),
]


@pytest.mark.parametrize(("raw", "value"), LAST)
def test_the_last_signature(raw: bytes, value: bytes | None) -> None:
    assert last_signature(raw) == value


def test_where_signatures_stand() -> None:
    found = list(signature_pairs(b"signature=1&a=2&signatur%65&b"))
    assert [(one.start, one.end, one.pair) for one in found] == [
        (0, 11, b"signature=1"),
        (16, 27, b"signatur%65"),
    ]
    assert list(signature_pairs(b"a=1")) == []


def test_a_pattern_of_several_names_finds_each() -> None:
    pattern = pair_pattern(b"a.b", b"c", any_case=(b"d-e",))
    text = b"&axb=1&a.b=2&a%2Eb=3&a%2eb=4&c=5&%63&D-e=6&d%2DE=7&cc=8&d-ee=9&d_e=10"
    assert [found[1] for found in pattern.finditer(text)] == [
        b"a.b=2", b"a%2Eb=3", b"a%2eb=4", b"c=5", b"%63", b"D-e=6", b"d%2DE=7",
    ]  # fmt: skip


def test_escapes_of_every_letter_are_found_in_either_case_of_their_digits() -> None:
    """J, K, L, M, N, O are 4A to 4F, where digits are letters: each of the four spellings is one octet."""
    pattern = pair_pattern(b"JKLMNO:")
    for escaped in (b"%4A%4B%4C%4D%4E%4F%3A", b"%4a%4b%4c%4d%4e%4f%3a", b"%4aK%4CM%4eO%3A"):
        assert pattern.fullmatch(b"&" + escaped + b"=1"), escaped
    assert not pattern.fullmatch(b"&%4G%4B%4C%4D%4E%4F%3A=1")
    assert not pattern.fullmatch(b"&%6AKLMNO:=1")


MORE_BODIES = [
    (b"\t[1]", None, BodyKind.JSON),
    (b"\n{", None, BodyKind.JSON),
    (b"\x0b{a=1}", None, BodyKind.FORM),  # no white space of JSON's
    (b"{a=1}", b"application/x-www-form-urlencoded", BodyKind.JSON),
    (b"a={}", None, BodyKind.FORM),
    (b"a=1", b"application/xml", BodyKind.FORM),
    (b"true", b"application/json;charset=utf-8", BodyKind.JSON),
    (b"true", b"APPLICATION/JSON", BodyKind.JSON),
    (b"true", b"application/json-seq", BodyKind.OTHER),
    (b"true", None, BodyKind.OTHER),
    (b"true", b"", BodyKind.OTHER),
    (b"=", None, BodyKind.FORM),
    (b" ", b"application/x-www-form-urlencoded", BodyKind.FORM),
    (b" ", None, BodyKind.OTHER),
]


@pytest.mark.parametrize(("body", "label", "kind"), MORE_BODIES)
def test_bodies_with_odd_beginnings_and_labels(body: bytes, label: bytes | None, kind: BodyKind) -> None:
    assert body_kind(body, label) is kind


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        (None, ""),
        (b"", ""),
        (b"text/plain", "text/plain"),
        (b" Text/PLAIN ;charset=utf-8;x=1", "text/plain"),
        (b";charset=utf-8", ""),
        (b"text/\xe9", "text/é"),
    ],
)
def test_a_bare_media_type(label: bytes | None, bare: str) -> None:
    assert media_type(label) == bare


def test_kinds_of_bodies_are_written_by_these_words() -> None:
    assert [kind.value for kind in BodyKind] == ["empty", "form", "json", "other"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b'X{"a":1}', BodyKind.OTHER), (b' \t\r\n{"a":1}', BodyKind.JSON), (b"X[1]=2", BodyKind.FORM)],
)
def test_only_white_space_may_stand_before_json(body: bytes, kind: BodyKind) -> None:
    assert body_kind(body, None) is kind
