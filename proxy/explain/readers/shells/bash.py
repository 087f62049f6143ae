r"""POSIX shell words: single quotes, double quotes, `$'...'`, backslashes, operators, comments.

Rules: POSIX.1-2017, Shell Command Language 2.2 and 2.3; `$'...'` as in the Bash manual, 3.1.2.4.
Variables are resolved where the text itself assigns a plain value; anything else stays unknown.
"""

import re
from typing import Final

from proxy.explain.readers.shells.words import Collector, Command

_ASSIGNMENT: Final = re.compile(r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=")
_VARIABLE: Final = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
_ANSI: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|c(.)|(.))", re.DOTALL
)
_ANSI_LETTERS: Final = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r",
                        "t": "\t", "v": "\v"}  # fmt: skip
_ESCAPED_IN_DOUBLE: Final = '$`"\\'
_OPERATORS: Final = re.compile(r"&&|\|\||;;|[;&|()\n]")
_REDIRECTION: Final = re.compile(r"&>>?|<<<|<<-?|<&|>&|<>|>>|>\||[<>]")


def split_bash(text: str) -> list[Command]:
    """Never raises: an open quote reaches to the end of the text."""
    reader = _Bash(text.replace("\r\n", "\n"))
    while reader.at < len(reader.text):
        reader.step()
    return reader.out.finish()


class _Bash:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out = Collector()
        self.known: dict[str, str] = {}
        self._in_value = False

    def step(self) -> None:
        letter = self.text[self.at]
        if self.out.between_words and not self._in_value and self._comment_or_assignment(letter):
            return
        if letter in " \t":
            self.out.end_word()
            self.at += 1
        elif letter == "\\":
            self._backslash()
        elif letter == "'":
            self._single()
        elif letter == '"':
            self._double()
        elif self.text.startswith("$'", self.at):
            self._ansi()
        elif letter in "$`":
            self._expansion()
        elif not self._operator():
            self.out.add(letter)
            self.at += 1

    def _comment_or_assignment(self, letter: str) -> bool:
        if letter == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end
            return True
        found = _ASSIGNMENT.match(self.text, self.at) if self.out.at_first_word else None
        if found is None:
            return False
        held, self.out, self.at, self._in_value = self.out, Collector(), found.end(), True
        while self.at < len(self.text) and not self._word_ends():
            self.step()
        value, self.out, self._in_value = self.out.finish(), held, False
        words = value[0].words if value else []
        if len(words) <= 1 and not any(word.unknown for word in words):
            self.known[found[1]] = words[0].text if words else ""
        else:
            self.known.pop(found[1], None)
        return True

    def _word_ends(self) -> bool:
        return self.text[self.at] in " \t\n;&|()<>"

    def _backslash(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following != "\n":  # a backslash before a line end joins the lines
            self.out.add(following or "\\")
        self.at += 2

    def _single(self) -> None:
        end = self.text.find("'", self.at + 1)
        end = len(self.text) if end < 0 else end
        self.out.add(self.text[self.at + 1 : end])
        self.at = end + 1

    def _ansi(self) -> None:
        end = self.at + 2
        while end < len(self.text) and self.text[end] != "'":
            end += 2 if self.text[end] == "\\" else 1
        self.out.add(ansi_c(self.text[self.at + 2 : end]))
        self.at = end + 1

    def _double(self) -> None:
        self.out.begin()
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != '"':
            letter = self.text[self.at]
            if letter in "$`":
                self._expansion()
                continue
            if letter == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                if following in _ESCAPED_IN_DOUBLE or following == "\n":
                    self.out.add("" if following == "\n" else following)
                    self.at += 2
                    continue
            self.out.add(letter)
            self.at += 1
        self.at += 1

    def _expansion(self) -> None:
        found = _VARIABLE.match(self.text, self.at)
        if found is not None:
            name = found[1] or found[2]
            if name in self.known:
                self.out.add(self.known[name])
            else:
                self.out.add_unknown(f"${name[:40]}")
            self.at = found.end()
        elif self.text.startswith(("$(", "${"), self.at):
            closing = ")" if self.text[self.at + 1] == "(" else "}"
            self.at = _closing(self.text, self.at + 1, closing)
            self.out.add_unknown("$(...)" if closing == ")" else "${...}")
        elif self.text[self.at] == "`":
            end = self.text.find("`", self.at + 1)
            self.at = len(self.text) if end < 0 else end + 1
            self.out.add_unknown("`...`")
        else:
            self.out.add("$")
            self.at += 1

    def _operator(self) -> bool:
        found = _REDIRECTION.match(self.text, self.at)
        if found is not None:
            self.out.redirect(reads=found[0].startswith("<"), here=found[0] == "<<<")
            self.at = found.end()
            return True
        found = _OPERATORS.match(self.text, self.at)
        if found is None:
            return False
        self.out.end_command(found[0])
        self.at = found.end()
        return True


def _closing(text: str, at: int, closing: str) -> int:
    """The place behind the bracket that closes the one at `at`; quotes inside are stepped over."""
    opening, depth, quote = text[at], 0, ""
    for place in range(at, len(text)):
        letter = text[place]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == opening:
            depth += 1
        elif letter == closing:
            depth -= 1
            if depth == 0:
                return place + 1
    return len(text)


def ansi_c(text: str) -> str:
    """The text of `$'...'`. `\\xNN` and octal give octets, kept as surrogates where they are not ASCII."""
    return _ANSI.sub(_ansi_letter, text)


def _ansi_letter(found: re.Match[str]) -> str:
    octet, short, long, octal, control, letter = found.groups()
    if octet or octal:
        value = int(octet, 16) if octet else int(octal, 8) & 0xFF
        return bytes((value,)).decode("utf-8", "surrogateescape")
    if short or long:
        value = int(short or long, 16)
        return chr(value) if value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF else "\ufffd"
    if control:
        return chr(ord(control) & 0x1F)
    return _ANSI_LETTERS.get(letter, letter if letter in "'\"\\?" else "\\" + letter)
