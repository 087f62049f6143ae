"""How the tool speaks: `error: ...` then `hint: ...` to people on stderr, results on stdout.

Colour on a terminal, with FORCE_COLOR anywhere, with NO_COLOR never (`runtime/colour.py`). Control characters of
foreign text are shown, not sent: nothing that passes here can move the cursor, whoever wrote it. Messages also leave
out what could be a key (`core.key_shapes`): people give secrets where a path or a name belongs.
"""

import os
import re
import sys
from collections.abc import Sequence
from typing import IO, Any, Final

import click

from proxy.core.key_shapes import without_keys
from proxy.core.printable import printable
from proxy.runtime.colour import wants_colour

_COLOURS: Final = {"error": "red", "warning": "yellow", "hint": "cyan"}
_OWN_COLOUR: Final = re.compile(r"(\x1b\[(?:0|1|2|3[0-7])m)")
"""What `click.style` writes for the styles that are used here."""
_TYPED_SHORTEST: Final = 3
_HARMLESS: Final = re.compile(r"[a-z]{1,10}|[0-9]{1,6}")
_TYPED: Final = "what was given"


def coloured(stream: IO[Any]) -> bool:
    """Whether colour may be written to this stream."""
    return wants_colour(os.environ, terminal=bool(stream.isatty()))


def plain(text: str) -> str:
    """Text with every control character but the line break escaped."""
    return printable(text, keep="\n")


def message(text: str) -> str:
    """Text of a message: what could be a key is described, except in the path of a file that exists."""
    return plain(without_keys(text, os.path.exists))


def without_typed(text: str, words: Sequence[str]) -> str:
    """A message of the parser of arguments without the words that were typed: it quotes them, whatever they are.

    Names of options stay, and so do short words and numbers.
    """
    typed = {
        part for word in words for part in (word, word.partition("=")[2]) if len(part) >= _TYPED_SHORTEST
    }
    for word in sorted(typed, key=len, reverse=True):
        if not word.startswith("-") and not _HARMLESS.fullmatch(word):
            for quoted in (f"'{word}'", f'"{word}"', f"({word})", repr(word)):
                text = text.replace(quoted, f"({_TYPED})" if quoted[0] == "(" else _TYPED, 1)
    return text


def say(text: str = "") -> None:
    """One line for people, on stderr."""
    click.echo(message(text), err=True)


def ask(text: str) -> None:
    """A question on stderr, whose answer is typed behind it."""
    click.echo(plain(text), nl=False, err=True)


def out(text: str) -> None:
    """A result for people, on stdout. Colours of `click.style` pass on a terminal that wants them, no more."""
    if coloured(sys.stdout):
        parts = _OWN_COLOUR.split(text)
        click.echo(
            "".join(part if _OWN_COLOUR.fullmatch(part) else plain(part) for part in parts), color=True
        )
    else:
        click.echo(plain(_OWN_COLOUR.sub("", text)))


def out_json(content: Any, *, indent: int | None = None) -> None:
    """A result for programs, on stdout: plain data or msgspec structs as JSON in printable ASCII."""
    from proxy.core.foreign import json_text  # noqa: PLC0415  # help and errors do without it

    click.echo(json_text(content, indent=indent))


def error(text: str, hint: str = "") -> None:
    _labelled("error", text)
    if hint:
        _labelled("hint", hint)


def warn(text: str, hint: str = "") -> None:
    _labelled("warning", text)
    if hint:
        _labelled("hint", hint)


def _labelled(label: str, text: str) -> None:
    shown = click.style(f"{label}:", fg=_COLOURS[label], bold=True) if coloured(sys.stderr) else f"{label}:"
    click.echo(f"{shown} {message(text)}", err=True, color=True)
