"""What stands on the screen as it is can be seen, told apart and measured; the tables are written by hand."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from proxy.core.legible import legible, width, wrapped

DRAWN_AS_NOTHING = (
    "\u2800\u3164\u115f\u1160\uffa0\u034f\ufe0f\u00ad\u200b\u2060\u180e\u17b4\U00013441\U000e0041\xa0\u3000"
)
"""Blank pattern, Hangul fillers, joiners, selectors, hyphens, a blank hieroglyph, tags, blanks."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "~!|>\\",
        "币安人生USDT",
        "é ñ ł",
        "Привет",
        "ελ",
        "ไทย"[0],
        "अ०",
        "한국어",
        "𠮷",
        "，。！（）：“”—…€₹",
    ],
)
def test_letters_digits_and_punctuation_of_people_stay(text: str) -> None:
    assert legible(text) == text


@pytest.mark.parametrize("character", ["\n", "\r", "\t", "\x1b", "\0", "\x7f", "\x85"])
@pytest.mark.parametrize("letter", ["a", "é", "币"])
def test_a_control_character_is_escaped_beside_whatever_letter(letter: str, character: str) -> None:
    """A line break in free text could begin a row that imitates an amount."""
    assert (
        legible(f"{letter}{character}> amount")
        == f"{letter}{character.encode('unicode_escape').decode()}> amount"
    )


@pytest.mark.parametrize("character", DRAWN_AS_NOTHING)
def test_what_draws_nothing_is_escaped(character: str) -> None:
    assert legible(f"a{character}b") == f"a{character.encode('unicode_escape').decode()}b"


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("a\nb\x1b\x7f", r"a\nb\x1b\x7f"),
        ("e\u0301", r"e\u0301"),  # a mark on a letter
        ("\u05d0\u0627", r"\u05d0\u0627"),  # Hebrew and Arabic turn the digits beside them round
        ("\u0661", r"\u0661"),  # an Arabic digit
        ("\uff11\uff21", r"\uff11\uff21"),  # full-width forms
        ("\u2460\u00b2\ufb01", r"\u2460\xb2\ufb01"),
        ("\u2502\u2503|", r"\u2502\u2503|"),  # lines of a box
        ("\U0001f600", r"\U0001f600"),
        ("\u202ex\u2066", r"\u202ex\u2066"),
        ("\ud800", r"\ud800"),
        ("\u1100\u1161", r"\u1100\u1161"),  # parts of a syllable share one place
    ],
)
def test_all_else_is_escaped(text: str, shows: str) -> None:
    assert legible(text) == shows


def test_no_character_that_stands_is_a_mark_a_blank_or_a_format() -> None:
    standing = [c for c in map(chr, range(0x14000)) if legible(c) == c]
    assert {unicodedata.category(c)[0] for c in standing if not c.isascii()} <= {"L", "N", "P", "S"}
    words = ("FILLER", "BLANK", "SPACE", "INVISIBLE", "JOINER", "SELECTOR", "VARIATION SEL", "RIGHT-TO-LEFT")
    names = {unicodedata.name(c) for c in standing if c > " " and not c.isascii()}
    assert not [name for name in names if any(word in name for word in words)]
    assert not {unicodedata.bidirectional(c) for c in standing} & {"R", "AL", "AN", "NSM", "BN"}


def test_wide_letters_take_two_columns_and_doubtful_ones_too() -> None:
    assert [width(text) for text in ("", "abc", "币安", "é", "…", "Ω")] == [0, 3, 4, 2, 2, 2]
    assert width("ñ") == 1


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("", 8, [""]),
        ("12345678", 8, ["12345678"]),
        ("123456789", 8, ["1234", "5678", "9"]),
        ("1234 6789", 8, [r"1234\x20", "6789"]),
        ("123 56789", 8, [r"123\x20", "5678", "9"]),
        ("12345678 ", 8, ["1234", r"5678\x20"]),
        ("币安人生币", 8, ["币安", "人生", "币"]),
        ("a币安人生", 8, ["a币", "安人", "生"]),
    ],
)
def test_lines_are_wrapped_and_no_blank_is_lost_between_them(
    text: str, columns: int, lines: list[str]
) -> None:
    assert wrapped(text, columns) == lines


@given(st.text(max_size=60), st.integers(6, 40))
def test_no_line_is_too_long_and_nothing_is_lost(text: str, columns: int) -> None:
    shown = legible(text)
    lines = wrapped(shown, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(r"\x20", " ") == shown.replace(r"\x20", " ")
    assert len(lines) == 1 or not any(line.startswith(" ") or line.endswith(" ") for line in lines[:-1])
