"""Every entry of the hostile lists is accounted for, exactly once.

Those in octets are all in test_raw.py and test_limited.py. Of those in words each names the test that shows it
(`covered`), or why there is none yet.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.hostile.covered import GROUPS
from tests.hostile.entries import entries, limited_entries, raw_entries

ROOT = Path(__file__).resolve().parents[2]

COVERED = {entry: test for group in GROUPS for entry, test in group.COVERED.items()}

LATER = {
    "ws-03": "WebSocket is not proxied; an upgrade is refused (ws-01, ws-02)",
}


def test_every_entry_is_accounted_for_once() -> None:
    raw = [entry.id for entry in (*raw_entries(), *limited_entries())]
    accounted = [*raw, *(entry for group in GROUPS for entry in group.COVERED), *LATER]
    assert len(accounted) == len(set(accounted))
    assert set(accounted) == {entry.id for entry in entries()}
    assert (len(raw), len(entries())) == (123 + 176 + 51, 193 + 442)


@cache
def _tests_of(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize(("entry", "test"), COVERED.items(), ids=COVERED)
def test_the_named_test_exists(entry: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert name in _tests_of(ROOT / file), f"{entry}: {test} is gone; name the test that shows it now"
