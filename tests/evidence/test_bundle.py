"""The bundle: one folder, all of it readable by others, none of it with a name or path of the owner's."""

import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from proxy.core.foreign import Foreign
from proxy.core.redaction import decode_record
from proxy.core.settings import AccountSettings, JournalSettings, PolicySettings, Settings
from proxy.evidence.anonymous import Anonymiser, as_they_are
from proxy.evidence.bundle import About, bundle, shown_settings
from proxy.explain.inputs import read_input
from proxy.explain.reading import read_requests
from proxy.journal import Reader
from proxy.journal.bundle_check import verify_folder, verify_zip
from proxy.journal.seal import seal_of
from tests.evidence.records import exported, write_journal
from tests.journal.lines import bare_lines

SETTINGS = Settings(
    accounts={"jane": AccountSettings(api_key="k" * 64, api_secret_file="/home/jane/secret")},
    default_account="jane",
    journal=JournalSettings(directory="/home/jane/journal"),
    token_file="/home/jane/token",
    policy=PolicySettings(profiles=("spot", "margin")),
)
MADE_MS = 1_795_953_600_000  # 2026-11-29T12:00:00Z
NAME = "binance-evidence-2026-11-29T12-00-00Z"


def packed(tmp_path: Path, **more: Any) -> tuple[bytes, bytes]:
    write_journal(tmp_path / "journal")
    return bundle(exported(tmp_path / "journal"), About(MADE_MS, SETTINGS, **more))


@pytest.fixture
def members(tmp_path: Path) -> dict[str, bytes]:
    data, plain = packed(tmp_path)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert {name.partition("/")[0] for name in found} == {NAME}
    found = {name.partition("/")[2]: octets for name, octets in found.items()}
    assert all(
        octets in plain for name, octets in found.items() if name != "SHA256SUMS"
    )  # all of it is scanned
    return found


def test_members(members: dict[str, bytes]) -> None:
    assert [name for name in members if not name.startswith("repro/")] == [
        "report.md", "report.html", "timeline.svg", "flows.har", "flows.jsonl", "versions.json", "settings.json",
        "SHA256SUMS",
    ]  # fmt: skip
    assert [decode_record(line).schema for line in members["flows.jsonl"].splitlines()] == [1] * 5
    assert set(json.loads(members["versions.json"])) >= {
        "binance-signing-proxy",
        "python",
        "aiohttp",
        "openssl",
    }
    assert len(json.loads(members["flows.har"])["log"]["pages"]) == 5
    assert b"# Evidence of 2026-11-29 12:00:00 UTC" in members["report.md"]


def test_scripts_of_what_failed(members: dict[str, bytes]) -> None:
    scripts = sorted(name for name in members if name.startswith("repro/"))
    assert scripts == [f"repro/POST-api-v3-order.{end}.txt" for end in ("cjs", "ps1", "py", "sh")]


def test_scripts_of_the_newest_failures_alone(tmp_path: Path) -> None:
    write_journal(tmp_path)
    one = next(record for record in exported(tmp_path) if record.request_id == "r-bad")
    many = [structs.replace(one, path=f"/api/v3/p{number}", request_id=f"r-{number}") for number in range(9)]
    data, _ = bundle(many, About(MADE_MS, SETTINGS))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        scripts = {
            name.rpartition("/")[2].partition(".")[0] for name in archive.namelist() if "/repro/" in name
        }
    assert scripts == {f"POST-api-v3-p{number}" for number in range(4, 9)}


def test_the_sums_are_read_by_sha256sum(tmp_path: Path) -> None:
    data, _ = packed(tmp_path)
    zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path)
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(check, cwd=tmp_path / NAME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    files = [path for path in (tmp_path / NAME).rglob("*") if path.is_file()]
    assert done.stdout.count(": OK") == len(files) - 1
    report = tmp_path / NAME / "report.md"
    report.write_bytes(report.read_bytes() + b" ")
    done = subprocess.run(check, cwd=tmp_path / NAME, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "report.md: FAILED" in done.stdout


def test_explain_reads_each_flow_of_it_once(tmp_path: Path) -> None:
    data, _ = packed(tmp_path)
    (tmp_path / "b.zip").write_bytes(data)
    parts = read_input(str(tmp_path / "b.zip"), io.BytesIO())
    assert len(parts) == 1
    assert len(read_requests(parts[0])) == 5


def test_nothing_of_the_owner(members: dict[str, bytes]) -> None:
    text = b"".join(members.values())
    assert b"jane" not in text
    assert b'"main"' not in text


def test_the_private_form_has_his_names_and_tags(tmp_path: Path) -> None:
    write_journal(tmp_path)
    entries = list(Reader(tmp_path).entries())
    about = About(MADE_MS, SETTINGS, private=True, keys={"main": "test...Key1"})
    _, plain = bundle(as_they_are(entries), about)
    assert b'"account":"main"' in plain
    assert b"`main` | `hmac` | `production` | test...Key1" in plain
    assert all(bare_lines(entry.line)[0] in plain for entry in entries)
    assert b"This is the private form" in plain


def test_names_that_are_given_and_what_the_doctor_said(tmp_path: Path) -> None:
    data, plain = packed(tmp_path, name="ticket-7", doctor=[Foreign("clock: 3 ms")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} == {"ticket-7"}
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 29, 12, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o600}
    assert b"    clock: 3 ms\n" in plain


def test_what_was_translated_can_be_put_back(tmp_path: Path) -> None:
    write_journal(tmp_path)
    machine = Anonymiser(b"e" * 32)
    _, plain = bundle(machine.records(Reader(tmp_path).entries()), About(MADE_MS, SETTINGS))
    known = machine.translations()
    assert known["account-1"] == "main"
    own = b"".join(entry.line for entry in Reader(tmp_path).entries()).decode()
    marks = {made: mark for made, mark in known.items() if made.startswith("<")}
    assert len(marks) >= 4
    for made, mark in marks.items():
        assert made.encode() in plain
        assert mark in own
        assert mark not in plain.decode()


def test_settings_are_shown_by_name_and_texts_only_as_set() -> None:
    shown = shown_settings(SETTINGS)
    assert shown["accounts"] == 1
    assert shown["default_account"] == "set"
    assert shown["token_file"] == "set"
    assert shown["journal.directory"] == "set"
    assert shown["journal.max_bytes"] == 256 * 1024 * 1024
    assert shown["policy.profiles"] == ("spot", "margin") or shown["policy.profiles"] == ["spot", "margin"]
    assert shown["environment"] == "production"
    assert shown["upstream.proxy"] is None


def test_a_sealed_one_is_verified_and_shows_whose_key_it_is(tmp_path: Path) -> None:
    """By the key of the journal, in the zip, in the folder, and by `sha256sum`."""
    write_journal(tmp_path / "journal")
    seal = seal_of(tmp_path / "journal")
    data, plain = bundle(exported(tmp_path / "journal"), About(MADE_MS, SETTINGS, seal=seal))
    path = tmp_path / "evidence.zip"
    path.write_bytes(data)
    report = verify_zip(path, [seal.key.public])
    assert (report.breaks, report.like_a_kill, report.remarks, report.unchained) == ([], [], [], [])
    assert report.lines == 7
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
        names = {name.partition("/")[2] for name in archive.namelist()}
        assert all(archive.read(f"{NAME}/{name}") in plain for name in names if name != "SHA256SUMS")
    assert {"SHA256SUMS", "SHA256SUMS.seal.json"} <= names
    assert verify_folder(tmp_path / NAME, [seal.key.public]).breaks == []
    assert f"export verify BUNDLE.zip --key {seal.key.public}".encode() in plain
    page = tmp_path / NAME / "report.html"
    page.write_bytes(page.read_bytes().replace(b"Evidence", b"evidence"))
    (broken,) = verify_folder(tmp_path / NAME, [seal.key.public]).breaks
    assert (broken.file, broken.says) == (
        "report.html",
        "was changed: it does not have the sum that SHA256SUMS says",
    )


def test_explain_reads_each_flow_of_a_sealed_one_once(tmp_path: Path) -> None:
    write_journal(tmp_path / "journal")
    seal = seal_of(tmp_path / "journal")
    data, _ = bundle(exported(tmp_path / "journal"), About(MADE_MS, SETTINGS, seal=seal))
    (tmp_path / "b.zip").write_bytes(data)
    (part,) = read_input(str(tmp_path / "b.zip"), io.BytesIO())
    assert len(read_requests(part)) == 5
