"""The file of virtual keys: private, whole or not at all, and without the keys themselves."""

import hashlib
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from proxy.clients import Store
from proxy.core.errors import ConfigError, UsageError
from proxy.core.settings import ClientSettings

PLAIN = ClientSettings()
HOUR_MS = 3_600_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "clients.json"))


def test_a_key_looks_like_one_of_binance_and_only_its_digest_is_stored(store: Store) -> None:
    new = store.add("bot", PLAIN, with_secret=True, now_ms=1)
    assert new.api_secret is not None
    assert re.fullmatch(r"[A-Za-z0-9]{64}", new.api_key)
    assert re.fullmatch(rb"[A-Za-z0-9]{64}", new.api_secret.reveal())
    written = Path(store.path).read_text()
    assert new.api_key not in written
    assert hashlib.sha256(new.api_key.encode()).hexdigest() in written
    assert stat.S_IMODE(Path(store.path).stat().st_mode) == 0o600
    assert new.api_key not in repr(new) + repr(store.read())
    assert new.api_secret.reveal().decode() not in repr(new) + repr(store.read())


def test_without_a_secret_nothing_of_the_key_can_be_recovered(store: Store) -> None:
    assert store.add("bot", PLAIN, with_secret=False, now_ms=1).api_secret is None
    (key,) = json.loads(Path(store.path).read_text())["clients"]["bot"]["keys"]
    assert set(key) == {"key_sha256", "created_ms"}


def test_a_name_is_taken_until_it_is_revoked(store: Store) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=1)
    with pytest.raises(UsageError, match="already"):
        store.add("bot", PLAIN, with_secret=True, now_ms=2)
    store.revoke("bot", now_ms=3)
    assert store.read()["bot"].revoked_ms == 3
    assert store.read()["bot"].keys == []
    store.add("bot", PLAIN, with_secret=True, now_ms=4)
    assert len(store.read()["bot"].keys) == 1


def test_rotation_keeps_the_last_key_for_the_overlap_and_no_older_one(store: Store) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    store.rotate("bot", overlap_ms=HOUR_MS, now_ms=10)
    store.rotate("bot", overlap_ms=HOUR_MS, now_ms=20)
    old, new = store.read()["bot"].keys
    assert (old.created_ms, old.expires_ms) == (10, HOUR_MS + 20)
    assert (new.created_ms, new.expires_ms) == (20, None)
    assert not old.expired(HOUR_MS + 19)
    assert old.expired(HOUR_MS + 20)
    store.rotate("bot", overlap_ms=0, now_ms=30)
    assert [key.created_ms for key in store.read()["bot"].keys] == [30]


def test_a_rotated_key_is_of_the_same_kind(store: Store) -> None:
    store.add("bot", PLAIN, with_secret=False, now_ms=0)
    assert store.rotate("bot", overlap_ms=0, now_ms=1).api_secret is None


@pytest.mark.parametrize("name", ["nobody", "revoked"])
def test_what_is_not_there_cannot_be_changed(store: Store, name: str) -> None:
    store.add("revoked", PLAIN, with_secret=True, now_ms=0)
    store.revoke("revoked", now_ms=0)
    with pytest.raises(UsageError, match="no client"):
        store.rotate(name, overlap_ms=0, now_ms=1)
    with pytest.raises(UsageError, match="no client"):
        store.revoke(name, now_ms=1)


def test_many_at_once_lose_nothing(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.add(f"bot{n}", PLAIN, with_secret=True, now_ms=n), range(40)))
    assert len(store.read()) == 40
    assert [path.name for path in Path(store.path).parent.iterdir()] == ["clients.json"]


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        ("{}", 0o644, "mode 0600"),
        ("not json", 0o600, "not a file of virtual keys"),
        ('{"schema": 1, "clients": {"a": {"key": "x"}}}', 0o600, "not a file of virtual keys"),
        ('{"schema": 2, "clients": {}}', 0o600, "schema 2"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_and_left_alone(
    store: Store, content: str, mode: int, says: str
) -> None:
    path = Path(store.path)
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=says):
        store.read()
    with pytest.raises(ConfigError, match=says):
        store.add("bot", PLAIN, with_secret=True, now_ms=0)
    assert path.read_text() == content


def test_no_file_is_no_client(store: Store) -> None:
    assert store.read() == {}
    assert store.stamp() is None


def test_it_never_grows_beyond_what_can_be_read_again(store: Store) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    many = ClientSettings(accounts=tuple(f"account-{number:04}" for number in range(5000)))
    with pytest.raises(ConfigError, match="as many clients as it may"):
        store.add("greedy", many, with_secret=True, now_ms=0)
    assert list(store.read()) == ["bot"]
    assert len(store.secrets()) == 1
