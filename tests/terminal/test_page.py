"""Texts that are made to fit."""

import pytest

from proxy.terminal.page import Page, clipped, columns, filled, shortened, wrapped


@pytest.mark.parametrize(
    ("text", "wide"), [("", 0), ("abc", 3), ("币安", 4), ("e\u0301", 1), ("…", 1), ("ａ", 2)]
)
def test_columns(text: str, wide: int) -> None:
    assert columns(text) == wide


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("/api/v3/account", 15, "/api/v3/account"),
        ("/api/v3/account", 14, "/api…3/account"),
        ("/sapi/v1/c2c/orderMatch/listUserOrderHistory", 20, "/sapi/…rOrderHistory"),
        ("abcdef", 3, "a…f"),
        ("abcdef", 2, "a…"),
        ("abcdef", 1, "…"),
        ("币安人生", 5, "…人生"),
    ],
)
def test_the_middle_is_left_out(text: str, width: int, shown: str) -> None:
    assert shortened(text, width) == shown
    assert columns(shortened(text, width)) <= width


def test_no_text_is_wider_than_asked() -> None:
    for text in ("a" * 30, "币" * 30, "e\u0301" * 30, "a币" * 15):
        for width in range(1, 40):
            assert columns(shortened(text, width)) <= width
            assert columns(clipped(text, width)) <= width


def test_the_end_is_left_out() -> None:
    assert clipped("listUser", 8) == "listUser"
    assert clipped("listUser", 5) == "list…"


def test_blanks_fill_up() -> None:
    assert filled("币", 4) == "币  "
    assert filled("abcde", 4) == "abcde"


def test_lines_are_broken_at_words() -> None:
    assert list(wrapped("one two three four five six", 24, indent="    ")) == [
        "    one two three four",
        "      five six",
    ]


def test_colour_is_there_where_it_is_wanted() -> None:
    assert Page(colour=True).paint("x", "bad") == "\x1b[31mx\x1b[0m"
    assert Page(colour=True).paint("", "bad") == ""
    assert Page().paint("x", "bad") == "x"
