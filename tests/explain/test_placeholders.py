"""Words that stand for values are known as such, and what programs send by mistake is not taken for one."""

from urllib.parse import quote

import pytest

from proxy.explain.placeholders import has_stand_in, is_stand_in, put_together, set_apart, without_stand_ins

STAND_INS = (
    "<symbol>", "<redacted>", "<your api key here>", "***", "*", "•••", "xxx", "XXXXXXXXXXXX", "...", "…",
    "YOUR_KEY", "your_api_key", "YOUR-API-KEY-HERE", "MY_SECRET_KEY", "{{key}}", "{{ key }}", "${SECRET}", "$SECRET",
    "{api_key}", "%API_KEY%", "[REDACTED]", "(hidden)", "REDACTED", "Hidden by me", "abcd****wxyz", "vmPUZE6m...9SFm",
    "'<symbol>'",
)  # fmt: skip
SENT = (
    "BTCUSDT", "BUY", "0.001", "1795824100137", "undefined", "None", "null", "", "<nil>", "[object Object]",
    "<built-in method time>", "<Buffer 3a 4f>", "<function sign at 0x7f01>", "a b", "my wallet", "GTC", "x-abc123",
    "5" * 64, "a" * 64, "['a', 'b']", '["a","b"]', "100%",
)  # fmt: skip


@pytest.mark.parametrize("word", STAND_INS)
def test_a_word_that_stands_for_a_value(word: str) -> None:
    assert is_stand_in("quantity", word)


@pytest.mark.parametrize("word", SENT)
def test_a_value_that_was_sent(word: str) -> None:
    assert not is_stand_in("quantity", word)


@pytest.mark.parametrize(
    ("name", "word"), [("symbol", "SYMBOL"), ("newClientOrderId", "new_client_order_id")]
)
def test_a_name_in_the_place_of_its_own_value(name: str, word: str) -> None:
    assert is_stand_in(name, word)


def test_a_key_or_signature_may_be_crossed_out_in_the_middle() -> None:
    assert is_stand_in("X-MBX-APIKEY", "vmPUxxxxxxxxxx9SFm")
    assert is_stand_in("signature", "c8dbXXXXXXXXXXXXXXXX")
    assert not is_stand_in("symbol", "AXXXXUSDT")


def test_pairs() -> None:
    assert has_stand_in(b"symbol=%3Csymbol%3E&side=BUY")
    assert not has_stand_in(b"symbol=BTCUSDT&side=")
    assert without_stand_ins(b"symbol=***&side=BUY&price=...&timestamp=1") == b"side=BUY&timestamp=1"
    assert without_stand_ins(b"symbol=***&timestamp=...") == b"timestamp=..."  # more may be missing


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("https://x/api/v3/order?symbol=<symbol>&side=BUY", "<symbol>"),
        ("https://x/api/v3/order?symbol=<the symbol>&side=BUY", "<the symbol>"),
        ("?a=1&signature=***", "***"),
        ("?a=1&signature=...", "..."),
        ("symbol={{symbol}}&side=BUY", "{{symbol}}"),
        ('curl "https://x?symbol=$SYMBOL&a=1"', "$"),
        ('curl "https://x?symbol=${SYMBOL}&a=1"', "${"),
    ],
)
def test_marks_that_would_end_a_url_are_set_apart_and_come_back(text: str, apart: str) -> None:
    changed = set_apart(text)
    assert len(changed) == len(text)
    assert apart not in changed
    assert put_together(changed.encode()) == text.encode()
    assert put_together(quote(changed).encode()) == quote(text, safe="/").encode()


@pytest.mark.parametrize(
    "text",
    [
        "?a=1&b=<a href='x'>&c",
        "a <b> c = <d>",
        'SYMBOL=BTC\ncurl "https://x?symbol=$SYMBOL&a=1"',
        "`https://x?symbol=${symbol}&a=1`",
        "?symbol=BTCUSDT&side=BUY",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert set_apart(text) == text
