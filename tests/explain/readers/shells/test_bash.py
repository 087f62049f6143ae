"""POSIX words, compared with what bash itself makes of the same text."""

import shutil
import subprocess
from pathlib import Path

import pytest

from proxy.explain.readers.shells.bash import ansi_c, split_bash

TEXTS = [
    "a 'b c' \"d e\" f\\ g",
    "a '' \"\"",
    "a x\"b\"'c'd",
    'a "\\"\\\\\\$\\`\\n" \\n',
    "a $'\\x41\\u00e9\\101\\t\\'\\\\' b",
    "a \\\n  b",
    "a b # comment\n",
    "a b#c",
    'a "x\\\ny"',
    "v='1 2'; a \"$v\"",
    "v=1 w=2\na $w$v",
    "a 2>/dev/null b >x",
    "a $ b",
]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_bash(text: str, tmp_path: Path) -> None:
    script = f"exec 3>words\na() {{ printf '%s\\0' a \"$@\" >&3; }}\n{text}"
    subprocess.run(["bash", "-c", script], check=True, cwd=tmp_path, timeout=20, stdout=subprocess.DEVNULL)
    real = (tmp_path / "words").read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    assert words(text) == [real]


def words(text: str) -> list[list[str]]:
    return [[word.text for word in command.words] for command in split_bash(text)]


def test_operators_end_commands() -> None:
    commands = split_bash("a b; c & d | e && f\ng || (h)")
    assert [[word.text for word in one.words] for one in commands] == [
        ["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"], ["h"]
    ]  # fmt: skip
    assert [one.ended_by for one in commands] == [";", "&", "|", "&&", "\n", "||", ")"]
    assert [one.reads_input for one in commands] == [False, False, False, True, False, False, False]


def test_what_only_the_shell_knows_is_unknown() -> None:
    (command,) = split_bash('a "$x" ${y:-1} $(date "+)") `b` p$z')
    assert [word.unknown for word in command.words] == [
        (),
        ("$x",),
        ("${...}",),
        ("$(...)",),
        ("`...`",),
        ("$z",),
    ]


def test_an_assignment_from_a_command_is_unknown() -> None:
    (command,) = split_bash("t=1\nt=$(date)\na $t")
    assert command.words[1].unknown == ("$t",)


def test_octets_survive_ansi_c() -> None:
    assert ansi_c("\\xe5\\xb8\\x81").encode("utf-8", "surrogateescape") == "币".encode()


@pytest.mark.parametrize("text", ["'", '"', "$'", "\\", "a $(", "`", "${", '"$(', "a=", "a='", "<", "a 2>"])
def test_an_open_end_is_no_error(text: str) -> None:
    split_bash(text)


def test_many_assignments_do_not_nest() -> None:
    assert words("a=" * 5000) == []
