"""The graph of imports and its circles, on small trees written here."""

from pathlib import Path

import pytest

from tests.structure.imports import circles, graph, imported


def tree(root: Path, sources: dict[str, str]) -> Path:
    for name, source in sources.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(source)
    return root


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b.c", {"a.b.c"}),
        ("import a, b as c", {"a", "b"}),
        ("from a.b import c, d as e", {"a.b.c", "a.b.d"}),
        ("from a import *", {"a.*"}),
        ("from . import x", {"house.room.x"}),
        ("from .x import y", {"house.room.x.y"}),
        ("from ..other import y", {"house.other.y"}),
        ("from .. import other", {"house.other"}),
        ("def f():\n    import late", {"late"}),
        ("if TYPE_CHECKING:\n    from a import T", {"a.T"}),
        ("text = 'import a'  # import b", set()),
    ],
)
def test_what_a_source_imports(source: str, names: set[str]) -> None:
    assert imported(source, "house.room") == names


def test_the_graph_has_modules_of_its_folders_alone(tmp_path: Path) -> None:
    sources = {
        "house/__init__.py": "from house.room import door",
        "house/room/__init__.py": "from . import door\nimport json",
        "house/room/door.py": "from house.room.lock import Key, shut\nfrom other import x",
        "house/room/lock.py": "import house.room.lock",
        "house/room/plain.txt": "import house",
        "other.py": "import house.room",
    }
    assert graph(tree(tmp_path, sources), "house") == {
        "house": {"house.room.door"},
        "house.room": {"house.room.door"},
        "house.room.door": {"house.room.lock"},
        "house.room.lock": {"house.room.lock"},
    }


@pytest.mark.parametrize(
    ("taken", "found"),
    [
        ("from face.other import help", []),
        ("from face import other", []),
        ("from face import CONSTANT", [["face", "face.room"]]),
        ("import face", [["face", "face.room"]]),
    ],
)
def test_what_a_package_shows_is_a_circle_only_for_who_takes_it_from_there(
    taken: str, found: list[list[str]], tmp_path: Path
) -> None:
    sources = {
        "face/__init__.py": "from face.room import make\nCONSTANT = 1",
        "face/room.py": taken,
        "face/other.py": "help = 1",
    }
    assert circles(graph(tree(tmp_path, sources), "face")) == found


def test_a_circle_may_go_through_two_folders(tmp_path: Path) -> None:
    sources = {"one/a.py": "import two.b", "two/b.py": "from one import a", "two/c.py": "import two.b"}
    assert circles(graph(tree(tmp_path, sources), "one", "two")) == [["one.a", "two.b"]]
    assert circles(graph(tmp_path, "two")) == []


@pytest.mark.parametrize(
    ("arrows", "groups"),
    [
        ("", []),
        ("ab bc ac", []),
        ("ab bc cd ad bd", []),
        ("aa", ["a"]),
        ("ab ba", ["ab"]),
        ("ab bc ca cd", ["abc"]),
        ("ab ba cd dc bc", ["ab", "cd"]),
        ("ab bc cb ca", ["abc"]),
        ("da ab bc ca ce ef fe", ["abc", "ef"]),
        ("ab bc cd de ef fa", ["abcdef"]),
    ],
)
def test_circles(arrows: str, groups: list[str]) -> None:
    names = set(arrows) - {" "}
    pairs = arrows.split()
    edges = {name: frozenset(pair[1] for pair in pairs if pair[0] == name) for name in sorted(names)}
    assert circles(edges) == [list(group) for group in groups]


def test_a_long_circle_is_walked() -> None:
    names = [f"m{number:05}" for number in range(3000)]
    edges = {name: frozenset({after}) for name, after in zip(names, [*names[1:], names[0]], strict=True)}
    assert circles(edges) == [names]
