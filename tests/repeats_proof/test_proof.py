"""A sample of `make repeat-proof`, without the libraries."""

import sys
from pathlib import Path

from tests.repeats_proof.proof import Program, prove

PLAIN = Program("plain", (sys.executable, str(Path(__file__).with_name("plain_client.py"))))


async def test_nothing_is_placed_twice_and_nothing_refused_that_had_not_happened(tmp_path: Path) -> None:
    found = await prove([PLAIN], 40, tmp_path, seed=1, at_once=20)
    assert found.wrong == []
    assert found.lost_orders >= 25


async def test_without_the_guard_it_finds_what_was_placed_twice(tmp_path: Path) -> None:
    found = await prove([PLAIN], 8, tmp_path, seed=1, at_once=8, guard=False)
    assert any("placed 2 times" in one for one in found.wrong)
