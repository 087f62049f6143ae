"""How a secret may look. The forms are written here by other code than ours, or by hand."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from proxy.core.secret_forms import Stars, inner_base64, own_base64, parts, written_forms

SECRET = b"test/Secret+0123=test"

BY_HAND = [
    b"test/Secret+0123=test",
    b"test%2FSecret%2B0123%3Dtest",
    b"test%252FSecret%252B0123%253Dtest",
    b"%74%65%73%74%2f%53%65%63%72%65%74%2b%30%31%32%33%3d%74%65%73%74",
    b"\\u0074\\u0065\\u0073\\u0074\\u002f\\u0053",
    b"&#116;&#101;&#115;&#116;&#47;",
    b"&#x74;&#x65;&#x73;&#x74;&#x2f;",
    b"746573742f5365637265742b303132333d74657374",
]


@pytest.mark.parametrize("form", BY_HAND)
def test_forms_by_hand(form: bytes) -> None:
    assert any(found.startswith(form) for found in written_forms(SECRET))


@pytest.mark.parametrize(
    "secret", [b'test "quoted" & <more> \\', "test-Wörter-币".encode(), b"test\xff\xfe octets"]
)
def test_forms_of_other_libraries(secret: bytes) -> None:
    found = set(written_forms(secret))
    assert {quote(secret, safe="").encode(), quote_plus(secret).encode(), secret.hex().encode()} <= found
    text = secret.decode("utf-8", "backslashreplace")
    assert json.dumps(text)[1:-1].encode() in found
    assert json.dumps(json.dumps(text)[1:-1])[1:-1].encode() in found


@pytest.mark.parametrize("before", range(7))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_inside_something_bigger_is_known_wherever_it_begins(before: int, encode: object) -> None:
    assert callable(encode)
    digits = encode(b"x" * before + SECRET + b"tail")
    assert any(form in digits for form in inner_base64(SECRET, shortest=8))


def test_no_digits_that_depend_on_neighbours_and_none_that_are_too_short() -> None:
    for form in inner_base64(SECRET, shortest=8):
        padded = base64.b64encode(b"\xff\xff" + SECRET + b"\xff\xff"), base64.b64encode(b"\x00" + SECRET)
        assert any(
            form.replace(b"-", b"+").replace(b"_", b"/") in text
            for text in (*padded, base64.b64encode(SECRET))
        )
    assert list(inner_base64(b"abc", shortest=8)) == []
    assert all(len(form) >= 20 for form in inner_base64(SECRET, shortest=20))


def test_its_own_digits_are_whole() -> None:
    assert list(own_base64(b"\xfb\xff\xfe")) == [b"+//+", b"-__-"]
    assert list(own_base64(b"a")) == [b"YQ", b"YQ"]


PEM = (
    b"-----BEGIN TEST KEY-----\n"
    + b"A" * 16
    + b"\n"
    + b"B" * 15
    + b"\r\n  "
    + b"C" * 64
    + b"\n-----END TEST KEY-----\n"
)


@pytest.mark.parametrize(
    ("secret", "shortest", "found"),
    [
        (b"  test-secret\n", 8, [b"test-secret"]),
        (b"12345678", 8, [b"12345678"]),
        (b"1234567", 8, []),
        (b"", 1, []),
        (b"1234567", 4, [b"1234567"]),
        (PEM, 8, [b"A" * 16, b"C" * 64]),
    ],
)
def test_parts(secret: bytes, shortest: int, found: list[bytes]) -> None:
    assert parts(secret, shortest=shortest) == found


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"x=test/Secret+0123=test&y", b"x=" + b"*" * 21 + b"&y"),
        (b"TEST/SECRET+0123=TEST", b"*" * 21),
        (b"tset=3210+terceS/tset", b"*" * 21),
        (b"test%2fSecret%2b0123%3dtest!", b"*" * 27 + b"!"),
        (b"746573742F5365637265742B303132333D74657374", b"*" * 42),
        (b"a" + base64.b64encode(SECRET), b"a" + b"*" * 28),
        (b"test/Secret+0123=testtest/Secret+0123=test", b"*" * 42),
        (b"test/Secret+0123=tes", b"test/Secret+0123=tes"),
        (b"", b""),
    ],
)
def test_stars(raw: bytes, shown: bytes) -> None:
    assert Stars([SECRET]).octets(raw) == shown


def test_stars_keep_text_of_any_origin_and_know_several_secrets() -> None:
    stars = Stars([b"first-test", b"second-test", b"abc", b"  "])
    assert stars.text("币\udcff first-test, Second-Test abc") == "币\udcff **********, *********** abc"
    assert repr(stars) == "Stars(...)"
    assert Stars().text("abc") == "abc"


def test_a_pem_is_starred_line_by_line_and_its_frame_stays() -> None:
    assert Stars([PEM]).octets(b"k: " + b"C" * 64 + b" " + b"B" * 15) == b"k: " + b"*" * 64 + b" " + b"B" * 15
    assert Stars([PEM]).octets(b"-----BEGIN TEST KEY-----") == b"-----BEGIN TEST KEY-----"
