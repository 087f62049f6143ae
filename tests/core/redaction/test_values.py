"""One value in, its mark out. Tags are written TAG."""

import re

import pytest

from proxy.core.redaction.memo import Memo
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.values import ValueRedactor, ip_version

SECRET = b"letMeIn-0123456789"
PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----"


def values(*secrets: bytes) -> ValueRedactor:
    return ValueRedactor(Tagger(b"k" * 32), secrets)


def plain(text: str) -> str:
    return re.sub(r":[0-9a-f]{10}(?=[:>])", ":TAG", text)


ADDRESSES = [
    ("203.0.113.7", 4),
    ("0.0.0.0", 4),
    ("255.255.255.255", 4),
    ("256.1.1.1", None),
    ("1.2.3", None),
    ("1.2.3.4.5", None),
    ("01.2.3.4", None),
    ("1234.1.1.1", None),
    ("2001:db8::7", 6),
    ("2001:DB8::7", 6),
    ("::1", 6),
    ("::", 6),
    ("fe80::1%eth0", 6),
    ("::ffff:203.0.113.7", 6),
    ("12:34", None),
    ("12:34:56", None),  # a time of day
    ("g::1", None),
    ("", None),
    (" 203.0.113.7", None),
    ("203.0.113.7:443", None),
    ("x203.0.113.7", None),
    ("١.2.3.4", None),
]


@pytest.mark.parametrize(("text", "version"), ADDRESSES)
def test_what_is_an_address(text: str, version: int | None) -> None:
    assert ip_version(text) == version


MARKS = [
    # kind, decoded text, raw octets -> mark, class
    ("text", "hello", None, "<text:TAG:5:a>", "text"),
    ("text", "hello", b"hello", "<text:TAG:5:a>", "text"),
    ("text", "a b", b"a%20b", "<text:TAG:3:as:U5>", "text"),
    ("text", "é", b"%C3%A9", "<text:TAG:2:u:U6>", "text"),
    # numbers under a name that says nothing: short ones by their size, long ones are somebody's
    ("text", "7", None, "<amount:1.0>", "amount"),
    ("text", "123456", None, "<amount:6.0>", "amount"),
    ("text", "1234567", None, "<id:TAG:7>", "id"),
    ("text", "-12345", None, "<amount:-5.0>", "amount"),
    ("text", "-123456", None, "<id:TAG:7:.0>", "id"),
    ("text", "1234567.5", None, "<amount:7.1>", "amount"),
    ("text", "1.", None, "<amount:1.0>", "amount"),
    ("text", ".5", None, "<text:TAG:2:.0>", "text"),
    ("text", "-.5", None, "<amount:-0.1>", "amount"),
    ("text", "-", None, "<amount:-0.0>", "amount"),
    ("text", "1e5", None, "<text:TAG:3:0a>", "text"),
    ("text", "1.2.3", None, "<text:TAG:5:.0>", "text"),
    ("text", "1" * 25, None, "<text:TAG:25:0>", "text"),
    ("text", "1" * 24, None, "<id:TAG:24>", "id"),
    ("text", "0." + "1" * 24, None, "<amount:0.24>", "amount"),
    ("text", "0." + "1" * 25, None, "<text:TAG:27:.0>", "text"),
    # only under such a name
    ("person", "123456", None, "<person:TAG:digits:5-8>", "person"),
    ("key", "123456", None, "<key:TAG:6:0>", "key"),
    ("order", "123456", None, "<order:TAG:6>", "order"),
    ("order", "x-1", None, "<order:TAG:3:.0a>", "order"),
    ("id", "1234", None, "<id:TAG:4>", "id"),
    ("id", "a1", None, "<id:TAG:2:0a>", "id"),
    ("order", "١٢", None, "<order:TAG:4:u>", "order"),
    # addresses
    ("text", "203.0.113.7", None, "<ip:TAG:v4>", "ip"),
    ("text", "2001:db8::7", None, "<ip:TAG:v6>", "ip"),
    ("ip", "203.0.113.7", None, "<ip:TAG:v4>", "ip"),
    ("ip", "::1", None, "<ip:TAG:v6>", "ip"),
    ("ip", "not one", None, "<text:TAG:7:as>", "text"),
    ("ip", "https://x", None, "<bearer:TAG:9:!/a>", "bearer"),
    ("person", "203.0.113.7", None, "<person:TAG:digits:9-16>", "person"),
    # whoever holds a link may open it
    ("text", "http://a", None, "<bearer:TAG:8:!/a>", "bearer"),
    ("text", "https://a", None, "<bearer:TAG:9:!/a>", "bearer"),
    ("text", "ws://a", None, "<bearer:TAG:6:!/a>", "bearer"),
    ("text", "wss://a", None, "<bearer:TAG:7:!/a>", "bearer"),
    ("text", "ftp://a", None, "<text:TAG:7:!/a>", "text"),
    ("text", "x https://a", None, "<text:TAG:11:!/as>", "text"),
    ("bearer", "abc", None, "<bearer:TAG:3:a>", "bearer"),
    # people
    ("person", "Jane", None, "<person:TAG:latin:1-4>", "person"),
    ("person", "李雷", None, "<person:TAG:cjk:1-4>", "person"),
    ("person", "Иванов", b"%D0", "<person:TAG:cyrillic:5-8>", "person"),
    # what opens something
    ("secret:api_secret", "abc", None, "<secret:api_secret:3:a>", "secret"),
    ("secret:one_time_code", "123456", None, "<secret:one_time_code:6:0>", "secret"),
    ("sig", "ab" * 32, None, "<sig:hex:64>", "sig"),
    ("sig", "a+b=", b"a%2Bb%3D", "<sig:base64:4:U8>", "sig"),
    ("sig", "é", None, "<sig:other:2:u:r2>", "sig"),
]


@pytest.mark.parametrize(("kind", "text", "raw", "mark", "removed"), MARKS)
def test_marks(kind: str, text: str, raw: bytes | None, mark: str, removed: str) -> None:
    one = values(SECRET)
    for _ in range(2):  # made, and known again
        one.next_record()
        assert plain(one.mark(kind, text, raw)) == mark
        assert one.removed == {removed}
        assert plain(one.mark_and_class(kind, text, raw)[0]) == mark
        assert one.mark_and_class(kind, text, raw)[1] == removed


def test_an_empty_value_is_shown_as_it_is() -> None:
    one = values()
    assert one.mark("secret:token", "") == ""
    assert one.removed == set()


@pytest.mark.parametrize("kind", ["text", "person", "key", "order", "bearer", "ip", "sig", "secret:token"])
def test_a_value_that_holds_a_loaded_secret_has_no_tag_whatever_its_name_says(kind: str) -> None:
    one = values(b"short-12", SECRET)
    for text, mark in (
        (SECRET.decode(), "<secret:loaded:18:.0Aa>"),
        (f"x {SECRET.decode()} y", "<secret:loaded:22:.0Aas>"),
        ("short-12", "<secret:loaded:8:.0a>"),
    ):
        assert one.mark(kind, text) == mark
        assert one.removed == {"secret"}
    assert "loaded" not in one.mark(kind, "short-1")


@pytest.mark.parametrize("kind", ["text", "person", "key", "order", "bearer"])
def test_a_private_key_is_one_whatever_its_name_says(kind: str) -> None:
    one = values()
    assert one.mark(kind, PEM) == "<secret:private_key:78:.0=Aas>"
    assert one.mark(kind, "x -----BEGIN") == "<secret:private_key:12:.Aas>"
    assert one.mark(kind, "-----BEGIN") == "<secret:private_key:10:.A>"
    assert one.removed == {"secret"}
    assert "secret" not in one.mark(kind, "-----BEGI")


def test_a_secret_in_a_signatures_place_is_a_secret_and_a_pem_there_is_an_odd_signature() -> None:
    assert values(SECRET).mark("sig", SECRET.decode()) == "<secret:loaded:18:.0Aa>"
    assert values().mark("sig", "-----BEGIN").startswith("<sig:base64:")


def test_equal_values_have_equal_tags_and_kinds_keep_them_apart() -> None:
    one = values()
    assert (
        one.mark("order", "12345678") == one.mark("order", "12345678") == values().mark("order", "12345678")
    )
    assert one.mark("order", "12345678") != one.mark("order", "12345679")
    assert one.mark("order", "12345678")[7:17] != one.mark("id", "12345678")[4:14]
    assert one.mark("text", "a b", b"a%20b") != one.mark("text", "a b", b"a+b")


def test_what_was_removed_is_of_one_record() -> None:
    one = values()
    one.mark("text", "hello")
    one.mark("order", "1")
    assert one.removed == {"text", "order"}
    assert one.next_record() is one
    assert one.removed == set()


def test_what_is_redacted_apart_tells_its_own_classes() -> None:
    one = values()
    one.mark("text", "hello")
    shown, removed = one.collecting(one.mark, "order", "1")
    assert (plain(shown), removed) == ("<order:TAG:1>", frozenset({"order"}))
    assert one.removed == {"text"}
    with pytest.raises(ZeroDivisionError):
        one.collecting(lambda: 1 // 0)
    assert one.removed == {"text"}


def test_what_is_redacted_once_is_known_again_with_its_classes() -> None:
    calls: list[str] = []

    def redact(kind: str, text: str) -> str:
        calls.append(text)
        return one.mark(kind, text)

    one, seen = values(), Memo[tuple[str, frozenset[str]]](2)
    first = one.memoised(seen, 1, redact, "order", "1")
    one.next_record()
    assert one.memoised(seen, 1, redact, "order", "1") == first
    assert one.removed == {"order"}
    assert calls == ["1"]
    one.next_record()
    one.memoised(seen, 2, redact, "text", "")
    assert one.removed == set()
    one.memoised(seen, 3, redact, "text", "x")  # full: emptied
    one.memoised(seen, 1, redact, "order", "1")
    assert calls == ["1", "", "x", "1"]


NAMES = [
    (b"symbol", b"symbol", "symbol", None),
    (b"%73ymbol", b"symbol", "%73ymbol", None),
    (b"\xc3\x97tamp", b"\xc3\x97tamp", r"\xc3\x97tamp", None),
    (b"+4915112345678", b"+4915112345678", "<name:TAG:14:+0>", "name"),
]


@pytest.mark.parametrize(("raw", "name", "shown", "removed"), NAMES)
def test_names(raw: bytes, name: bytes, shown: str, removed: str | None) -> None:
    one = values(SECRET)
    assert plain(one.name(raw, name)) == shown
    assert one.removed == ({removed} if removed else set())


def test_a_name_that_is_none_has_a_mark_of_its_kind() -> None:
    one = values(SECRET)
    assert plain(one.name(b"1234", b"1234", "path")) == "<path:TAG:4:0>"
    assert plain(one.unnameable(b"a b", "name")) == "<name:TAG:3:as>"
    assert one.removed == {"path", "name"}
    one.next_record()
    assert one.name(b"x" + SECRET, b"x" + SECRET, "path") == "<secret:loaded:19:.0Aa>"
    assert one.unnameable(SECRET, "name") == "<secret:loaded:18:.0Aa>"
    assert one.removed == {"secret"}


WORDS = [
    ("ip: 203.0.113.7", "ip: <ip:TAG:v4>"),
    ("ip: (203.0.113.7).", "ip: (<ip:TAG:v4>)."),
    ("ip: [2001:db8::7],", "ip: [<ip:TAG:v6>],"),
    ("ip: '203.0.113.7';", "ip: '<ip:TAG:v4>';"),
    ('ip: "203.0.113.7":', 'ip: "<ip:TAG:v4>":'),
    ("ip: 203.0.113.7x", "ip: <text:TAG:12:.0a>"),
    ("ip: Jane", "ip: <text:TAG:4:Aa>"),
]


@pytest.mark.parametrize(("text", "shown"), WORDS)
def test_words_of_a_sentence(text: str, shown: str) -> None:
    """`ip:` is a word of Binance's; an address keeps the signs around it."""
    one = values()
    assert plain(one.sentence(text)) == shown
    assert plain(one.excerpt(text)) == shown
