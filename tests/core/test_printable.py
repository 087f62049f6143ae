"""Foreign text on a terminal: letters stay, whatever could do something is shown."""

import json

import pytest

from proxy.core.printable import printable, printable_ascii, printable_json

ROWS = [
    ("", "", ""),
    ("GET /api/v3/time", "GET /api/v3/time", "GET /api/v3/time"),
    ("~ !", "~ !", "~ !"),
    ("币安人生USDT", "币安人生USDT", r"\u5e01\u5b89\u4eba\u751fUSDT"),
    ("é", "é", r"\xe9"),
    ("a\nb", r"a\nb", r"a\nb"),
    ("a\tb\r", r"a\tb\r", r"a\tb\r"),
    ("\x1b[2J", r"\x1b[2J", r"\x1b[2J"),
    ("\x9b2J", r"\x9b2J", r"\x9b2J"),
    ("\x00\x7f", r"\x00\x7f", r"\x00\x7f"),
    ("abc\u202egnp", r"abc\u202egnp", r"abc\u202egnp"),
    ("\u2028\u2066", r"\u2028\u2066", r"\u2028\u2066"),
    ("\ud800", r"\ud800", r"\ud800"),
    ("😀", "😀", r"\U0001f600"),
]


@pytest.mark.parametrize(("text", "shown", "ascii_only"), ROWS)
def test_what_is_shown(text: str, shown: str, ascii_only: str) -> None:
    assert printable(text) == shown
    assert printable_ascii(text) == ascii_only


def test_only_what_is_asked_for_is_kept() -> None:
    assert printable("a\nb\tc", keep="\n") == "a\nb\\tc"
    assert printable("a\nb\tc", keep="\n\t") == "a\nb\tc"


def test_json_in_ascii_is_the_same_json() -> None:
    told = {"a": "\x7f\x9b\u202e\U0001f600é", "b": [1, "plain"]}
    encoded = json.dumps(told, ensure_ascii=False).encode()
    shown = printable_json(encoded)
    assert all(0x20 <= octet < 0x7F for octet in shown)
    assert json.loads(shown) == told
    assert printable_json(b'{"a":1}') == b'{"a":1}'
    assert printable_json(b'"\x7f"') == b'"\\u007f"'
    assert printable("\ud800\x85") == "\\ud800\\x85"
