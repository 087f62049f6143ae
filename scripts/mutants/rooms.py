"""Which tests answer for which code: the table rooms.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """Some files of a room, and the tests that answer for them, the quickest and nearest first."""

    room: str
    code: tuple[Path, ...]
    tests: tuple[str, ...]


def load_rooms(table: Path, tree: Path) -> list[Part]:
    """All parts, their patterns replaced by the files of the tree.

    Raises ValueError where a pattern finds nothing (a file was moved) or two rooms claim one file.
    """
    parts = [
        Part(room, tuple(_found(tree, entry["code"])), tuple(_existing(tree, entry["tests"])))
        for room, entries in tomllib.loads(table.read_text()).items()
        for entry in entries
    ]
    seen: dict[Path, str] = {}
    for part in parts:
        for path in part.code:
            if path in seen:
                raise ValueError(
                    f"{path.relative_to(tree)} is claimed twice: by {seen[path]} and {part.room}"
                )
            seen[path] = part.room
    return parts


def _found(tree: Path, patterns: list[str]) -> list[Path]:
    found = []
    for pattern in patterns:
        paths = sorted(path for path in tree.glob(pattern) if path.suffix == ".py")
        if not paths:
            raise ValueError(f"no code at {pattern}")
        found += paths
    return found


def _existing(tree: Path, tests: list[str]) -> list[str]:
    for test in tests:
        if not (tree / test.partition("::")[0]).exists():
            raise ValueError(f"no tests at {test}")
    return tests


def module_name(path: Path, tree: Path) -> str:
    """`proxy/core/wire.py` is `proxy.core.wire`; a package's face is the package."""
    parts = path.relative_to(tree).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
