"""Flags, environment variables and one YAML file become `Settings`, and the origin of each value is kept.

Order: flag > environment > file > default. Whatever is wrong is told at once, each problem with its place.
"""

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, Final

import msgspec

from proxy.config.checks import CHECKS
from proxy.config.convert import convert
from proxy.config.derived import policies
from proxy.config.environment_names import CLI_VARIABLE, cli_problem, of_binance_cli
from proxy.config.policy_checks import doubtful_policies
from proxy.config.problems import ConfigErrors, Path, Problem, dotted, raise_all
from proxy.config.renamed import take_old_names
from proxy.core.errors import ConfigError
from proxy.core.key_shapes import without_keys
from proxy.core.settings import Settings

__all__ = ["ConfigErrors", "Loaded", "Overrides", "load_settings"]

CONFIG_VARIABLE: Final = "SIGNING_PROXY_CONFIG"
DEFAULT_FILE: Final = "config.yaml"
"""Read from the working directory when neither flag nor variable names a file, if it is there."""

_PREFIX: Final = "SIGNING_PROXY_"
_OTHER_VARIABLES: Final = frozenset({CONFIG_VARIABLE, "SIGNING_PROXY_DEBUG"})


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line said; None where it said nothing."""

    config: str | None = None
    listen: str | None = None
    admin: str | None = None
    journal: str | None = None
    environment: str | None = None
    profile: tuple[str, ...] | None = None
    clients: str | None = None
    unsafe_upstream: str | None = None
    allow_host: tuple[str, ...] | None = None


class Loaded(msgspec.Struct, frozen=True):
    """Settings that passed every check.

    `origins` has the place of each value that is no default, by dotted name: `config.yaml:12`, `--listen`,
    `SIGNING_PROXY_LISTEN`.
    """

    settings: Settings
    origins: Mapping[str, str]
    path: FilePath | None
    warnings: tuple[str, ...] = ()
    looked_here: bool = True
    """Whether the file of the working directory would have been taken."""


class _Switch(msgspec.Struct, frozen=True):
    """One setting that also has a flag and an environment variable."""

    path: Path
    flag: str
    variable: str
    many: bool = False
    """It is a list: the variable holds its items with commas between them."""


SWITCHES: Final = {
    "listen": _Switch(("listen",), "--listen", "SIGNING_PROXY_LISTEN"),
    "admin": _Switch(("admin",), "--admin", "SIGNING_PROXY_ADMIN"),
    "journal": _Switch(("journal", "directory"), "--journal", "SIGNING_PROXY_JOURNAL"),
    "environment": _Switch(("environment",), "--environment", "SIGNING_PROXY_ENVIRONMENT"),
    "profile": _Switch(("policy", "profiles"), "--profile", "SIGNING_PROXY_PROFILE", many=True),
    "clients": _Switch(("clients_file",), "--clients", "SIGNING_PROXY_CLIENTS"),
    "allow_host": _Switch(("allow_hosts",), "--allow-host", ""),
    "unsafe_upstream": _Switch(("upstream", "unsafe_url"), "--unsafe-upstream", ""),
}
"""By field of `Overrides`. The unsafe upstream has no variable: it must be seen where it is set."""


def load_settings(
    overrides: Overrides | None = None, environ: Mapping[str, str] | None = None, *, look_here: bool = True
) -> Loaded:
    """Read, merge and check the configuration. Raises ConfigError, or ConfigErrors with several of them.

    `look_here`: the file of the working directory is taken where none is named.
    """
    overrides = overrides or Overrides()
    environ = os.environ if environ is None else environ
    path = _find_file(overrides, environ, look_here=look_here)
    data, lines = _read(path) if path else ({}, {})
    places: dict[Path, str] = {key: f"{path}:{line}" for key, line in lines.items()}
    for where, value, origin in _switched(overrides, environ):
        _put(data, where, value)
        places = {path: place for path, place in places.items() if path[: len(where)] != where}
        places[where] = origin
    renamed = take_old_names(data)
    named_elsewhere = tuple(_environment_of_binance_cli(data, environ, places))
    conversion = convert(data)
    problems = [*conversion.problems, *_failed_checks(conversion.settings, conversion.problems)]
    if "environment" not in data and (problem := cli_problem(environ)):
        problems.append(problem)
    raise_all(_located(problem, places) for problem in _in_order(problems, lines))
    origins = {dotted(given): _place(given, places) for given in conversion.given}
    warnings = (
        *_unknown_variables(environ),
        *renamed,
        *named_elsewhere,
        *doubtful_policies(conversion.settings),
        *_doubtful_limits(conversion.settings),
    )
    return Loaded(conversion.settings, origins, path, warnings, look_here)


def _find_file(overrides: Overrides, environ: Mapping[str, str], *, look_here: bool) -> FilePath | None:
    named = overrides.config or environ.get(CONFIG_VARIABLE)
    if named:
        return FilePath(named)
    here = FilePath(DEFAULT_FILE)
    return here if look_here and here.is_file() else None


def _read(path: FilePath) -> tuple[dict[str, Any], Mapping[Path, int]]:
    """The content of the file, and the line of each part."""
    from proxy.config.document import read_document  # noqa: PLC0415  # yaml, for those who have a file

    document = read_document(path)
    return _with_paths_resolved(document.data, path), document.lines


def _switched(
    overrides: Overrides, environ: Mapping[str, str]
) -> Iterator[tuple[Path, str | list[str], str]]:
    """Where, what and from where, for each setting that a flag or a variable gives."""
    for name in overrides.__struct_fields__:
        switch = SWITCHES.get(name)
        if switch is None:
            continue
        flag = getattr(overrides, name)
        if flag is not None:
            yield switch.path, list(flag) if isinstance(flag, tuple) else flag, switch.flag
        elif text := environ.get(switch.variable):
            items = [item.strip() for item in text.split(",")] if switch.many else text
            yield switch.path, items, switch.variable


def _environment_of_binance_cli(
    data: dict[str, Any], environ: Mapping[str, str], places: dict[Path, str]
) -> Iterator[str]:
    """Whoever uses Binance's own command line has said there which Binance is meant. It counts where nothing of ours
    says it; where something says otherwise, that is told: a key would go to another place than is thought."""
    theirs, path = of_binance_cli(environ), ("environment",)
    if theirs is None:
        return
    ours = data.get("environment")
    if ours is None:
        data["environment"] = theirs
        places[path] = CLI_VARIABLE
    elif ours != theirs:
        yield f"{CLI_VARIABLE} says {theirs} and is not used: {_place(path, places)} says which Binance is meant"


def _put(data: dict[str, Any], where: Path, value: str | list[str]) -> None:
    """Set one value in the tree. A group that is not a group is left alone and told about later."""
    room: Any = data
    for step in where[:-1]:
        if room.get(step) is None:
            room[step] = {}
        room = room[step]
        if not isinstance(room, dict):
            return
    room[where[-1]] = value


def is_path_setting(name: str) -> bool:
    return name.endswith("_file") or name == "directory"


def _with_paths_resolved(data: Any, path: FilePath) -> Any:
    """A copy in which paths count from the directory of the file that names them."""
    if isinstance(data, list):
        return [_with_paths_resolved(item, path) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        key: str(path.parent / FilePath(value).expanduser())
        if is_path_setting(key) and isinstance(value, str) and value
        else _with_paths_resolved(value, path)
        for key, value in data.items()
    }


def _failed_checks(settings: Settings, earlier: list[Problem]) -> Iterator[Problem]:
    """What the cross-checks find among the settings that could be read."""
    broken = {path for problem in earlier for path in problem.about}
    for check in CHECKS:
        for problem in check(settings):
            if not any(_inside(path, bad) for path in problem.about for bad in broken):
                yield problem


def _inside(path: Path, bad: Path) -> bool:
    """Whether one of the two stands in the other, so that a fault of one may be a fault of the other."""
    shorter = min(len(path), len(bad))
    return path[:shorter] == bad[:shorter]


def _in_order(problems: list[Problem], lines: Mapping[Path, int]) -> list[Problem]:
    """In the order of the file, then those that stand elsewhere."""
    last = max(lines.values(), default=0) + 1
    return sorted(problems, key=lambda problem: lines.get(_known(problem.about[0], lines), last))


def _known(path: Path, places: Mapping[Path, Any]) -> Path:
    """The path itself or its nearest part above that has a place."""
    while path and path not in places:
        path = path[:-1]
    return path


def _place(path: Path, places: Mapping[Path, str]) -> str:
    return places.get(_known(path, places), "default")


def _located(problem: Problem, places: Mapping[Path, str]) -> ConfigError:
    """Names of the owner's stand in what is said: one of them that could be a key is described there."""
    place = next((places[known] for path in problem.about if (known := _known(path, places))), "")
    says = without_keys(problem.says)
    return ConfigError(f"{place}: {says}" if place else says, without_keys(problem.hint))


def _doubtful_limits(settings: Settings) -> Iterator[str]:
    if any(policy.limits for _, policy in policies(settings)):
        from proxy.config.limit_doubts import doubtful_limits  # noqa: PLC0415  # not at start: most have no limits

        yield from doubtful_limits(settings)


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Variables that look like a misspelt one of ours.

    Others with our prefix are left alone: Kubernetes makes SIGNING_PROXY_PORT and more for a service of that name.
    """
    known = {switch.variable for switch in SWITCHES.values() if switch.variable} | _OTHER_VARIABLES
    endings = [name.removeprefix(_PREFIX) for name in known]
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in known:
            close = difflib.get_close_matches(name.removeprefix(_PREFIX), endings, n=1, cutoff=0.75)
            if close:
                yield f"{name} has no effect; did you mean {_PREFIX}{close[0]}?"
