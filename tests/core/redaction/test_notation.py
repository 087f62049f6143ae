"""The marks: what they keep of a value, and that tags are keyed."""

import hashlib
import hmac

import pytest

from proxy.core.redaction import notation
from proxy.core.redaction.notation import Tagger

KEY = b"k" * 32


def test_a_tag_is_forty_bits_of_hmac_sha_256_over_kind_and_value() -> None:
    expected = hmac.new(KEY, b"order\x0012345", hashlib.sha256).hexdigest()[:10]
    assert Tagger(KEY).tag("order", b"12345") == expected


def test_tags_of_another_kind_or_key_differ() -> None:
    tag = Tagger(KEY).tag("order", b"12345")
    assert tag != Tagger(KEY).tag("person", b"12345")
    assert tag != Tagger(b"j" * 32).tag("order", b"12345")


def test_retagging_keeps_equality_and_nothing_else() -> None:
    text = (
        "<order:0123456789:19> <order:0123456789:19> <person:0123456789:latin:5-8> <amount:4.8> <sig:hex:64>"
    )
    again = Tagger(KEY).retag(text)
    first, second, person = (tag for _, tag in notation.tags_in(again))
    assert first == second != "0123456789"
    assert person != first
    assert again.endswith("<amount:4.8> <sig:hex:64>")
    assert Tagger(b"j" * 32).retag(text) != again


CHARACTERS = [
    (b"abcXYZ019", "0Aa"),
    (b"x-y_z.~", ".a"),
    (b"a+b/c==", "+/=a"),
    (b" a\n", "as"),
    (b'"a"', "!a"),
    (b"\x00\x1b\x7f", "c"),
    ("é".encode(), "u"),
    (b"", ""),
]


@pytest.mark.parametrize(("value", "expected"), CHARACTERS)
def test_character_classes_of_long_values_are_the_same(value: bytes, expected: str) -> None:
    assert notation.characters(value * 200) == expected


def test_a_long_value_has_no_escape_cut_in_two() -> None:
    assert notation.escapes(b"%E5%B8%81" * 300) == ":U2700"


@pytest.mark.parametrize(("value", "expected"), CHARACTERS)
def test_character_classes(value: bytes, expected: str) -> None:
    assert notation.characters(value) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"plain", ""),
        (b"a%20b", ":U5"),
        (b"a%2Fb", ":U5"),
        (b"a%2fb", ":l5"),
        (b"a%2f%2Fb", ":Ul8"),
        (b"%41", ":n3"),
        (b"%2540", ":d5"),
        (b"100%", ":x4"),
        (b"a+b", ":p3"),
        (b"a b", ":r3"),
        ("é".encode(), ":r2"),
    ],
)
def test_escape_style(raw: bytes, expected: str) -> None:
    assert notation.escapes(raw) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4723846.89208129", "<amount:7.8>"),
        ("0.00000000", "<amount:0.8>"),
        ("0.00150000", "<amount:-2.8>"),
        ("-12.5", "<amount:-2.1>"),
        ("7", "<amount:1.0>"),
        ("0", "<amount:0.0>"),
    ],
)
def test_magnitudes(text: str, expected: str) -> None:
    assert notation.magnitude(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"c8db5682" * 8, "<sig:hex:64>"),
        (b"C8DB5682" * 8, "<sig:HEX:64>"),
        (b"wJIr+Y7/qPs=", "<sig:base64:12>"),
        (b"", "<sig:empty:0>"),
        (b"not a signature", "<sig:other:15:as:r15>"),
    ],
)
def test_signatures(value: bytes, expected: str) -> None:
    assert notation.signature_mark(value, value) == expected


def test_an_escaped_signature_tells_its_escapes() -> None:
    assert notation.signature_mark(b"wJIr%2BY7%2FqPs%3D", b"wJIr+Y7/qPs=") == "<sig:base64:12:U18>"


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Zoë", "latin"),
        ("李雷", "cjk"),
        ("Иван", "cyrillic"),
        ("محمد", "arabic"),
        ("12345", "digits"),
        ("--", "other"),
    ],
)
def test_scripts(text: str, script: str) -> None:
    assert notation.script_of(text) == script


@pytest.mark.parametrize(
    ("length", "expected"), [(1, "1-4"), (4, "1-4"), (5, "5-8"), (17, "17-32"), (99, "33+")]
)
def test_length_ranges(length: int, expected: str) -> None:
    assert notation.length_range(length) == expected
