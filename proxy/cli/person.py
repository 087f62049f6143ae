"""Questions to a person: on a terminal, or by lines from a pipe. What is secret is typed unseen.

Questions go to stderr, so that standard output stays for results.
"""

import contextlib
import sys
from collections.abc import Iterator
from getpass import getpass
from typing import Final

from proxy.cli import terminal
from proxy.core.errors import UsageError
from proxy.platform import terminal as console
from proxy.setup.answers import Wrong

_MOST_LINES: Final = 200
"""Of a PEM: an RSA key of 4096 bits has some 52."""


class Person:
    """Whoever sits at the terminal, or wrote the lines of the pipe. Raises UsageError where a pipe ends, or says
    something wrong: its next line is the answer to another question."""

    def __init__(self) -> None:
        self._on_terminal = sys.stdin is not None and sys.stdin.isatty()

    def ask(self, question: str, default: str, wrong: Wrong) -> str:
        while True:
            terminal.ask(f"{question}\n{f'[{default}] ' if default else ''}> ")
            answer = self._line().strip() or default
            if self._taken(wrong(answer)):
                return answer

    def ask_unseen(self, question: str, wrong: Wrong, *, whole_pem: bool = False) -> str:
        while True:
            with self._unseen():  # before the question: who is quick has typed by the time it stands there
                terminal.ask(f"{question}\n> ")
                answer = self._pem() if whole_pem else self._secret_line().strip()
            if self._on_terminal:
                terminal.ask("\n")
            if self._taken(wrong(answer)):
                return answer

    def tell(self, text: str) -> None:
        terminal.ask(f"{text}\n")

    def _taken(self, told: str) -> bool:
        if told and not self._on_terminal:
            raise UsageError(f"what standard input says cannot be used: {told}", "nothing was written")
        if told:
            terminal.say(f"  {told}")
        return not told

    def _pem(self) -> str:
        """Lines up to the END of the PEM, or one that is none."""
        lines = [self._line()]
        while lines[0].startswith("-----BEGIN") and not lines[-1].startswith("-----END"):
            if len(lines) == _MOST_LINES:
                break
            lines.append(self._line())
        return "\n".join(lines)

    def _secret_line(self) -> str:
        if self._on_terminal and not console.HIDES_TYPING:
            return getpass("")
        return self._line()

    def _line(self) -> str:
        try:
            line = sys.stdin.readline()
        except OSError:  # a terminal that went away, or belongs to another job
            line = ""
        if not line:
            raise UsageError(
                "standard input ended before the last question; nothing was written", "--yes asks nothing"
            )
        return line.rstrip("\r\n")

    @contextlib.contextmanager
    def _unseen(self) -> Iterator[None]:
        """Nothing typed is shown. What was typed ahead, or pasted in several lines, is kept: `getpass` drops it."""
        if not self._on_terminal:
            yield
            return
        with console.unseen(sys.stdin.fileno()):
            yield
