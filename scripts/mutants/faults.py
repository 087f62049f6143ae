"""A fault: one change of one file, and how to tell it again after the file was moved or formatted."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_LONGEST = 160
_AROUND = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """What names a fault: the module, the function, and the statement before and after, in one spelling."""

    module: str
    function: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one file."""

    room: str
    path: Path
    """From the root of the tree."""
    line: int
    operator: str
    mark: Mark
    text: str
    """The whole file with the fault in it."""
    tests: tuple[str, ...]
    name: str = ""
    """Of a fault written by hand."""
    harm: str = ""
    known: str = ""
    """Why it may live."""


@lru_cache(maxsize=256)
def spelled(text: str) -> list[str]:
    """The statements of a file, one a line, whatever its formatting. Raises SyntaxError."""
    return ast.unparse(ast.parse(text)).split("\n")


def difference(old: str, new: str) -> tuple[str, str] | None:
    """The statements that differ, before and after; None where nothing does. Raises SyntaxError."""
    before, after = spelled(old), spelled(new)
    changed = _changed(before, after)
    if changed is None:
        return None
    (first, last), (low, high) = changed
    was = " ; ".join(line.strip() for line in before[first:last])
    now = " ; ".join(line.strip() for line in after[low:high])
    return _shortened(was, now)


def line_of(old: str, new: str) -> int:
    """The number of the first line that differs, as an editor counts."""
    changed = _changed(old.split("\n"), new.split("\n"))
    return changed[0][0] + 1 if changed else 0


def _changed(before: list[str], after: list[str]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The range that differs, cut from both ends: a fault is in one place."""
    if before == after:
        return None
    same = min(len(before), len(after))
    first = next((number for number in range(same) if before[number] != after[number]), same)
    tail = 0
    while tail < same - first and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return (first, len(before) - tail), (first, len(after) - tail)


def _shortened(was: str, now: str) -> tuple[str, str]:
    """A table is one statement: of a long one, the change and what stands around it."""
    if max(len(was), len(now)) <= _LONGEST:
        return was, now
    same = min(len(was), len(now))
    head = next((number for number in range(same) if was[number] != now[number]), same)
    tail = 0
    while tail < same - head and was[-1 - tail] == now[-1 - tail]:
        tail += 1
    return _around(was, head, tail), _around(now, head, tail)


def _around(text: str, head: int, tail: int) -> str:
    start, end = max(0, head - _AROUND), min(len(text), len(text) - tail + _AROUND)
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
