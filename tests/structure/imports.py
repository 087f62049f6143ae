"""The graph of imports of some folders, read from the source: nothing is imported for it."""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

type Graph = Mapping[str, frozenset[str]]
"""Module -> the modules that it imports, of those in the graph."""


def modules(root: Path, folder: str) -> dict[str, Path]:
    """Every module below this folder of `root`, by its dotted name. A package bears the name of its folder."""
    found = {}
    for path in sorted((root / folder).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def names_in(root: Path, folder: str) -> Mapping[str, frozenset[str]]:
    """Module -> the dotted names of all that it imports, from wherever. Read once: a tree does not change in a run."""
    found = {}
    for name, path in modules(root, folder).items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        found[name] = frozenset(imported(path.read_text("utf-8"), package))
    return found


def graph(root: Path, *folders: str) -> Graph:
    """Who imports whom. An import counts wherever it stands: in a function, in a branch, for types only.

    `from a import b` is an import of `a.b` where that is a module, else of `a`; that Python runs `a/__init__.py` on
    the way to `a.b` is none.
    """
    names = {name: found for folder in folders for name, found in names_in(root, folder).items()}
    return {
        name: frozenset(target for one in found if (target := _module_of(one, names)))
        for name, found in names.items()
    }


def imported(source: str, package: str) -> set[str]:
    """Dotted names of all that a source imports, those it takes out of a module with the module before them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            whole = _absolute(node, package)
            found |= {f"{whole}.{alias.name}" for alias in node.names}
    return found


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """The module of a `from ... import`: one dot is the package of the importing module, each more one further up."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _module_of(name: str, known: Collection[str]) -> str:
    """The module of the graph that is meant; empty for one outside."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def circles(edges: Graph) -> list[list[str]]:
    """Groups of modules of which each imports every other in the end; also single ones that import themselves.

    These are the strongly connected components (Kosaraju): walked against the arrows, in the reverse order of their
    ends, a walk from a module reaches just its own group.
    """
    back: dict[str, set[str]] = {name: set() for name in edges}
    for name, targets in edges.items():
        for target in targets:
            back[target].add(name)
    done: set[str] = set()
    found = []
    for name in reversed([*_walk(edges, list(edges), set())]):
        group = sorted(_walk(back, [name], done))
        if len(group) > 1 or any(one in edges[one] for one in group):
            found.append(group)
    return sorted(found)


def _walk(edges: Mapping[str, frozenset[str] | set[str]], starts: list[str], done: set[str]) -> Iterator[str]:
    """All that can be reached and is not done yet, each after what it reaches. Marks it as done."""
    for start in starts:
        if start in done:
            continue
        done.add(start)
        stack = [(start, iter(sorted(edges[start])))]
        while stack:
            name, targets = stack[-1]
            following = next((target for target in targets if target not in done), None)
            if following is None:
                stack.pop()
                yield name
            else:
                done.add(following)
                stack.append((following, iter(sorted(edges[following]))))
