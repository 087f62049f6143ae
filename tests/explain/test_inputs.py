"""Arguments, files, directories, archives and standard input."""

import bz2
import gzip
import io
import lzma
import os
import tracemalloc
import zipfile
from collections.abc import Callable
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


@pytest.mark.parametrize("name", ["../../escaped.jsonl", "/tmp/escaped.jsonl", "..\\escaped.jsonl"])
def test_names_in_an_archive_lead_nowhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read where it is, and nothing is unpacked."""
    monkeypatch.chdir(tmp_path)
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr(name, b"a")
    assert read("-", raw.getvalue()) == [b"a"]
    assert list(tmp_path.rglob("*")) == []


def test_the_har_of_a_bundle_is_the_same_once_more() -> None:
    assert read("-", zipped(flows_jsonl=b"a", flows_har=b"b", other_har=b"c")) == [b"a", b"c"]
    assert read("-", zipped(flows_har=b"b")) == [b"b"]


def test_the_audits_sweeps_are_no_requests_to_judge() -> None:
    assert read("-", zipped(**{"t/flows_jsonl": b"a", "t/audit-20261129_jsonl": b"b"})) == [b"a"]


def test_two_journals_in_an_archive_are_both_read() -> None:
    assert read("-", zipped(flows_jsonl=b"a", flows2_jsonl=b"b")) == [b"a", b"b"]


def test_an_archive_that_would_fill_the_memory_is_refused() -> None:
    raw = io.BytesIO()
    with (
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("flows.jsonl", "w") as member,
    ):
        for _ in range(65):
            member.write(bytes(1 << 20))
    assert len(raw.getvalue()) < 1 << 20
    with pytest.raises(UsageError, match="more than 64 MiB"):
        read("-", raw.getvalue())


def understated(megabytes: int) -> bytes:
    """An archive that says of its member that it has 1000 octets."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("flows.jsonl", bytes(megabytes << 20))
    lying = bytearray(raw.getvalue())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = lying.index(mark) + at
        lying[place : place + 4] = (1000).to_bytes(4, "little")
    return bytes(lying)


def test_what_an_archive_says_of_its_sizes_is_not_believed() -> None:
    lying = understated(300)
    tracemalloc.start()
    try:
        with pytest.raises(UsageError, match="cannot be read"):
            read("-", lying)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 200 << 20


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_come_at_once_are_not_unpacked(method: int) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        archive.writestr("flows.jsonl", b"a")
    with pytest.raises(UsageError, match="packed in an unusual way"):
        read("-", raw.getvalue())


def test_an_archive_of_very_many_members_is_refused() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for number in range(1001):
            archive.writestr(f"{number}.jsonl", b"")
    with pytest.raises(UsageError, match="more than 1000"):
        read("-", raw.getvalue())


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_packed_otherwise_is_named(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UsageError, match="packed with") as told:
        read("-", pack(b"x"))
    assert told.value.hint.startswith("unpack it")


def test_the_files_of_a_directory_are_bounded_together(tmp_path: Path) -> None:
    for number in range(5):
        with (tmp_path / f"flows-{number}.jsonl").open("wb") as file:
            file.truncate(20 << 20)
    with pytest.raises(UsageError, match="larger than 64 MiB") as told:
        read(str(tmp_path))
    assert "one of its files" in told.value.hint


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_a_directory_with_something_else_in_it_is_not_waited_for(tmp_path: Path, kind: str) -> None:
    at = tmp_path / "flows-1.jsonl"
    if kind == "pipe":
        os.mkfifo(at)
    else:
        at.mkdir()
    with pytest.raises(UsageError):
        read(str(tmp_path))


def test_an_archive_with_a_password_is_refused() -> None:
    raw = bytearray(zipped(flows_jsonl=b"a"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the flag of encryption, in both heads
        raw[raw.index(mark) + at] |= 1
    with pytest.raises(UsageError, match="cannot be read"):
        read("-", bytes(raw))


def test_a_file_that_cannot_be_read_is_not_named_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    with pytest.raises(UsageError):
        read(str(tmp_path / "d"))
