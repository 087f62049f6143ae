"""The files of a first configuration: what is in each, and how they come to be there, all of them or none.

A folder of secrets that is made here has mode 0700, one that is there lets nobody else write; every file has mode
0600. The configuration is written last: until it is there, nothing that was written has a meaning.
"""

import contextlib
import json
import os
import re
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec

from proxy.clients.store import ClientStore, NewKey
from proxy.core.errors import ConfigError
from proxy.core.key_shapes import shown_place
from proxy.core.secret import Secret
from proxy.core.settings import ClientSettings
from proxy.credentials.generate import write_private
from proxy.platform import files as system, signals
from proxy.runtime.files import require_name
from proxy.setup.answers import SECRETS, Answers

CLIENTS: Final = f"{SECRETS}/clients.json"
"""Virtual secrets are some, too."""
_PLAIN: Final = re.compile(r"[A-Za-z_~/][A-Za-z0-9_./~-]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "~"})


class Written(msgspec.Struct, frozen=True):
    """What is there now. `key`: of the first client, as it is shown once."""

    config: Path
    files: tuple[Path, ...]
    key: NewKey | None


def config_text(answers: Answers) -> str:
    """The configuration, in the order of config.yaml.example."""
    lines = [
        "# Made by `signing-proxy init`. Every other setting, with its default: `signing-proxy config show`, and",
        "# config.yaml.example. Paths count from the directory of this file.",
        "",
        f"environment: {answers.environment}",
        "",
        "accounts:",
        f"  {_yaml(answers.account)}:",
        *(f"    {value.setting}: {_yaml(value.place)}" for value in answers.values),
        "",
    ]
    if answers.client is not None:
        lines += [
            "# Virtual keys: `signing-proxy clients add NAME` makes more.",
            f"clients_file: {CLIENTS}",
            "",
        ]
    lines += [
        "# What may be done, besides reading.",
        "policy:",
        f"  profiles: [{', '.join(answers.profiles)}]",
    ]
    if answers.explain != "header":
        lines += ["", "answers:", f"  explain: {answers.explain}"]
    if answers.unsafe_upstream is not None:
        lines += ["", "upstream:", f"  unsafe_url: {_yaml(answers.unsafe_upstream)}"]
    lines += ["", "journal:", "  directory: journal"]
    return "\n".join(lines) + "\n"


def require_free(config: Path) -> None:
    """Raises ConfigError where something would be overwritten, or nothing can be made."""
    require_name(config)
    if config.is_symlink() or config.exists():
        raise ConfigError(
            f"{shown_place(config)}: is there already, and nothing is overwritten",
            "change it with an editor, or choose another place with --dir or --config",
        )


def write_all(config: Path, answers: Answers, *, now_ms: int) -> Written:
    """All files, or none. Raises ConfigError; KeyboardInterrupt where it was interrupted, and nothing is left."""
    require_free(config)
    folder = config.parent
    contents = [
        (folder / value.place, value.content) for value in answers.values if value.content is not None
    ]
    made: list[Path] = []
    with _undisturbed() as came:
        try:
            _make_directory(folder, made)
            if contents or answers.waits_for is not None or answers.client is not None:
                _make_directory(folder / SECRETS, made, secrets=True)
            for path, content in contents:
                _write(path, content, made)
            key = _first_client(folder / CLIENTS, answers, made, now_ms=now_ms) if answers.client else None
            _write(config, Secret(config_text(answers).encode()), made)
            _give_way(came)
        except BaseException:
            _take_away(made)
            raise
    return Written(config, tuple(one for one in made if one.is_file()), key)


def _make_directory(path: Path, made: list[Path], *, secrets: bool = False) -> None:
    """With those above it that are missing; mode 0700."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    try:
        for one in reversed(missing):
            one.mkdir(mode=0o700)
            made.append(one)
    except OSError as error:
        raise ConfigError(
            f"{shown_place(path)}: cannot be made: {error.strerror}", "choose another --dir"
        ) from None
    if secrets:
        _require_own(path)
        if not os.path.lexists(path / ".gitignore"):
            _write(path / ".gitignore", Secret(b"*\n"), made)


def _require_own(folder: Path) -> None:
    """Whoever may write into it can take a secret away and put another in its place. Raises ConfigError."""
    facts = folder.stat()
    if not stat.S_ISDIR(facts.st_mode):
        raise ConfigError(f"{shown_place(folder)}: is there already and is no folder", "choose another --dir")
    if not system.is_own(facts) or system.is_writable_by_others(facts):
        raise ConfigError(
            f"{shown_place(folder)}: is there already, and other users can write into it",
            "make it your own (chmod 700), or choose another --dir",
        )


def _write(path: Path, content: Secret, made: list[Path]) -> None:
    try:
        write_private(str(path), content)
    except FileExistsError:
        raise ConfigError(
            f"{shown_place(path)}: is there already, and nothing is overwritten",
            "choose another --account or --dir",
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{shown_place(path)}: cannot be written: {error.strerror}", "choose another --dir"
        ) from None
    made.append(path)


def _first_client(path: Path, answers: Answers, made: list[Path], *, now_ms: int) -> NewKey:
    if path.is_symlink() or path.exists():
        raise ConfigError(
            f"{shown_place(path)}: is there already, and nothing is overwritten", "choose another --dir"
        )
    made.append(path)
    assert answers.client is not None
    return ClientStore(str(path)).add(answers.client, ClientSettings(), with_secret=True, now_ms=now_ms)


def _give_way(came: list[int]) -> None:
    if came:
        raise KeyboardInterrupt


def _take_away(made: list[Path]) -> None:
    """What was made here, the last first. A directory that holds something else stays."""
    for path in reversed(made):
        with contextlib.suppress(OSError):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()


@contextlib.contextmanager
def _undisturbed() -> Iterator[list[int]]:
    """Ctrl-C, SIGTERM and a terminal that goes away wait for the end of this block, which finds them in the list."""
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = {number: signal.signal(number, note) for number in signals.interrupting()}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _yaml(text: str) -> str:
    """A scalar of this YAML: bare where it cannot be read as anything else."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else json.dumps(text)
