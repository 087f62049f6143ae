"""The bundle: four members, all of them readable, none with a name or path of the owner's."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from proxy.core.redaction import decode_record
from proxy.core.settings import AccountSettings, JournalSettings, PolicySettings, Settings
from proxy.evidence.bundle import bundle, shown_settings
from tests.evidence.records import exported, write_journal

SETTINGS = Settings(
    accounts={"jane": AccountSettings(api_key="k" * 64, api_secret_file="/home/jane/secret")},
    default_account="jane",
    journal=JournalSettings(directory="/home/jane/journal"),
    token_file="/home/jane/token",
    policy=PolicySettings(profiles=("spot", "margin")),
)


@pytest.fixture
def members(tmp_path: Path) -> dict[str, bytes]:
    write_journal(tmp_path)
    packed, plain = bundle(exported(tmp_path), SETTINGS)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert all(data in plain for data in found.values())  # all of it is scanned
    return found


def test_members(members: dict[str, bytes]) -> None:
    assert list(members) == ["README.md", "flows.jsonl", "versions.json", "settings.json"]
    assert [decode_record(line).schema for line in members["flows.jsonl"].splitlines()] == [1] * 5
    assert set(json.loads(members["versions.json"])) >= {
        "binance-signing-proxy",
        "python",
        "aiohttp",
        "openssl",
    }
    assert b"explain" in members["README.md"]


def test_nothing_of_the_owner(members: dict[str, bytes]) -> None:
    text = b"".join(members.values())
    assert b"jane" not in text
    assert b"main" not in json.dumps(json.loads(members["settings.json"])).encode()


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
