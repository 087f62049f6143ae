"""Reading by a table: order of rules, states, and what happens at the end of the text."""

import pytest

from proxy.explain.readers.shells.lexer import (
    Dialect,
    add,
    add_first_group,
    add_quote,
    add_unknown,
    begin_word,
    end_command,
    end_word,
    read,
    rule,
    skip,
)

TOY: Dialect = {
    "bare": (
        rule(r"\\(.)", add_first_group),
        rule(r"<", begin_word, "quoted"),
        rule(r" ", end_word),
        rule(r"[;\n]", end_command),
        rule(r"#[^\n]*", skip, between_words=True),
        rule(r"\$[a-z]+", add_unknown),
        rule(r"ab", add_quote),
        rule(r"a", add),  # after the longer one
    ),
    "quoted": (rule(r">", begin_word, "bare"),),
}


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("", []),
        ("x y", [["x", "y"]]),
        ("x;y z\n;w", [["x"], ["y", "z"], ["w"]]),
        ("a ab aab", [["a", '"', 'a"']]),
        (r"\; \# x\ y" + "\\\nz", [[";", "#", "x y\nz"]]),  # an escape takes any character, a line end too
        ("x\\", [["x\\"]]),  # nothing to escape: a letter like any other
        ("<x y;>z <>", [["x y;z", ""]]),
        ("<x y", [["x y"]]),  # an open quote reaches to the end
        ("<x\n# y", [["x\n# y"]]),
        ("#x y\nz#w #v", [["z#w"]]),  # only where no word has begun
        ("<># x", [["#", "x"]]),
    ],
)
def test_words_and_commands(text: str, commands: list[list[str]]) -> None:
    assert [[word.text for word in command.words] for command in read(text, TOY, "bare")] == commands


def test_what_is_not_known_is_named_and_cut() -> None:
    ((word,),) = (command.words for command in read("x$home" + "e" * 100, TOY, "bare"))
    assert (word.text, word.unknown) == ("x", ("$home" + "e" * 37,))


def test_what_ended_a_command_is_kept() -> None:
    assert [command.ended_by for command in read("x;y\nz", TOY, "bare")] == [";", "\n", ""]


def test_it_can_begin_in_another_state() -> None:
    ((word,),) = (command.words for command in read("x y>z", TOY, "quoted"))
    assert word.text == "x yz"
