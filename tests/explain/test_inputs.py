"""Arguments, files, directories, archives and standard input."""

import io
import zipfile
from pathlib import Path

import pytest

from proxy.core.errors import UsageError
from proxy.explain.inputs import read_input


def read(given: str, stdin: bytes = b"") -> list[bytes]:
    return read_input(given, io.BytesIO(stdin))


def test_a_text_is_itself() -> None:
    assert read("curl http://h/é\udcff") == ["curl http://h/é".encode() + b"\xff"]
    assert read("a\nb") == [b"a\nb"]
    assert read("x" * 100_000) == [b"x" * 100_000]


def test_a_file_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\x00x")
    assert read(str(tmp_path / "f")) == [b"\x00x"]
    assert read("-", b"in") == [b"in"]


def test_a_directory_of_the_journal_is_one_text(tmp_path: Path) -> None:
    (tmp_path / "flows-2.jsonl").write_bytes(b"b")
    (tmp_path / "flows-1.jsonl").write_bytes(b"a")
    (tmp_path / "tag.key").write_bytes(b"secret")
    assert read(str(tmp_path)) == [b"a\nb"]
    with pytest.raises(UsageError, match="no journal files"):
        read(str(tmp_path / "..") if not list((tmp_path / "..").glob("*.jsonl")) else "/")


def zipped(**members: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return raw.getvalue()


def test_an_archive_s_journal_and_har_files() -> None:
    assert read("-", zipped(flows_jsonl=b"a", versions_json=b"b", x_har=b"c")) == [b"a", b"c"]


@pytest.mark.parametrize(
    "raw",
    [zipped(readme_md=b"x"), zipped(flows_jsonl=b"a")[:-30], b"PK\x03\x04"],
    ids=["nothing to explain", "cut short", "no archive"],
)
def test_other_archives_are_refused(raw: bytes) -> None:
    with pytest.raises(UsageError):
        read("-", raw)


def test_a_file_that_cannot_be_read_is_not_named_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    with pytest.raises(UsageError):
        read(str(tmp_path / "d"))
