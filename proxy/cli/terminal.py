"""How the tool speaks: `error: ...` then `hint: ...` to people on stderr, results on stdout.

Colour only on a terminal and never with NO_COLOR (https://no-color.org). Control characters of foreign text are
shown, not sent: a path or a header must not be able to move the cursor.
"""

import os
import re
import sys
from typing import IO, Any, Final

import click

from proxy.core.printable import printable

_LONG_WORD: Final = re.compile(r"[A-Za-z0-9+/=_-]{32,}|-----BEGIN.*", re.DOTALL)
_COLOURS: Final = {"error": "red", "warning": "yellow", "hint": "cyan"}


def coloured(stream: IO[Any]) -> bool:
    """Whether colour may be written to this stream."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def plain(text: str) -> str:
    """Text with every control character but the line break escaped."""
    return printable(text, keep="\n")


def hide_long_words(text: str) -> str:
    """For messages of others that repeat what was typed: anything long enough to be a secret becomes stars."""
    return _LONG_WORD.sub("********", text)


def say(text: str = "") -> None:
    """One line for people, on stderr."""
    click.echo(plain(text), err=True)


def out(text: str) -> None:
    """A result, on stdout."""
    click.echo(text)


def error(message: str, hint: str = "") -> None:
    _labelled("error", message)
    if hint:
        _labelled("hint", hint)


def warn(message: str, hint: str = "") -> None:
    _labelled("warning", message)
    if hint:
        _labelled("hint", hint)


def _labelled(label: str, text: str) -> None:
    shown = click.style(f"{label}:", fg=_COLOURS[label], bold=True) if coloured(sys.stderr) else f"{label}:"
    click.echo(f"{shown} {plain(text)}", err=True, color=True)
