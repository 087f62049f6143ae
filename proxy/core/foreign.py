"""The one door for text that somebody else may have written: it escapes for the place where the text will stand.

A record out of a file, a bundle or a HAR may come from anybody, and what reads its author's text as its own
language (a terminal, a shell, YAML, Markdown, HTML, a spreadsheet) would obey him. So such text is `Foreign`: it
cannot be printed, formatted or joined as it is, only made fit for a named place. Those who read hand it out so
(`redaction.foreign_record`, `explain.masks`); who prints gets no other, and may not ask for `raw`
(`tests/structure/test_printing.py`).

What a place cannot bear is escaped as in Python (`\\n`, `\\x1b`, `\\u202e`): that does nothing and
says what was there.
"""

import html
import json
import re
import shlex
from collections.abc import Container
from typing import Any, Final, NoReturn, final

import msgspec

from proxy.core.printable import printable, printable_ascii

_YAML_PLAIN: Final = re.compile(r"[A-Za-z/][A-Za-z0-9 /_.-]*[A-Za-z0-9/_.-]")
_YAML_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "nan", "inf"})
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:@/=])")
_ENDS_CODE: Final = re.compile(r"[`|\\]")
"""In a table a bar ends the cell in code as well, and a backslash before one would let it (GFM, 4.10)."""
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
        return self._text == (other._text if isinstance(other, Foreign) else other)

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Foreign({printable_ascii(self._text)!r})"

    def __str__(self) -> NoReturn:
        raise TypeError("foreign text is not printed as it is: say where it will stand, such as .terminal()")

    def __format__(self, spec: str) -> NoReturn:
        str(self)
        raise AssertionError  # `str` has raised

    @property
    def raw(self) -> str:
        """The text itself, to compute with: for modules that print nothing."""
        return self._text

    def is_like(self, form: re.Pattern[str]) -> bool:
        """Whether all of it has this form, so that it can be nothing else."""
        return form.fullmatch(self._text) is not None

    def is_one_of(self, texts: Container[str]) -> bool:
        """Whether it is one of our own words."""
        return self._text in texts

    def holds(self, characters: str) -> bool:
        """Whether any of these characters stands in it."""
        return any(character in self._text for character in characters)

    def without_pairs(self, names: Container[str]) -> "Foreign":
        """Of `a=1&b=2`, the pairs of other names."""
        pairs = self._text.split("&")
        return Foreign("&".join(pair for pair in pairs if pair.partition("=")[0] not in names))

    def terminal(self) -> str:
        """For one line of a terminal."""
        return printable(self._text)

    def terminal_ascii(self) -> str:
        """The same in ASCII: for a host, whose letters could pass for others."""
        return printable_ascii(self._text)

    def octets(self) -> bytes:
        """UTF-8; a lone surrogate is the octet that it stands for."""
        return self._text.encode("utf-8", "surrogateescape")

    def terminal_lines(self) -> list[str]:
        """For a terminal, in its own lines."""
        return [printable(line) for line in self._text.split("\n")]

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

    def markdown_code(self) -> str:
        """For a line or a cell of Markdown, as code: shown as it is, without mark-up, links or mentions. A text that
        would end the code or the cell is escaped instead."""
        shown = printable(self._text).strip(" ")
        return f"`{shown}`" if shown and not _ENDS_CODE.search(shown) else self.markdown()

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

    def metrics_label(self) -> str:
        """For the value of a label in the text format of Prometheus, whose writer escapes its own three signs: the
        line break, the quotation mark and the backslash."""
        return "\n".join(map(printable_ascii, self._text.split("\n")))


NOTHING: Final = Foreign("")


def joined(*parts: str | Foreign, between: str = "") -> Foreign:
    """Our own words and foreign ones as one text, which is foreign."""
    return Foreign(between.join(part.raw if isinstance(part, Foreign) else part for part in parts))


@final
class ForeignFact:
    """A foreign text or a number: where a schema admits both."""

    __slots__ = ("value",)

    def __init__(self, value: str | int) -> None:
        self.value: Final[Foreign | int] = Foreign(value) if isinstance(value, str) else value

    def terminal_or_number(self) -> str | int:
        """For one line of a terminal; a number as it is."""
        return self.value.terminal() if isinstance(self.value, Foreign) else self.value


def json_text(content: Any, *, indent: int | None = None) -> str:
    """JSON in printable ASCII: nothing in it can reach a terminal as a command, and any parser reads it back.

    `content`: plain data or msgspec structs, foreign texts among them. The one control character that JSON lets
    through, DEL, is escaped too.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(msgspec.to_builtins(content, enc_hook=_plain), indent=indent, separators=separators)
    return text.replace(_DELETE, "\\u007f")


def _plain(content: object) -> str | int:
    """What JSON has instead of foreign content. Raises TypeError for anything else that it does not know."""
    if isinstance(content, ForeignFact):
        content = content.value
    if isinstance(content, Foreign):
        return content.raw
    if isinstance(content, int):
        return content
    raise TypeError(f"no JSON for {type(content).__name__}")
