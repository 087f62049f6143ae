"""What a person does after the tour: the command by its real path, where the journal is, and three steps."""

import shlex
from collections.abc import Iterator
from pathlib import Path


def next_steps(command: str, journal: Path) -> Iterator[str]:
    """Lines for a terminal. The journal lies in a directory that is removed when the demo ends."""
    yield f"The command is {command}"
    yield f"The journal is in {journal} while the demo stays up; then it is removed."
    yield "Next, in another terminal: what went through; what an error means; and, after Ctrl-C here, your own key:"
    yield f"  {command} logs --journal {shlex.quote(str(journal))}"
    yield f"  {command} explain -1022     # or a request, a log, any text with the error in it"
    yield f"  {command} init              # a few questions; then {command} run"
