"""Two texts under each other."""

import pytest
from hypothesis import given, strategies as st

from proxy.core.diagnosis.examination.report import first_difference
from proxy.core.findings import Proof
from proxy.explain.texts import beside, cell, clipped, shown

TEXT = b"symbol=BTCUSDT&quantity=1&timestamp=1784801696801"


def proof(signed: bytes, expected: bytes) -> Proof:
    return Proof(signed, expected, first_difference(signed, expected))


def test_short_texts_are_shown_whole() -> None:
    both = beside(proof(b"a=1&b=2", b"a=1&c=2"), 40)
    assert (both.signed, both.expected, both.caret) == ("a=1&b=2", "a=1&c=2", "    ^")


def test_long_texts_are_shown_around_the_difference() -> None:
    both = beside(proof(b"a" * 500 + b"x" + b"b" * 500, b"a" * 500 + b"y" + b"b" * 500), 30)
    assert both.signed == "...aaaaaaax" + "b" * 16 + "..."
    assert both.caret == " " * 10 + "^"


def test_a_text_that_ends_first() -> None:
    both = beside(proof(TEXT[:10], TEXT), 80)
    assert both.column == 10
    assert both.signed == TEXT[:10].decode()


def test_equal_texts_have_no_caret() -> None:
    both = beside(proof(TEXT, TEXT), 20)
    assert (both.caret, both.column) == ("", None)
    assert both.signed == "symbol=BTCUSDT&qu..."


@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(max_size=120), st.integers(30, 160))
def test_the_caret_stands_under_the_first_difference(
    start: bytes, one: bytes, two: bytes, width: int
) -> None:
    pair = proof(start + one, start + two)
    both = beside(pair, width)
    for line in (both.signed, both.expected, both.caret):
        assert len(line) <= width
        assert line.isascii()
        assert line.isprintable()
    if both.column is not None:
        assert both.caret.index("^") == both.column
        assert both.signed[: both.column] == both.expected[: both.column]
        at = pair.first_difference or 0
        for text, line in ((pair.signed, both.signed), (pair.expected, both.expected)):
            if at < len(text):
                letters = line[both.column :].removesuffix("...")
                assert letters.startswith(cell(text[at])[: len(letters)])


@pytest.mark.parametrize(
    ("octet", "text"), [(0x41, "A"), (0x1B, "\\x1b"), (0xE5, "\\xe5"), (0x5C, "\\\\"), (0x7F, "\\x7f")]
)
def test_cells(octet: int, text: str) -> None:
    assert cell(octet) == text


def test_clipped() -> None:
    assert clipped("abcdef", 6) == "abcdef"
    assert clipped("abcdefg", 6) == "abc..."
    assert shown(b"\x00\n") == "\\x00\\x0a"
