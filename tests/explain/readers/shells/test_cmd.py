"""The command prompt's two layers. Tables from Microsoft's "Parsing C command-line arguments"."""

import pytest

from proxy.explain.readers.shells.cmd import split_cmd


def words(text: str) -> list[list[str]]:
    return [[word.text for word in command.words] for command in split_cmd(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"abc" d e', ["abc", "d", "e"]),
        ('a\\\\b d"e f"g h', ["a\\\\b", "de fg", "h"]),
        ('a\\\\\\"b c d', ['a\\"b', "c", "d"]),
        ('a\\\\\\\\"b c" d e', ["a\\\\b c", "d", "e"]),
        ('"a""b" c', ['a"b', "c"]),
        ('"" a', ["", "a"]),
        ("'a b'", ["'a", "b'"]),
    ],
)
def test_arguments(text: str, expected: list[str]) -> None:
    assert words(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ^\nb ^\r\n c", [["a", "b", "c"]]),
        ("a ^  \nb", [["a", "b"]]),
        ('a ^"b^&c^" d', [["a", "b&c", "d"]]),
        ('a "b^&c"', [["a", "b^&c"]]),
        ("a b&c d", [["a", "b"], ["c", "d"]]),
        ('a "b&c" | d', [["a", "b&c"], ["d"]]),
        ('a ^"x^\n\ny^"', [["a", "x\ny"]]),
        ("a ^%^41", [["a", "%41"]]),
    ],
)
def test_carets_and_command_ends(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


def test_variables_are_unknown_but_escapes_of_a_url_are_not() -> None:
    (command,) = split_cmd("a %TIMESTAMP% %5B%22BTC%22%5D !KEY!")
    assert [word.unknown for word in command.words] == [(), ("%TIMESTAMP%",), (), ("!KEY!",)]


@pytest.mark.parametrize("text", ["^", '"', "\\", 'a "\\', "%", "a ^\n", "^\n\n", "|", "&&"])
def test_an_open_end_is_no_error(text: str) -> None:
    split_cmd(text)
