"""The tables of this tree: each fault by hand can be put in, and each reason has its place."""

from pathlib import Path

import pytest

from scripts.mutants import __main__ as command
from scripts.mutants.draw import File
from scripts.mutants.rooms import load_rooms
from scripts.mutants.tables import Known, load_named

ROOT = Path(__file__).parents[3]
ROOMS = (
    "signing",
    "guard",
    "redaction",
    "routing",
    "holds",
    "weight",
    "journal",
    "platform",
    "chain",
    "clients",
    "corridor",
    "audit",
    "probing",
    "probes",
    "foreign",
    "evidence",
)


@pytest.fixture(scope="module")
def files() -> list[File]:
    parts = load_rooms(command.HERE / "rooms.toml", ROOT)
    assert tuple(dict.fromkeys(part.room for part in parts)) == ROOMS
    return [File(path, ROOT, part) for part in parts for path in part.code]


def test_each_fault_by_hand_can_be_put_in(files: list[File]) -> None:
    named = load_named(command.HERE / "named.toml", files)
    assert len({fault.name for fault in named}) == len(named) >= 34
    for fault in named:
        compile(fault.text, str(fault.path), "exec")
        assert fault.harm


def test_each_reason_speaks_of_a_statement_that_is_there(files: list[File]) -> None:
    assert Known.load(command.HERE / "known.toml").gone(files) == []
