"""The loop that reads a command line by a table: in each state of quoting, patterns and what their text does.

A dialect is such a table for each state. Rules are tried in order, the first that matches is followed; what none
matches is a letter of the word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from proxy.explain.readers.shells.words import Collector, Command

type Action = Callable[[Collector, re.Match[str]], None]
type Dialect = Mapping[str, tuple[Rule, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`then` is the state that follows; None: the same one."""

    pattern: re.Pattern[str]
    act: Action
    then: str | None = None
    between_words: bool = False  # holds only where no word has begun


def rule(pattern: str, act: Action, then: str | None = None, *, between_words: bool = False) -> Rule:
    """A rule from a pattern in which `.` is any character, a line end too."""
    return Rule(re.compile(pattern, re.DOTALL), act, then, between_words)


def read(text: str, dialect: Dialect, state: str) -> list[Command]:
    """The commands of a text. Never raises: an open quote reaches to the end of the text."""
    out = Collector()
    at = 0
    while at < len(text):
        for one in dialect[state]:
            found = one.pattern.match(text, at)
            if found is not None and (out.between_words or not one.between_words):
                one.act(out, found)
                at, state = found.end(), one.then or state
                break
        else:
            out.add(text[at])
            at += 1
    return out.finish()


def add(out: Collector, found: re.Match[str]) -> None:
    out.add(found[0])


def add_first_group(out: Collector, found: re.Match[str]) -> None:
    out.add(found[1])


def add_quote(out: Collector, found: re.Match[str]) -> None:
    out.add('"')


def add_unknown(out: Collector, found: re.Match[str]) -> None:
    out.add_unknown(found[0][:42])


def begin_word(out: Collector, found: re.Match[str]) -> None:
    out.begin()


def end_word(out: Collector, found: re.Match[str]) -> None:
    out.end_word()


def end_command(out: Collector, found: re.Match[str]) -> None:
    out.end_command(found[0])


def skip(out: Collector, found: re.Match[str]) -> None:
    pass
