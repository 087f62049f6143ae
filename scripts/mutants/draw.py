"""Draw faults evenly over the functions of a room.

The order depends on the seed and on the text of each function alone, so that a change elsewhere, or a move of
the file, leaves the draw of the other functions as it was.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, zip_longest
from pathlib import Path

import libcst as cst

from scripts.mutants.faults import Fault, Mark, difference, line_of
from scripts.mutants.rooms import Part, module_name
from scripts.mutants.sites import Site, sites

_EMPTY = cst.Module(body=[])


class File:
    """A source file and its changes, by function."""

    def __init__(self, path: Path, tree: Path, part: Part) -> None:
        self.path, self.part = path.relative_to(tree), part
        self.module = module_name(path, tree)
        self.text = path.read_text()

    @cached_property
    def sites(self) -> list[Site]:
        """All changes, in the order of the text."""
        return sites(self._parsed)

    @cached_property
    def _parsed(self) -> cst.Module:
        return cst.parse_module(self.text)

    def fault(self, site: Site) -> Fault | None:
        """None if the change does not compile or says the same."""
        changed = self._parsed.deep_replace(site.old, site.new)
        assert isinstance(changed, cst.Module)
        text = changed.code
        try:
            compile(text, str(self.path), "exec", dont_inherit=True)
            differs = difference(self.text, text)
        except SyntaxError:
            return None
        if differs is None:
            return None
        mark = Mark(self.module, site.function, *differs)
        return Fault(
            self.part.room, self.path, line_of(self.text, text), site.operator, mark, text, self.part.tests
        )


def draw_room(parts: Sequence[Part], tree: Path, seed: int, count: int) -> tuple[int, list[Fault]]:
    """How many faults are possible in a room, and so many of them."""
    files = [File(path, tree, part) for part in parts for path in part.code]
    return sum(len(file.sites) for file in files), draw(files, seed, count)


def draw(files: list[File], seed: int, count: int) -> list[Fault]:
    """So many faults of these files (fewer where there are no more): in turn one of each function."""
    functions: dict[tuple[str, str], tuple[File, list[Site]]] = {}
    for file in files:
        for site in file.sites:
            functions.setdefault((site.function, file.module), (file, []))[1].append(site)
    names = sorted(functions, key=lambda name: (_rank(seed, name[0]), name[1]))
    queues = [_faults(*functions[name], seed) for name in names]
    drawn: list[Fault] = []
    seen: set[tuple[Path, str]] = set()
    while queues and len(drawn) < count:
        for queue in list(queues):
            fault = next((fault for fault in queue if (fault.path, fault.text) not in seen), None)
            if fault is None:
                queues.remove(queue)
                continue
            seen.add((fault.path, fault.text))
            drawn.append(fault)
            if len(drawn) == count:
                break
    return drawn


def _faults(file: File, of_function: list[Site], seed: int) -> Iterator[Fault]:
    """The faults of one function: in turn one of each operator."""
    by_operator: dict[str, list[tuple[str, Site]]] = defaultdict(list)
    for number, site in enumerate(of_function):
        rank = _rank(seed, site.function, site.operator, _EMPTY.code_for_node(site.old), str(number))
        by_operator[site.operator].append((rank, site))
    names = sorted(by_operator, key=lambda name: _rank(seed, of_function[0].function, name))
    columns = [sorted(by_operator[name], key=lambda ranked: ranked[0]) for name in names]
    for ranked in chain.from_iterable(zip_longest(*columns)):
        if ranked is not None and (fault := file.fault(ranked[1])) is not None:
            yield fault


def _rank(seed: int, *words: str) -> str:
    return hashlib.sha256("\0".join((str(seed), *words)).encode()).hexdigest()
