"""The one door for text that somebody else may have written: it escapes for the place where the text will stand.

A record out of a file, a bundle or a HAR may come from anybody, and what reads its author's text as its own
language (a terminal, a shell, YAML, Markdown, HTML, a spreadsheet) would obey him. So such text is `Foreign`: it
cannot be printed, formatted or joined as it is, only made fit for a named place.

What a place cannot bear is escaped as in Python (`\\n`, `\\x1b`, `\\u202e`): that does nothing and
says what was there.
"""

import html
import json
import re
import shlex
from collections.abc import Iterable
from typing import Any, Final, NoReturn, final

import msgspec

from proxy.core.printable import printable, printable_ascii

_YAML_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9 /_.-]*[A-Za-z0-9/_.-]")
_YAML_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "nan", "inf"})
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:@/=])")
_FORMULA: Final = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection); line ends are escaped first."""
_DELETE: Final = "\x7f"


@final
class Foreign:
    """Text of unknown origin. Name the place it is for; `str()`, f-strings and `+` raise TypeError."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Foreign({printable_ascii(self._text)!r})"

    def __str__(self) -> NoReturn:
        raise TypeError("foreign text is not printed as it is: say where it will stand, such as .terminal()")

    def __format__(self, spec: str) -> NoReturn:
        str(self)
        raise AssertionError  # `str` has raised

    def is_like(self, form: re.Pattern[str]) -> bool:
        """Whether all of it has this form, so that it can be nothing else."""
        return form.fullmatch(self._text) is not None

    def terminal(self) -> str:
        """For one line of a terminal."""
        return printable(self._text)

    def shell_word(self) -> str:
        """One word for a POSIX shell, quoted where it needs to be; printable ASCII."""
        return shlex.quote(printable_ascii(self._text))

    def shell_remark(self) -> str:
        """For a shell comment, quoted by words: an interactive zsh knows no comments and would run them."""
        return " ".join(shlex.quote(word) for word in printable_ascii(self._text).split(" ") if word)

    def yaml(self) -> str:
        """A YAML scalar that is read back as this text, with what cannot be printed escaped."""
        plain = _YAML_PLAIN.fullmatch(self._text) and self._text.lower() not in _YAML_WORDS
        return self._text if plain else json_text(self._text)

    def yaml_remark(self) -> str:
        """For a YAML comment."""
        return printable_ascii(self._text)

    def markdown(self) -> str:
        """For a line of Markdown: no mark-up, no link, no HTML of its own."""
        return _MARKDOWN.sub(
            r"\\\1", html.escape(printable(self._text), quote=False).replace("&", "\0")
        ).replace("\0", "&")

    def html(self) -> str:
        """For the text or a quoted attribute of an HTML page."""
        return html.escape(printable(self._text))

    def csv(self) -> str:
        """One cell, quoted. What a spreadsheet would reckon out gets an apostrophe before it."""
        shown = printable(self._text)
        guard = "'" if shown.lstrip(" ").startswith(_FORMULA) else ""
        return '"' + (guard + shown).replace('"', '""') + '"'

    def json(self) -> str:
        """A JSON text in ASCII, with its quotation marks."""
        return json_text(self._text)


type Text = str | Foreign
"""Our own words, or somebody else's."""


def terminal_text(parts: Iterable[Text], between: str = "") -> str:
    """Parts for one line of a terminal, joined."""
    return between.join(part.terminal() if isinstance(part, Foreign) else part for part in parts)


def json_text(content: Any, *, indent: int | None = None) -> str:
    """JSON in printable ASCII: nothing in it can reach a terminal as a command, and any parser reads it back.

    `content`: plain data or msgspec structs. The one control character that JSON lets through, DEL, is escaped too.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(msgspec.to_builtins(content), indent=indent, separators=separators)
    return text.replace(_DELETE, "\\u007f")
