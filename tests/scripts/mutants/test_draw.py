"""The draw: repeatable, even, without replacement."""

from collections import Counter
from pathlib import Path

import pytest

from scripts.mutants.draw import File, draw
from scripts.mutants.faults import Mark
from scripts.mutants.rooms import Part

LONG = "\n".join(f"    a = a + {number}" for number in range(30))
SOURCE = f"""\
def short(a):
    return a > 1


def long(a):
{LONG}
    return a


def middle(a, b):
    return a - b if a else b
"""


def _file(tree: Path, text: str = SOURCE, name: str = "code.py") -> File:
    (tree / name).write_text(text)
    return File(tree / name, tree, Part("room", (tree / name,), ("tests",)))


def _marks(file: File, seed: int, count: int) -> list[Mark]:
    return [fault.mark for fault in draw([file], seed, count)]


def test_the_same_seed_draws_the_same(tmp_path: Path) -> None:
    assert _marks(_file(tmp_path), 7, 20) == _marks(_file(tmp_path), 7, 20)


def test_another_seed_draws_others(tmp_path: Path) -> None:
    assert _marks(_file(tmp_path), 7, 20) != _marks(_file(tmp_path), 8, 20)


@pytest.mark.parametrize("seed", range(5))
def test_each_function_has_its_turn(tmp_path: Path, seed: int) -> None:
    """`long` has by far the most possible faults."""
    for count, each in ((3, 1), (6, 2)):
        drawn = Counter(mark.function for mark in _marks(_file(tmp_path), seed, count))
        assert drawn == {"short": each, "long": each, "middle": each}


def test_a_change_elsewhere_leaves_the_draw_of_a_function(tmp_path: Path) -> None:
    before = [mark for mark in _marks(_file(tmp_path), 3, 9) if mark.function != "middle"]
    other = SOURCE.replace("a - b if a else b", "a * b * 2 if b and a else f(b)")
    after = [mark for mark in _marks(_file(tmp_path, other), 3, 9) if mark.function != "middle"]
    assert before == after


def test_a_file_that_was_moved_is_drawn_alike(tmp_path: Path) -> None:
    def told(file: File) -> list[tuple[str, str, str]]:
        return [(mark.function, mark.old, mark.new) for mark in _marks(file, 5, 12)]

    assert told(_file(tmp_path)) == told(_file(tmp_path, name="moved.py"))


def test_nothing_is_drawn_twice_and_an_empty_room_ends(tmp_path: Path) -> None:
    drawn = draw([_file(tmp_path)], 1, 100_000)
    assert len(drawn) < 500
    assert len({fault.text for fault in drawn}) == len(drawn)


def test_what_is_no_python_or_says_the_same_is_not_drawn(tmp_path: Path) -> None:
    """`return` for `break` at the end of a module is no Python, `dict(aXX=1)` is; `(a or True)` of True is said once."""
    drawn = draw([_file(tmp_path, "for a in b:\n    break\nc = dict(d=1)\n")], 1, 100)
    assert all("return" not in fault.mark.new for fault in drawn)
    for fault in drawn:
        compile(fault.text, "code.py", "exec")
        assert fault.mark.old != fault.mark.new
