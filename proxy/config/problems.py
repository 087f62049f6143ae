"""What is wrong with the configuration or a credential, as data; and all of it in one exception."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from proxy.core.errors import ConfigError
from proxy.core.key_shapes import could_be_key

type Path = tuple[str | int, ...]
"""Where a setting stands in the tree: `("signing", "recv_window_ms")`; a number counts in a list."""

_SETTING: Final = re.compile(r"[a-z][a-z_-]{0,39}|[A-Za-z_-]{1,14}")
"""What the name of a setting can look like, misspelt ones too; most passphrases have a digit or a sign."""
_GIVEN_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_NAMED: Final = frozenset({"accounts", "clients"})
"""Groups whose entries have names of the owner's choice."""
_NOT_SHOWN: Final = "(a name that is not shown)"


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
    """A setting's name for a message; a name that may be a pasted secret is not repeated: the line is told anyway.

    Shown is what looks like a setting or, below `accounts` and `clients`, like a name. A key can be shorter than
    Binance's 64 characters: tokens have 43, lines of PEM 64, Ed25519 seeds 44, and people's own 16 or more.
    """
    return dotted(tuple(_shown(step, path[:at]) for at, step in enumerate(path)))


def _shown(step: str | int, above: Path) -> str | int:
    if isinstance(step, int):
        return step
    form = _GIVEN_NAME if len(above) == 1 and above[0] in _NAMED else _SETTING
    return step if form.fullmatch(step) and not could_be_key(step) else _NOT_SHOWN
