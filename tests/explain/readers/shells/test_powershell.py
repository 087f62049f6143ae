"""PowerShell words, by about_Quoting_Rules and about_Special_Characters."""

import pytest

from proxy.explain.readers.shells.powershell import split_powershell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ('a \'it\'\'s\' "say ""x"""', ["a", "it's", 'say "x"']),
        ('a "b`"c`$d``e`tf"', ["a", 'b"c$d`e\tf']),
        ("a `\n  b `\r\n  c", ["a", "b", "c"]),
        ("a b`&c", ["a", "b&c"]),
        ('a \'{\\"x\\":1}\' "{\\`"x\\`":1}"', ["a", '{"x":1}', '{"x":1}']),
        ("a @'\n{\"x\":1}\n'@ b", ["a", '{"x":1}', "b"]),
        ("a “b c” ‘d e’", ["a", "b c", "d e"]),
        ("a # comment", ["a"]),
        ("a b > out", ["a", "b"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    (command,) = split_powershell(text)
    assert [word.text for word in command.words] == expected


def test_variables_are_unknown() -> None:
    (command,) = split_powershell("a \"k=$env:KEY\" $x ${y z} $(Get-Date) '$no'")
    assert [word.unknown for word in command.words] == [
        (), ("$env:KEY",), ("$x",), ("${y z}",), ("$(...)",), ()
    ]  # fmt: skip


def test_commands_end_at_semicolons_pipes_and_lines() -> None:
    assert len(split_powershell("a; b | c\nd & e")) == 5


@pytest.mark.parametrize("text", ["'", '"', "`", "$(", "@'", '"`', "${", "a '"])
def test_an_open_end_is_no_error(text: str) -> None:
    split_powershell(text)
