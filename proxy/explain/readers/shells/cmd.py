r"""Words of the Windows command prompt, in its two layers.

First `cmd.exe` removes carets and ends commands at `&` and `|`; then the program's C run-time splits the rest
into arguments (`\"` and, inside quotes, `""` are a quote; backslashes count only before a quote). Source:
Microsoft, "Parsing C command-line arguments". Single quotes mean nothing to either.
"""

import re
from typing import Final

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
)
from proxy.explain.readers.shells.words import Collector, Command

_BARE: Final = "bare"
_QUOTED: Final = "quoted"

_LINES: Final[Dialect] = {
    _BARE: (
        rule(r'[^\^"&|\n]+', add),
        rule(r"\^[ \t]*\n(\n?)", add_first_group),  # blanks behind a line-end caret are forgiven
        rule(r"\^(.?)", add_first_group),
        rule(r'"', add, _QUOTED),
        rule(r"[&|\n]", end_command),
    ),
    _QUOTED: (
        rule(r'[^"\n]+', add),
        rule(r'"', add, _BARE),
        rule(r"\n", end_command, _BARE),
    ),
}
"""The prompt's own layer: each command becomes one word, the line that the program sees."""


def _add_half(out: Collector, found: re.Match[str]) -> None:
    out.add(found[0][: len(found[0]) // 2])


def _add_half_and_quote(out: Collector, found: re.Match[str]) -> None:
    out.add(found[1][: len(found[1]) // 2] + '"')


_BACKSLASHES: Final = (
    rule(r'((?:\\\\)*)\\"', _add_half_and_quote),
    rule(r'(?:\\\\)+(?=")', _add_half),
    rule(r"\\+", add),
)
_VARIABLE: Final = rule(
    r"%(?![0-9A-Fa-f]{2})([A-Za-z_][A-Za-z0-9_]*)%|!([A-Za-z_][A-Za-z0-9_]*)!", add_unknown
)

_ARGUMENTS: Final[Dialect] = {
    _BARE: (
        rule(r'[^\\" \t%!]+', add),
        *_BACKSLASHES,
        rule(r'"', begin_word, _QUOTED),
        rule(r"[ \t]", end_word),
        _VARIABLE,
    ),
    _QUOTED: (
        rule(r'[^\\"%!]+', add),
        *_BACKSLASHES,
        rule(r'""', add_quote),
        rule(r'"', begin_word, _BARE),
        _VARIABLE,
    ),
}
"""The program's layer: a line becomes arguments."""


def split_cmd(text: str) -> list[Command]:
    """Never raises."""
    commands: list[Command] = []
    for line in read(text.replace("\r\n", "\n"), _LINES, _BARE):
        for command in read(line.words[0].text, _ARGUMENTS, _BARE):
            command.ended_by = line.ended_by
            commands.append(command)
    return commands
