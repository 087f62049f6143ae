r"""Words of the Windows command prompt, in its two layers.

First `cmd.exe` removes carets and ends commands at `&` and `|`; then the program's C run-time splits the rest
into arguments (`\"` and, inside quotes, `""` are a quote; backslashes count only before a quote). Source:
Microsoft, "Parsing C command-line arguments". Single quotes mean nothing to either.
"""

import re
from typing import Final

from proxy.explain.readers.shells.words import Collector, Command

_VARIABLE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})([A-Za-z_][A-Za-z0-9_]*)%|!([A-Za-z_][A-Za-z0-9_]*)!")


def split_cmd(text: str) -> list[Command]:
    """Never raises."""
    commands: list[Command] = []
    for line, operator in _lines(text.replace("\r\n", "\n")):
        out = Collector()
        _arguments(line, out)
        for command in out.finish():
            command.ended_by = operator
            commands.append(command)
    return commands


def _lines(text: str) -> list[tuple[str, str]]:
    """The command lines as the program sees them, each with what ended it."""
    lines: list[tuple[str, str]] = []
    letters: list[str] = []
    quoted = False
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "^" and not quoted:
            taken, given = _caret(text, at)
            letters.append(given)
            at += taken
            continue
        if letter == '"':
            quoted = not quoted
        if letter == "\n" or (letter in "&|" and not quoted):
            lines.append(("".join(letters), letter))
            letters, quoted = [], False
        else:
            letters.append(letter)
        at += 1
    return [*lines, ("".join(letters), "")]


def _caret(text: str, at: int) -> tuple[int, str]:
    """How many letters an escape takes, and what it gives. Blanks behind a line-end caret are forgiven."""
    end = at + 1
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    if text[end : end + 1] != "\n":
        return 2, text[at + 1 : at + 2]
    if text[end + 1 : end + 2] == "\n":  # an escaped line end inside an argument
        return end + 2 - at, "\n"
    return end + 1 - at, ""


def _arguments(line: str, out: Collector) -> None:
    quoted = False
    at = 0
    while at < len(line):
        letter = line[at]
        if letter == "\\":
            run = len(line) - at - len(line[at:].lstrip("\\"))
            before_quote = line[at + run : at + run + 1] == '"'
            out.add("\\" * (run // 2 if before_quote else run))
            at += run
            if before_quote and run % 2:
                out.add('"')
                at += 1
            continue
        if letter == '"':
            if quoted and line[at + 1 : at + 2] == '"':
                out.add('"')
                at += 2
                continue
            quoted = not quoted
            out.begin()
        elif letter in " \t" and not quoted:
            out.end_word()
        elif found := _VARIABLE.match(line, at):
            out.add_unknown(found[0][:42])
            at = found.end()
            continue
        else:
            out.add(letter)
        at += 1
