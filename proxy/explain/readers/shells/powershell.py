"""PowerShell words: single quotes, double quotes with backtick escapes, here-strings, `$variables`.

Rules: Microsoft, about_Quoting_Rules and about_Special_Characters. Before 7.3 PowerShell lost the quotes inside
arguments of native programs, so people write `\\"`; that is read as the quote they mean.
"""

import re
from typing import Final

from proxy.explain.readers.shells.lexer import (
    Dialect,
    add,
    add_quote,
    add_unknown,
    begin_word,
    end_command,
    end_word,
    read,
    rule,
    skip,
)
from proxy.explain.readers.shells.words import Collector, Command

_BARE: Final = "bare"
_QUOTED: Final = "quoted"

_SINGLE: Final = "'\u2018\u2019\u201a\u201b"
_DOUBLE: Final = '"\u201c\u201d\u201e'
_TWO_SINGLE: Final = re.compile(f"[{_SINGLE}]([{_SINGLE}])")
_ESCAPES: Final = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
                   "v": "\v", "\n": ""}  # fmt: skip


def _escaped(out: Collector, found: re.Match[str]) -> None:
    out.add(_ESCAPES.get(found[1], found[1]))


def _single(out: Collector, found: re.Match[str]) -> None:
    out.add(_TWO_SINGLE.sub(r"\1", found[1]).replace('\\"', '"'))


def _here_string(out: Collector, found: re.Match[str]) -> None:
    out.add(found[2])


def _output(out: Collector, found: re.Match[str]) -> None:
    out.redirect(reads=False)


def _expression(out: Collector, found: re.Match[str]) -> None:
    out.add_unknown("$(...)")


_EXPANSIONS: Final = (
    rule(r"\$(?:\{[^}]{0,80}\}|(?i:(?:env:)?[A-Za-z_][A-Za-z0-9_:.]*))", add_unknown),
    rule(r"\$\([^)]*\)?", _expression),
)

_WORDS: Final[Dialect] = {
    _BARE: (
        rule(rf"[^ \t`{_SINGLE}{_DOUBLE}@$;|&\n#>]+", add),
        rule(r"[ \t]", end_word),
        rule(r"`[ \t]*\n", end_word),  # a backtick at the line end joins the lines
        rule(r"`(.?)", _escaped),
        rule(rf"[{_SINGLE}]([^{_SINGLE}]*(?:[{_SINGLE}]{{2}}[^{_SINGLE}]*)*)[{_SINGLE}]?", _single),
        rule(rf"[{_DOUBLE}]", begin_word, _QUOTED),
        rule(r"@(['\"])[ \t]*\n(.*?)\n\1@", _here_string),
        *_EXPANSIONS,
        rule(r"[;|&\n]", end_command),
        rule(r"#[^\n]*", skip, between_words=True),
        rule(r">", _output),
    ),
    _QUOTED: (
        rule(rf"[^`$\\{_DOUBLE}]+", add),
        rule(r"`(.?)", _escaped),
        *_EXPANSIONS,
        rule(r'\\(?=[`"]")', skip),  # \`" and \"": the quote of older versions
        rule(rf"[{_DOUBLE}]{{2}}", add_quote),
        rule(rf"[{_DOUBLE}]", begin_word, _BARE),
    ),
}


def split_powershell(text: str) -> list[Command]:
    """Never raises: an open quote reaches to the end of the text."""
    return read(text.replace("\r\n", "\n"), _WORDS, _BARE)
