"""What checks of the machine printed, as lines for a report; for the public form without what points at somebody."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from proxy.core.foreign import Foreign
from proxy.doctor import line_for_strangers

_MOST_LINES: Final = 400
_PRIVATE: Final = (
    (re.compile(r"\b[0-9]{1,3}(?:\.[0-9]{1,3}){3}\b"), "<ip>"),
    (re.compile(r"(?i)(?<![0-9a-z:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![0-9a-z:])"), "<ip>"),
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"), "<e-mail>"),
    (re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{4}\.\.\.[A-Za-z0-9]{4}(?![A-Za-z0-9])"), "<key>"),
    (re.compile(r"(?<![0-9A-Za-z.])[0-9]{6,}(?![0-9A-Za-z]|\.[0-9])"), "<number>"),
)
"""Addresses, mailboxes, ends of keys, account and order numbers. A time such as 12:00:00 has the form of an address,
so times are put back."""
_TIME: Final = re.compile(r"\b[0-2]?[0-9]:[0-5][0-9]:[0-5][0-9]\b")
_USUAL: Final = "default"
"""The name that the program itself gives to a lone account: it tells nothing."""
_NO_NAMES: Final = MappingProxyType[str, str]({})


def lines_of(
    text: str, home: str, *, private: bool, names: Mapping[str, str] = _NO_NAMES
) -> Sequence[Foreign]:
    """The lines. `home`: the path that is written as ~ in both forms. `names`: of accounts, with what stands for each
    in the public form."""
    if len(home) > 1:
        text = text.replace(home.rstrip("/"), "~")
    lines = text.splitlines()[:_MOST_LINES]
    return [Foreign(line if private else _public(_renamed(line, names))) for line in lines]


def _renamed(line: str, names: Mapping[str, str]) -> str:
    """Wherever a name stands as a word of its own; longer ones first, each place once."""
    told = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name != _USUAL)
    if not told:
        return line
    return re.sub(rf"(?<![\w-])(?:{told})(?![\w-])", lambda found: names[found[0]], line)


def _public(line: str) -> str:
    line = line_for_strangers(line)
    times = _TIME.findall(line)
    line = _TIME.sub("\0", line)
    for form, mark in _PRIVATE:
        line = form.sub(mark, line)
    for time in times:
        line = line.replace("\0", time, 1)
    return line
