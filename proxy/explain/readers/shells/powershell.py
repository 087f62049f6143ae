"""PowerShell words: single quotes, double quotes with backtick escapes, here-strings, `$variables`.

Rules: Microsoft, about_Quoting_Rules and about_Special_Characters. Before 7.3 PowerShell lost the quotes inside
arguments of native programs, so people write `\\"`; that is read as the quote they mean.
"""

import re
from typing import Final

from proxy.explain.readers.shells.words import Collector, Command

_SINGLE: Final = "'\u2018\u2019\u201a\u201b"
_DOUBLE: Final = '"\u201c\u201d\u201e'
_ESCAPES: Final = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
                   "v": "\v"}  # fmt: skip
_VARIABLE: Final = re.compile(r"\$(?:\{[^}]{0,80}\}|(?:env:)?[A-Za-z_][A-Za-z0-9_:.]*)", re.IGNORECASE)
_HERE: Final = re.compile(r"@(['\"])[ \t]*\n(.*?)\n\1@", re.DOTALL)


def split_powershell(text: str) -> list[Command]:
    """Never raises: an open quote reaches to the end of the text."""
    reader = _PowerShell(text.replace("\r\n", "\n"))
    while reader.at < len(reader.text):
        reader.step()
    return reader.out.finish()


class _PowerShell:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out = Collector()

    def step(self) -> None:
        letter = self.text[self.at]
        if letter in " \t":
            self.out.end_word()
            self.at += 1
        elif letter == "`":
            self._backtick()
        elif letter in _SINGLE:
            self._single()
        elif letter in _DOUBLE:
            self._double()
        elif here := _HERE.match(self.text, self.at):
            self.out.add(here[2])
            self.at = here.end()
        elif letter == "$":
            self._expansion()
        elif letter in ";|&\n":
            self.out.end_command(letter)
            self.at += 1
        elif letter == "#" and self.out.between_words:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
        elif letter == ">":
            self.out.redirect(reads=False)
            self.at += 1
        else:
            self.out.add(letter)
            self.at += 1

    def _backtick(self) -> None:
        end = self.at + 1
        while self.text[end : end + 1] in (" ", "\t"):
            end += 1
        if self.text[end : end + 1] == "\n":  # a backtick at the line end joins the lines
            self.out.end_word()
            self.at = end + 1
            return
        following = self.text[self.at + 1 : self.at + 2]
        self.out.add(_ESCAPES.get(following, following))
        self.at += 2

    def _single(self) -> None:
        letters: list[str] = []
        self.at += 1
        while self.at < len(self.text):
            if self.text[self.at] in _SINGLE:
                if self.text[self.at + 1 : self.at + 2] not in tuple(_SINGLE):
                    break
                self.at += 1  # doubled: the quote itself
            letters.append(self.text[self.at])
            self.at += 1
        self.at += 1
        self.out.add("".join(letters).replace('\\"', '"'))

    def _double(self) -> None:
        self.out.begin()
        self.at += 1
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == "`":
                following = self.text[self.at + 1 : self.at + 2]
                self.out.add("" if following == "\n" else _ESCAPES.get(following, following))
                self.at += 2
            elif letter == "$":
                self._expansion()
            elif letter == "\\" and self.text[self.at + 1 : self.at + 3] in ('`"', '""'):
                self.at += 1  # \`" and \"" : the quote of older versions
            elif letter in _DOUBLE:
                self.at += 1
                if self.text[self.at : self.at + 1] not in tuple(_DOUBLE):
                    return
                self.out.add('"')  # doubled: the quote itself
                self.at += 1
            else:
                self.out.add(letter)
                self.at += 1

    def _expansion(self) -> None:
        found = _VARIABLE.match(self.text, self.at)
        if found is not None:
            self.out.add_unknown(found[0][:42])
            self.at = found.end()
        elif self.text.startswith("$(", self.at):
            end = self.text.find(")", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            self.out.add_unknown("$(...)")
        else:
            self.out.add("$")
            self.at += 1
