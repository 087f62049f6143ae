"""A journal with a flow of each sort."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, run
from tests.evidence.records import write_journal

__all__ = ["Run", "run"]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    write_journal(tmp_path / "journal")
    return tmp_path / "journal"
