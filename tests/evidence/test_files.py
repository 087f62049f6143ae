"""An export is written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from proxy.core.errors import UsageError
from proxy.evidence.files import write_export


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_export(tmp_path / "out", b"data", replace=False)
    finally:
        os.umask(before)
    assert (tmp_path / "out").read_bytes() == b"data"
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_existing_file_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_bytes(b"old")
    with pytest.raises(UsageError, match="exists already"):
        write_export(out, b"new", replace=False)
    assert out.read_bytes() == b"old"
    write_export(out, b"new", replace=True)
    assert out.read_bytes() == b"new"


def test_a_link_is_replaced_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"untouched")
    link.symlink_to(target)
    write_export(link, b"new", replace=True)
    assert target.read_bytes() == b"untouched"
    assert not link.is_symlink()


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("proxy.runtime.files.os.fsync", refuse)
    with pytest.raises(UsageError, match="No space left"):
        write_export(tmp_path / "out", b"data", replace=False)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_export(tmp_path / "nowhere" / "out", b"data", replace=False)
