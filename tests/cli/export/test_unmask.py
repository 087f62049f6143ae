"""`export unmask`; the way there and back is in test_bundle.py."""

import io
import sys
from pathlib import Path

import pytest

from proxy.evidence.unmask import keep_at_home
from tests.cli.conftest import Run


def test_a_text_from_standard_input(run: Run, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_at_home(journal, "b", {"account-1": "main"})
    text = io.TextIOWrapper(io.BytesIO(b"account-1\n\x1b[2J account-2\xff\n"))
    monkeypatch.setattr(sys, "stdin", text)
    said = run("export", "unmask", "b", "--journal", str(journal))
    assert said.code == 0
    assert said.out == "main\n\\x1b[2J account-2\ufffd\n"


def test_what_is_not_there_is_said(run: Run, journal: Path) -> None:
    assert "no mapping of a bundle" in run("export", "unmask", "b", "--journal", str(journal)).err
    keep_at_home(journal, "b", {})
    said = run("export", "unmask", "b", "missing", "--journal", str(journal))
    assert said.code == 2
    assert "the text cannot be read: No such file or directory" in said.err
