"""What could be a key or secret, by its shape alone: the rule that decides what a message may repeat.

People give secrets where a path, a name or a variable belongs. A message that repeats the value puts it on the
screen, into the log of a build server, and into the next bug report. A word of a human language, a path or a name
may be repeated: without it a message helps nobody. So the rule looks for what no person would make up: a long
word without separators, or one in which letters, capitals and digits change places as only drawn ones do.
"""

import re
from collections.abc import Callable
from typing import Final

from proxy.core.printable import printable

_RUN: Final = re.compile(r"[A-Za-z0-9+/=_~-]{12,}")
_PEM: Final = re.compile(r"-----\s*BEGIN .*", re.DOTALL)
_FILLERS: Final = re.compile(r"[+=_~-]")
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_CHANGE: Final = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[a-z0-9])|(?<=[0-9])(?=[A-Za-z])")
_DRAWN: Final = 16, 0.3
"""Characters from which on a word with digits is looked at, and changes between small letters, capitals and digits
for each character: a drawn word has 0.45 (hex) to 0.62 (base 62) of them, names of files and settings up to 0.25."""
_DRAWN_LETTERS: Final = 16, 0.42
"""The same for a word of letters alone that is not in camel case (`getPayMethodById` has 0.5 of them)."""
_CAMEL: Final = re.compile(r"[A-Z]?[a-z]+(?:[A-Z][a-z]+)*")
_DRAWN_WHOLE: Final = 40, 0.42
"""The same for words with slashes between them, as base64 has; no path of an endpoint is so mixed."""
_LONG: Final = 24, 40
"""Letters and digits in a row that are no name any more: mixed ones, and any at all."""
_PATH: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f]+")
_SUFFIX: Final = re.compile(r"[^/]\.[a-z][a-z0-9]{1,11}\Z")
_LONGEST_NAME: Final = 20, 32
"""Characters from which on a drawn part of a name, and a drawn whole, are no name."""
_PARTS: Final = re.compile(r"[-_.]")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NOT_SHOWN: Final = "that looks like a key"


def could_be_key(text: str) -> bool:
    """Whether any part of the text has the shape of a key, secret, token or PEM."""
    return bool(_PEM.search(text)) or any(map(_is_drawn, _RUN.findall(text)))


def is_key_as_name(name: str) -> bool:
    """Whether a name that somebody gave to an account, client, variable or new file is no name but a key.

    Stricter than `could_be_key`, as a right name would be refused: a drawn part of 20 characters, or 32 in all.
    UUIDs are names: nobody gives them out as secrets, and programs name their clients so.
    """
    if _UUID.fullmatch(name):
        return False
    whole = len(name) >= _LONGEST_NAME[1] and could_be_key(name)
    return whole or any(len(part) >= _LONGEST_NAME[0] and could_be_key(part) for part in _PARTS.split(name))


def without_keys(text: str, is_place: Callable[[str], bool] = lambda _word: False) -> str:
    """The text with everything that could be a key described instead.

    `is_place` says of a word with a slash in it whether there is such a file or directory; its name may be repeated.
    """
    text = _PEM.sub("(a PEM text)", text)
    return " ".join(_word_without_keys(word, is_place) for word in text.split(" "))


def described(text: str) -> str:
    """What a value is like, in place of the value."""
    return f"(a text of {len(text)} characters{f' {_NOT_SHOWN}' if could_be_key(text) else ''})"


def shown_place(path: object, is_place: Callable[[str], bool] = lambda _word: False) -> str:
    """A path for a message: itself where it exists or is clearly a path, else what it is like.

    Clearly a path is what has a slash, or an ending such as `.yaml`, and no key in it.
    """
    text = str(path)
    if is_place(text):
        return printable(text)
    looks = "/" in text or text.startswith((".", "~")) or _SUFFIX.search(text) or text.isalpha()
    return printable(text) if looks and _PATH.fullmatch(text) and not could_be_key(text) else described(text)


def _word_without_keys(word: str, is_place: Callable[[str], bool]) -> str:
    if "/" in word and could_be_key(word) and is_place(word.strip("()'\",;:").partition(":")[0]):
        return word
    return _RUN.sub(lambda found: described(found[0]) if _is_drawn(found[0]) else found[0], word)


def _is_drawn(run: str) -> bool:
    return _changes_often(run.replace("/", ""), *_DRAWN_WHOLE) or any(map(_is_drawn_word, run.split("/")))


def _is_drawn_word(word: str) -> bool:
    longest = max(_WORD.findall(word), key=len, default="")
    too_long = len(longest) >= (_LONG[0] if _is_mixed(longest) else _LONG[1])
    if too_long or _is_mixed(plain := _FILLERS.sub("", word)):
        return too_long or _changes_often(word, *_DRAWN)
    return not _CAMEL.fullmatch(plain) and _changes_often(word, *_DRAWN_LETTERS)


def _changes_often(word: str, shortest: int, rate: float) -> bool:
    plain = _FILLERS.sub("", word)
    return len(plain) >= shortest and len(_CHANGE.findall(plain)) >= rate * len(plain)


def _is_mixed(word: str) -> bool:
    return not word.isalpha() and not word.isdigit()
