"""What is wrong with the configuration or a credential, as data; and all of it in one exception."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from proxy.core.errors import ConfigError

type Path = tuple[str | int, ...]
"""Where a setting stands in the tree: `("signing", "recv_window_ms")`; a number counts in a list."""

_SHOWABLE_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong. `says` begins with the name of the setting and never repeats a value.

    `about` lists the settings that were looked at: the first is the place that is named to the person, and
    none is judged again when an earlier problem has made it unreadable.
    """

    about: tuple[Path, ...]
    says: str
    hint: str = ""


class ConfigErrors(ConfigError):  # noqa: N818  # a plural: the one holds the others
    """Several problems at once, each a `ConfigError` of its own. Its message has one line for each."""

    def __init__(self, problems: Iterable[ConfigError]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.message for problem in self.problems))


def raise_all(problems: Iterable[ConfigError]) -> None:
    """Raise what was found: nothing, the one error, or all of them together."""
    found = tuple(problems)
    if len(found) == 1:
        raise found[0]
    if found:
        raise ConfigErrors(found)


def dotted(path: Path) -> str:
    """A path the way people write it: `endpoints[0].needs`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def show_key(path: Path) -> str:
    """A setting's name for a message; a name that may be a pasted secret is not repeated."""
    steps = tuple(
        step if isinstance(step, int) or _SHOWABLE_KEY.fullmatch(step) else "(a name that is not shown)"
        for step in path
    )
    return dotted(steps)
