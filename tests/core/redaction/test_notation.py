"""The marks: what they keep of a value, and that tags are keyed."""

import hashlib
import hmac
import re

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


def test_tags_are_hmacs_for_keys_and_values_of_every_length() -> None:
    for length in range(65):
        key = bytes((11 * at + length) % 256 for at in range(length))
        tagger = Tagger(key)
        for octets in (
            0,
            1,
            45,
            46,
            47,
            48,
            49,
            50,
            57,
            58,
            59,
            109,
            110,
            111,
            200,
        ):  # `text` and a zero before it
            value = bytes((7 * at + octets) % 256 for at in range(octets))
            right = hmac.new(key, b"text\0" + value, hashlib.sha256).hexdigest()
            assert tagger.tag("text", value) == right[:10], (length, octets)


@pytest.mark.parametrize("length", [65, 66, 100])
def test_a_tag_key_is_no_longer_than_a_block(length: int) -> None:
    """A longer one would have to be hashed first, and a journal never has one."""
    with pytest.raises(ValueError, match="at most 64 octets"):
        Tagger(b"k" * length)


TAGS = "<key:0123456789:64:a> <bearer:0123456789:1> <person:0123456789:latin:1-4> <ip:0123456789:v4> \
<order:0123456789:6> <id:0123456789:6> <text:0123456789:3:a> <name:0123456789:3:a> <path:0123456789:3:a> <key:0123456789>"


def test_tags_of_every_kind_are_found_and_made_anew() -> None:
    kinds = ["key", "bearer", "person", "ip", "order", "id", "text", "name", "path", "key"]
    assert notation.tags_in(TAGS) == [(kind, "0123456789") for kind in kinds]
    tagger = Tagger(KEY)
    again = notation.tags_in(tagger.retag(TAGS))
    assert again == [(kind, tagger.tag(kind, b"0123456789")) for kind in kinds]
    assert re.sub(r"[0-9a-f]{10}", "", tagger.retag(TAGS)) == re.sub(r"[0-9a-f]{10}", "", TAGS)


@pytest.mark.parametrize(
    "text",
    [
        "<amount:0123456789>",
        "<secret:0123456789:1>",
        "<sig:0123456789:1>",
        "<text:012345678:1>",
        "<text:0123456789a:1>",
        "<text:0123456789",
        "<text:012345678G:1>",
        "text:0123456789:1",
    ],
)
def test_what_is_no_tag_is_left_alone(text: str) -> None:
    assert notation.tags_in(text) == []
    assert Tagger(KEY).retag(text) == text


def test_the_class_of_each_octet() -> None:
    """As docs/journal.md tells people."""
    expected = {
        "0": b"0123456789",
        "A": b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "a": b"abcdefghijklmnopqrstuvwxyz",
        ".": b"-._~",
        "+": b"+",
        "/": b"/",
        "=": b"=",
        "s": b" \t\r\n",
        "!": b"!\"#$%&'()*,:;<>?@[\\]^`{|}",
        "c": bytes(o for o in (*range(0x20), 0x7F) if o not in b"\t\r\n"),
        "u": bytes(range(0x80, 0x100)),
    }
    assert sum(map(len, expected.values())) == 256
    for letter, octets in expected.items():
        for octet in octets:
            assert notation.characters(bytes((octet,))) == letter, octet


@pytest.mark.parametrize("length", [126, 127, 128, 129, 130])
def test_classes_do_not_depend_on_the_length(length: int) -> None:
    value = b"Z" + b"a" * (length - 3) + b"9~"
    assert notation.characters(value) == ".0Aa"
    assert notation.measure(value) == f"{length}:.0Aa"


STYLES = [
    (b"", ""),
    (b"%", ":x1"),
    (b"%2", ":x2"),
    (b"%zz", ":x3"),
    (b"a%20%", ":x5"),
    (b"%20", ":U3"),
    (b"%20%2f", ":l6"),
    (b"%2F%3d", ":Ul6"),
    (b"%aF", ":l3"),
    (b"%AF", ":U3"),
    (b"%2e", ":ln3"),
    (b"%2E", ":Un3"),
    (b"%7E", ":Un3"),
    (b"%5f", ":ln3"),
    (b"%30", ":n3"),
    (b"%61", ":n3"),
    (b"%25", ":U3"),
    (b"%252", ":U4"),
    (b"%25zz", ":U5"),
    (b"%2541", ":d5"),
    (b"%252F", ":d5"),
    (b"%2520%41", ":dn8"),
    (b"+", ":p1"),
    (b"%20+", ":Up4"),
    (b"%20 ", ":Ur4"),
    (b"+ ", ":pr2"),
    (b"%+ ", ":xpr3"),
    (b"\x20", ":r1"),
    (b"\x21", ""),
    (b"\x7e", ""),
    (b"\x7f", ":r1"),
    (b"\x80", ":r1"),
    (b"\x00", ":r1"),
    (b'"', ":r1"),
    (b"<", ":r1"),
    (b">", ":r1"),
    (b"\\", ":r1"),
    (b"^", ":r1"),
    (b"`", ":r1"),
    (b"{", ":r1"),
    (b"|", ":r1"),
    (b"}", ":r1"),
    (b"#", ":r1"),
    (b"!$&'()*,-./:;=?@[]_~", ""),
]


@pytest.mark.parametrize(("raw", "expected"), STYLES)
def test_each_letter_of_an_escape_style(raw: bytes, expected: str) -> None:
    assert notation.escapes(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        # 512 octets are looked at: an escape behind them counts for nothing, one across their end neither
        (b"a" * 509 + b"%2f", ":l512"),
        (b"a" * 510 + b"%2f", ":U513"),
        (b"a" * 511 + b"%2f", ":U514"),
        (b"a" * 512 + b"%2f", ":U515"),
        (b"a" * 509 + b"%2fa", ":l513"),
        (b"%2f" + b"a" * 600, ":l603"),
        (b"%2f" + b"a" * 508 + b"%2F", ":l514"),
        (b"%20" + b"a" * 509 + b"%", ":U513"),
        (b"a" * 511 + b"%", ":x512"),
        (b"a" * 600 + b"+", ":p601"),
        (b"a" * 600 + b" ", ":r601"),
    ],
)
def test_of_a_long_value_the_beginning_tells_the_style(raw: bytes, expected: str) -> None:
    assert notation.escapes(raw) == expected


MAGNITUDES = [
    ("1", "<amount:1.0>"),
    ("10", "<amount:2.0>"),
    ("007", "<amount:1.0>"),
    ("00", "<amount:0.0>"),
    ("0.1", "<amount:0.1>"),
    ("0.01", "<amount:-1.2>"),
    ("0.001", "<amount:-2.3>"),
    ("0.0010", "<amount:-2.4>"),
    ("00.01", "<amount:-1.2>"),
    (".05", "<amount:-1.2>"),
    ("-0.00", "<amount:-0.2>"),
    ("-0.05", "<amount:--1.2>"),
    ("-3", "<amount:-1.0>"),
    ("12.", "<amount:2.0>"),
    ("12.0", "<amount:2.1>"),
]


@pytest.mark.parametrize(("text", "expected"), MAGNITUDES)
def test_the_size_of_a_number(text: str, expected: str) -> None:
    assert notation.magnitude(text) == expected


SIGNATURES = [
    (b"ab", "<sig:hex:2>"),
    (b"AB", "<sig:HEX:2>"),
    (b"aB", "<sig:HEX:2>"),
    (b"12", "<sig:hex:2>"),
    (b"fg", "<sig:base64:2>"),
    (b"a-_", "<sig:base64:3>"),
    (b"a+/", "<sig:base64:3>"),
    (b"a+_", "<sig:other:3:+.a:p3>"),
    (b"gg==", "<sig:base64:4>"),
    (b"gg===", "<sig:other:5:=a>"),
    (b"=", "<sig:other:1:=>"),
    (b"g=g", "<sig:other:3:=a>"),
    (b"ab\n", "<sig:other:3:as:r3>"),
]


@pytest.mark.parametrize(("value", "expected"), SIGNATURES)
def test_encodings_of_signatures(value: bytes, expected: str) -> None:
    assert notation.signature_mark(value, value) == expected


def test_only_escapes_are_told_of_a_readable_signature() -> None:
    """A plus is a digit of base64, and a raw one no mistake to be told here."""
    assert notation.signature_mark(b"a+/=", b"a+/=") == "<sig:base64:4>"
    assert notation.signature_mark(b"%61b", b"ab") == "<sig:hex:2:n4>"
    assert notation.signature_mark(b"%61+", b"a+") == "<sig:base64:2:np4>"


SCRIPTS = [
    ("", "other"),
    ("a", "latin"),
    ("1a", "latin"),
    ("  李", "cjk"),
    ("1-2", "digits"),
    ("12", "digits"),
    ("१२", "digits"),
    ("²", "digits"),
    ("½", "other"),
    ("!?", "other"),
    ("ひ", "hiragana"),
    ("한", "hangul"),
    ("α", "greek"),
    ("א", "hebrew"),
    ("-" * 63 + "a", "latin"),
    ("-" * 64 + "a", "other"),
    ("-" * 64 + "1", "digits"),
    ("\U00031350", "cjk"),
    ("\U0002fffd", "other"),
]


@pytest.mark.parametrize(("text", "script"), SCRIPTS)
def test_the_script_is_that_of_the_first_letter(text: str, script: str) -> None:
    assert notation.script_of(text) == script


LENGTHS = [
    (0, "1-4"),
    (4, "1-4"),
    (5, "5-8"),
    (8, "5-8"),
    (9, "9-16"),
    (16, "9-16"),
    (17, "17-32"),
    (32, "17-32"),
    (33, "33+"),
]


@pytest.mark.parametrize(("length", "expected"), LENGTHS)
def test_the_edges_of_length_ranges(length: int, expected: str) -> None:
    assert notation.length_range(length) == expected
