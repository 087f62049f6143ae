"""Cutting a request into pairs and payload without touching an octet."""

import pytest

from proxy.sandbox.wire import Received, cut_into_pairs, without_signature

FORM = ((b"Content-Type", b"application/x-www-form-urlencoded; charset=UTF-8"),)


def _request(target: bytes, body: bytes = b"", headers: tuple[tuple[bytes, bytes], ...] = ()) -> Received:
    return Received("POST", target, headers, body, "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (b"a=1&signature=x", b"a=1"),
        (b"signature=x&a=1", b"a=1"),
        (b"a=1&signature=x&b=2", b"a=1&b=2"),
        (b"a=1&signature=", b"a=1"),
        (b"a=1&signature", b"a=1"),
        (b"a=1&%73ignature=x", b"a=1"),
        (b"a=1&SIGNATURE=x", b"a=1&SIGNATURE=x"),
        (b"a=1&signature2=x", b"a=1&signature2=x"),
        (b"a=signature&b=%26signature%3D1", b"a=signature&b=%26signature%3D1"),
        (b"&a=1&&b=2&signature=x", b"&a=1&&b=2"),
        (b"a=%e5%b8%81+%20&signature=x", b"a=%e5%b8%81+%20"),
        (b"signature=x", b""),
    ],
)
def test_only_the_signature_leaves_the_text(text: bytes, left: bytes) -> None:
    assert without_signature(text) == left


def test_query_and_form_are_joined_with_nothing_in_between() -> None:
    request = _request(b"/api/v3/order?a=1&b=2", b"c=3&signature=x", FORM)
    assert request.payload == b"a=1&b=2c=3"


@pytest.mark.parametrize(
    "content_type", [b"application/json", b"text/plain", b"multipart/form-data; boundary=x"]
)
def test_a_body_that_is_no_form_is_not_in_the_payload(content_type: bytes) -> None:
    request = _request(b"/x?a=1", b"c=3", ((b"Content-Type", content_type),))
    assert request.payload == b"a=1"
    assert [pair.name for pair in request.pairs] == ["a"]


def test_values_are_decoded_once_and_the_octets_are_kept() -> None:
    (pair,) = cut_into_pairs(b"name=a+b%20c%2541%E5%B8%81", "query")
    assert pair.value == "a b c%41币"
    assert pair.raw == b"name=a+b%20c%2541%E5%B8%81"


@pytest.mark.parametrize(
    "text", [b"a=%E5%B8%81", b"a=1%2B1", b"a=[1,2]", b"a=b:c/d@e", b"a=~!$'()*;?", b"a=100%"]
)
def test_encoded_and_reserved_text_counts_as_encoded(text: bytes) -> None:
    assert _request(b"/x?" + text).payload_is_encoded


@pytest.mark.parametrize(
    "octets", ["币".encode(), b" ", b'"', b"{", b"}", b"<", b"\\", b"^", b"`", b"|", b"\xff"]
)
def test_what_no_url_may_hold_raw_does_not_count_as_encoded(octets: bytes) -> None:
    assert not _request(b"/x", b"a=" + octets, FORM).payload_is_encoded


def test_two_headers_of_one_name_are_joined() -> None:
    request = _request(b"/x", headers=((b"X-MBX-APIKEY", b"a"), (b"x-mbx-apikey", b"b")))
    assert request.header("X-Mbx-Apikey") == "a,b"
    assert request.header("clientType") is None
