"""The whole on a toy: a tree of one module and its tests."""

import tomllib
from pathlib import Path

import pytest

from scripts.mutants import judge
from scripts.mutants.__main__ import main

CODE = """\
def price(count, each):
    if count > 10:
        return count * each - 5
    return count * each


def rest(of):
    while of > 3:
        of -= 3
    return of
"""
TESTS = """\
import sys
from shop.price import price, rest

def test_price():
    assert price(2, 7) == 14
    assert price(11, 7) == 72

def test_rest():
    assert rest(8) == 2
"""
ROOMS = '[[shop]]\ncode = ["shop/*.py"]\ntests = ["tests"]\n'
KILLED = """
[[fault]]
name = "no-discount"
module = "shop.price"
old = "return count * each - 5"
new = "return count * each"
harm = "the customer pays too much"
"""
SURVIVES = """
[[fault]]
name = "discount-from-ten"
module = "shop.price"
old = "if count > 10:"
new = "if count >= 10:"
harm = "the shop earns too little"
"""
HANGS = """
[[fault]]
name = "never-ends"
module = "shop.price"
old = "of -= 3"
new = "of -= 0"
harm = "the till stops"
"""


class Toy:
    """The tree, its tables, and what was printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.tree, self._tables, self._capsys = folder / "tree", folder, capsys
        for name, text in (("shop/__init__.py", ""), ("shop/price.py", CODE), ("tests/test_price.py", TESTS)):
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            (self.tree / name).write_text(text)

    def run(self, *options: str, named: str = "", known: str = "", rooms: str = ROOMS) -> tuple[int, str]:
        tables = []
        for name, text in (("rooms", rooms), ("named", named), ("known", known)):
            (self._tables / name).write_text(text)
            tables += [f"--{name}", str(self._tables / name)]
        code = main(["--tree", str(self.tree), "--workers", "1", *tables, *options])
        return code, self._capsys.readouterr().out


@pytest.fixture
def toy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Toy:
    return Toy(tmp_path, capsys)


@pytest.mark.slow
def test_planted_faults_are_killed_survive_and_hang(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "FACTOR", 1)
    monkeypatch.setattr(judge, "MORE_SECONDS", 8.0)
    before = {path: path.read_bytes() for path in toy.tree.rglob("*") if path.is_file()}
    code, said = toy.run("--named-only", named=KILLED + SURVIVES + HANGS)
    assert code == 1  # two of three are no 95 %, and one by hand lives
    row = next(line.split() for line in said.splitlines() if line.split()[:1] == ["shop"])
    assert row == ["shop", "0", "0", "3", "2", "1", "0", "1", "66.7"]
    lives, hung = said.split("These were noticed because the tests did not end:")
    assert "shop/price.py:2 [shop] discount-from-ten (by hand)" in lives
    assert "    harm: the shop earns too little\n    - if count > 10:\n    + if count >= 10:" in lives
    assert "never-ends" not in lives
    assert "shop/price.py:9 [shop] never-ends (by hand)" in hung
    assert {path: path.read_bytes() for path in toy.tree.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_a_drawn_fault_that_may_live_is_counted_apart_and_a_stale_reason_is_told(
    toy: Toy, tmp_path: Path
) -> None:
    (toy.tree / "shop/price.py").write_text("def price(count, each):\n    return count if each > 0 else 0\n")
    (toy.tree / "tests/test_price.py").write_text(
        "from shop.price import price\n\ndef test_price():\n    assert price(2, 7) == 2\n    assert price(2, -7) == 0\n"
    )
    line = "return count if each {} else {}"
    code, said = toy.run("--count", "100", "--survivors", str(tmp_path / "left"))
    assert code == 1
    lives = [line.format(">= 0", "0"), line.format("> 1", "0")]
    entries = (tmp_path / "left").read_text()
    assert [entry["new"].strip() for entry in tomllib.loads(entries)["fault"]] == lives
    assert all(f"    + {new}" in said for new in lives)
    assert toy.run(known=entries) == (2, f"known without a reason: shop.price price: {lives[0]}\n")

    known = entries.replace('why = ""', 'why = "it costs nothing"')
    first = entries.split("\n\n")[0] + "\n"
    known += first.replace(lives[0], line.format("> 0", "1")).replace('""', '"not so"')
    known += first.replace("each > 0", "each > 9").replace('""', '"was there once"')
    code, said = toy.run("--count", "100", known=known)
    assert code == 0
    row = next(cells for cells in map(str.split, said.splitlines()) if cells[:1] == ["shop"])
    assert row[-3:] == ["2", "0", "100.0"]
    stale = said.split("Reasons in known.toml that are stale:\n")[1].splitlines()
    assert stale[:2] == [
        f"gone: shop.price price: {line.format('> 9', '0')}",
        f"killed: shop.price price: {line.format('> 0', '1')}",
    ]


@pytest.mark.parametrize(
    ("named", "rooms", "says"),
    [
        (KILLED.replace("each - 5", "each - 6"), ROOMS, "the text to change stands 0 times in shop.price"),
        (
            KILLED.replace("- 5", "").replace('each "', 'each"'),
            ROOMS,
            "the text to change stands 2 times in shop.price",
        ),
        (KILLED.replace("shop.price", "shop.prices"), ROOMS, "no room has the module shop.prices"),
        ("", ROOMS.replace("*.py", "*.pyx"), "no code at shop/*.pyx"),
        ("", ROOMS.replace('["tests"]', '["tests/other"]'), "no tests at tests/other"),
        (
            "",
            ROOMS + ROOMS.replace("shop]]", "till]]"),
            "shop/__init__.py is claimed twice: by shop and till",
        ),
    ],
)
def test_a_table_that_does_not_fit_the_tree_is_told(toy: Toy, named: str, rooms: str, says: str) -> None:
    code, said = toy.run("--named-only", named=named, rooms=rooms)
    assert (code, says in said) == (2, True), said


@pytest.mark.slow
def test_tests_that_fail_by_themselves_judge_nothing(toy: Toy) -> None:
    (toy.tree / "tests/test_price.py").write_text("def test_price():\n    assert False\n")
    code, said = toy.run("--named-only", named=KILLED)
    assert code == 2
    assert "without any fault these fail: tests" in said
