"""Bundles, packed and unpacked: lines by their chain, files by their sums."""

import hashlib
import io
import random
import subprocess
import zipfile
from pathlib import Path

import pytest

from proxy.core.errors import UsageError
from proxy.journal.bundle_check import verify_folder, verify_zip
from proxy.journal.checkpoint_key import CheckpointKey
from proxy.journal.seal import Seal
from tests.journal.lines import START_MS, flow
from tests.tamper_proof.bundles import FOLDER, bundle, packed
from tests.tamper_proof.journals import Files

SEED = bytes(range(32))
KEY = CheckpointKey(SEED).public


@pytest.fixture
def right() -> Files:
    return bundle(SEED, random.Random(1))


def breaks(tmp_path: Path, files: Files, *keys: str) -> list[tuple[str, str]]:
    """What is found in the zip; in the unpacked folder it is the same."""
    (tmp_path / "bundle.zip").write_bytes(packed(files))
    found = verify_zip(tmp_path / "bundle.zip", keys).breaks
    folder = tmp_path / "unpacked"
    folder.mkdir()
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(folder)
    assert verify_folder(folder / FOLDER, keys).breaks == found
    return [(one.file, one.says) for one in found]


def with_sums(files: Files) -> Files:
    """The sums made to fit, as anybody can."""
    rest = {name: octets for name, octets in files.items() if not name.startswith("SHA256SUMS")}
    sums = [f"{hashlib.sha256(octets).hexdigest()}  {name}\n" for name, octets in rest.items()]
    return files | {"SHA256SUMS": "".join(sums).encode()}


def test_a_right_one_has_no_break_and_sha256sum_agrees(tmp_path: Path, right: Files) -> None:
    assert breaks(tmp_path, right, KEY) == []
    folder = tmp_path / "unpacked" / FOLDER
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.count(b": OK")) == (0, 4)


def test_each_file_is_held_against_its_sum(tmp_path: Path, right: Files) -> None:
    changed = right | {"README.md": b"other", "invoice.pdf": b"%PDF"}
    del changed["versions.json"]
    assert breaks(tmp_path, changed) == [
        ("README.md", "was changed: it does not have the sum that SHA256SUMS says"),
        ("versions.json", "is missing: SHA256SUMS has it"),
        ("invoice.pdf", "was put in: SHA256SUMS does not have it"),
    ]


def test_sums_that_were_made_to_fit_are_not_what_was_signed(tmp_path: Path, right: Files) -> None:
    changed = with_sums(right | {"README.md": b"other"})
    assert breaks(tmp_path, changed) == [
        ("SHA256SUMS.seal.json", "the signature does not fit: SHA256SUMS is not what was signed")
    ]


@pytest.mark.parametrize("gone", ["SHA256SUMS", "SHA256SUMS.seal.json"])
def test_sums_that_were_taken_away_are_missed(tmp_path: Path, right: Files, gone: str) -> None:
    del right[gone]
    assert (gone, "is missing, though the bundle was made with it") in breaks(tmp_path, right)


def test_a_line_is_told_by_its_number(tmp_path: Path, right: Files) -> None:
    right["flows.jsonl"] = right["flows.jsonl"].replace(b'"r-7"', b'"r-8"')
    assert ("flows.jsonl", "this line was changed after it was written") in breaks(tmp_path, right)


def test_no_kill_excuses_a_cut_in_a_bundle(tmp_path: Path, right: Files) -> None:
    lines = right["flows.jsonl"].splitlines(keepends=True)
    changed = with_sums(right | {"flows.jsonl": b"".join(lines[:-3])})
    assert any("without its closing line" in says for _, says in breaks(tmp_path, changed))


def test_the_key_is_held_against_the_one_that_is_known(tmp_path: Path) -> None:
    other = bundle(bytes(32), random.Random(1))
    found = breaks(tmp_path, other, KEY)
    assert [file for file, _ in found] == ["flows.jsonl", "SHA256SUMS.seal.json"]
    assert all("is signed with another key than" in says for _, says in found)


def test_sums_of_another_bundle_are_told(tmp_path: Path, right: Files) -> None:
    other = with_sums(right)
    other["SHA256SUMS.seal.json"] = Seal(CheckpointKey(bytes(32)), of_journal=True).sums(other["SHA256SUMS"])
    key = CheckpointKey(bytes(32)).public
    assert breaks(tmp_path, other) == [
        ("SHA256SUMS.seal.json", f"is signed with another key than the lines: {key}")
    ]


def test_one_without_sums_says_so(tmp_path: Path) -> None:
    seal = Seal(CheckpointKey(SEED), of_journal=True)
    (tmp_path / "flows.jsonl").write_bytes(seal.lines([flow(1).line], START_MS, sums=False))
    report = verify_folder(tmp_path)
    assert report.breaks == []
    assert report.remarks[0].says == "is not in this bundle: of its files, the lines alone can be verified"


def test_one_from_before_there_were_chains_says_so(tmp_path: Path) -> None:
    (tmp_path / "flows.jsonl").write_bytes(flow(1).line + b"\n")
    report = verify_folder(tmp_path)
    assert (report.breaks, report.unchained) == ([], ["flows.jsonl"])


def test_an_octet_of_the_zip_that_rotted_is_told(tmp_path: Path, right: Files) -> None:
    octets = packed(right)
    path = tmp_path / "bundle.zip"
    at = octets.index(b"flows.jsonl") + 300
    path.write_bytes(octets[:at] + bytes([octets[at] ^ 0x55]) + octets[at + 1 :])
    (one,) = verify_zip(path).breaks
    assert "the zip is damaged" in one.says
    assert (one.file, one.line) == ("bundle.zip", 0)


def test_links_and_folders_in_an_unpacked_one(tmp_path: Path, right: Files) -> None:
    for name, octets in right.items():
        (tmp_path / name).write_bytes(octets)
    (tmp_path / "empty").mkdir()
    assert verify_folder(tmp_path).breaks == []
    (tmp_path / "more").symlink_to(tmp_path / "empty")
    assert [(one.file, one.says) for one in verify_folder(tmp_path).breaks] == [
        ("more", "was put in: SHA256SUMS does not have it")
    ]


def test_what_is_no_bundle_is_said(tmp_path: Path, right: Files) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(right)[:200])
    with pytest.raises(UsageError, match="no zip that can be read"):
        verify_zip(path)
    path.write_bytes(packed({"other.txt": b""}))
    with pytest.raises(UsageError, match=r"no flows\.jsonl in it"):
        verify_zip(path)


def test_names_that_stand_twice_are_told(tmp_path: Path) -> None:
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr("a/flows.jsonl", b"")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a/flows.jsonl", b"x")
    (tmp_path / "bundle.zip").write_bytes(octets.getvalue())
    (one,) = verify_zip(tmp_path / "bundle.zip").breaks
    assert one.says == "the zip is damaged: a name stands twice in it"


def test_a_huge_one_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(1001):
            archive.writestr(f"a/{number}", b"")
    with pytest.raises(UsageError, match="larger than"):
        verify_zip(tmp_path / "bundle.zip")


@pytest.mark.parametrize(
    "folder",
    ["../ticket", "/ticket", "ticket/../..", "..\\ticket", "C:/ticket", "ticket\x1b[31m", "ticket\n"],
)
def test_one_that_unpacks_elsewhere_is_told(tmp_path: Path, right: Files, folder: str) -> None:
    """Sums and seal do not hold the folder's name."""
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        for name, octets in right.items():
            archive.writestr(f"{folder}/{name}", octets)
    (one,) = verify_zip(tmp_path / "bundle.zip").breaks
    assert one.says == "the zip is damaged: a name in it leads elsewhere; do not unpack it"


def test_a_link_in_a_zip_is_told(tmp_path: Path, right: Files) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        for name, octets in right.items():
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}")
            entry.external_attr = (0o120777 if name == "README.md" else 0o100600) << 16
            archive.writestr(entry, octets)
    (one,) = verify_zip(tmp_path / "bundle.zip").breaks
    assert "leads elsewhere" in one.says
