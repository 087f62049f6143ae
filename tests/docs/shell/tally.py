"""What becomes of each command of the pages, and how many there are of each kind: `python -m tests.docs` prints it."""

from collections import Counter
from enum import Enum
from typing import Final

from tests.docs.shell.blocks import PAGES, Command, commands
from tests.docs.shell.table import exception, may_be_run

BY_CODE: Final = "docs/errors.md"
"""Made by a script, one command a code; they are run in one process, by test_commands_of_errors.py."""
_OTHER_LANGUAGES: Final = ("docs/es/",)


class Fate(Enum):
    RUN = "run"
    REPEATED = "repeated"
    """The page of another language; run where the English one has it, word for word."""
    EXCEPTED = "excepted"
    OPEN = "open"
    """Nobody has said what is to become of it."""


def fate(command: Command) -> Fate:
    if exception(command) is not None:
        return Fate.EXCEPTED
    if command.page.startswith(_OTHER_LANGUAGES):
        english = command.page.replace("docs/es/", "docs/")
        same = english in PAGES and any(one.text == command.text for one in commands(english))
        return Fate.REPEATED if same else Fate.OPEN
    return Fate.RUN if may_be_run(command) else Fate.OPEN


def run_here(page: str) -> list[Command]:
    """Its commands that are run, in their order."""
    return [one for one in commands(page) if fate(one) is Fate.RUN]


def tally() -> str:
    """`run N, repeated R in other languages, excepted M: by reason`."""
    every = [one for page in PAGES for one in commands(page)]
    count = Counter(map(fate, every))
    reasons = Counter(reason for one in every if (reason := exception(one)) is not None)
    by_reason = "".join(f"\n  {number:4}  {reason}" for reason, number in reasons.most_common())
    return (
        f"{len(every)} commands in {len(PAGES)} pages: run {count[Fate.RUN]}, repeated in another language"
        f" {count[Fate.REPEATED]}, open {count[Fate.OPEN]}, excepted {count[Fate.EXCEPTED]}:{by_reason}"
    )
