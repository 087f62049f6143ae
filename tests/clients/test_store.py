"""The file of virtual keys: private, whole or not at all, and without the keys themselves."""

import errno
import hashlib
import json
import os
import re
import stat
import string
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from proxy.clients.store import ClientStore, StoredKey, digest_of
from proxy.core.errors import ConfigError, GatewayError, UsageError
from proxy.core.settings import ClientSettings

PLAIN = ClientSettings()
HOUR_MS = 3_600_000


@pytest.fixture
def store(tmp_path: Path) -> ClientStore:
    return ClientStore(str(tmp_path / "clients.json"))


def test_a_key_looks_like_one_of_binance_and_only_its_digest_is_stored(store: ClientStore) -> None:
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


def test_without_a_secret_nothing_of_the_key_can_be_recovered(store: ClientStore) -> None:
    assert store.add("bot", PLAIN, with_secret=False, now_ms=1).api_secret is None
    (key,) = json.loads(Path(store.path).read_text())["clients"]["bot"]["keys"]
    assert set(key) == {"key_sha256", "created_ms"}


def test_a_name_is_taken_until_it_is_revoked(store: ClientStore) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=1)
    with pytest.raises(UsageError, match="already"):
        store.add("bot", PLAIN, with_secret=True, now_ms=2)
    store.revoke("bot", now_ms=3)
    assert store.read()["bot"].revoked_ms == 3
    assert store.read()["bot"].keys == []
    store.add("bot", PLAIN, with_secret=True, now_ms=4)
    assert len(store.read()["bot"].keys) == 1


def test_rotation_keeps_the_last_key_for_the_overlap_and_no_older_one(store: ClientStore) -> None:
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


def test_a_rotated_key_is_of_the_same_kind(store: ClientStore) -> None:
    store.add("bot", PLAIN, with_secret=False, now_ms=0)
    assert store.rotate("bot", overlap_ms=0, now_ms=1).api_secret is None


@pytest.mark.parametrize("name", ["nobody", "revoked"])
def test_what_is_not_there_cannot_be_changed(store: ClientStore, name: str) -> None:
    store.add("revoked", PLAIN, with_secret=True, now_ms=0)
    store.revoke("revoked", now_ms=0)
    with pytest.raises(UsageError, match="no client"):
        store.rotate(name, overlap_ms=0, now_ms=1)
    with pytest.raises(UsageError, match="no client"):
        store.revoke(name, now_ms=1)


def test_many_at_once_lose_nothing(store: ClientStore) -> None:
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
    store: ClientStore, content: str, mode: int, says: str
) -> None:
    path = Path(store.path)
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=says):
        store.read()
    with pytest.raises(ConfigError, match=says):
        store.add("bot", PLAIN, with_secret=True, now_ms=0)
    assert path.read_text() == content


def test_no_file_is_no_client(store: ClientStore) -> None:
    assert store.read() == {}
    assert store.stamp() is None


def test_it_never_grows_beyond_what_can_be_read_again(store: ClientStore) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    many = ClientSettings(accounts=tuple(f"account-{number:04}" for number in range(5000)))
    with pytest.raises(ConfigError, match="as many clients as it may"):
        store.add("greedy", many, with_secret=True, now_ms=0)
    assert list(store.read()) == ["bot"]
    assert len(store.secrets()) == 1


def test_keys_are_drawn_from_all_letters_and_digits_and_never_twice(store: ClientStore) -> None:
    keys = [store.add(f"bot{n}", PLAIN, with_secret=True, now_ms=0) for n in range(30)]
    texts = [key.api_key for key in keys] + [
        key.api_secret.reveal().decode() for key in keys if key.api_secret
    ]
    assert len(set(texts)) == 60
    assert set("".join(texts)) == set(string.ascii_letters + string.digits)


def test_what_is_stored_of_a_client(store: ClientStore) -> None:
    rights = ClientSettings(accounts=("main",), signature="require")
    new = store.add("bot", rights, with_secret=True, now_ms=17)
    assert new.api_secret is not None
    assert json.loads(Path(store.path).read_text()) == {
        "schema": 1,
        "clients": {
            "bot": {
                "keys": [
                    {
                        "key_sha256": hashlib.sha256(new.api_key.encode()).hexdigest(),
                        "secret": new.api_secret.reveal().decode(),
                        "created_ms": 17,
                    }
                ],
                "rights": {"accounts": ["main"], "policy": None, "signature": "require"},
            }
        },
    }
    (client,) = store.read().values()
    assert client.rights == rights
    assert client.revoked_ms is None
    assert Path(store.path).read_bytes().endswith(b"}\n")


def test_a_key_is_named_by_the_beginning_of_its_digest(store: ClientStore) -> None:
    new = store.add("bot", PLAIN, with_secret=True, now_ms=0)
    (key,) = store.read()["bot"].keys
    digest = hashlib.sha256(new.api_key.encode()).hexdigest()
    assert key.fingerprint == digest[:12]
    assert repr(key) == f"StoredKey({digest[:12]})"
    assert repr(new) == "NewKey(api_secret=Secret(********))"
    assert digest_of(new.api_key.encode()) == digest


@pytest.mark.parametrize(
    ("expires_ms", "now_ms", "expired"),
    [(None, 10**15, False), (100, 99, False), (100, 100, True), (100, 101, True)],
)
def test_a_key_is_over_at_the_very_millisecond(expires_ms: int | None, now_ms: int, expired: bool) -> None:
    assert StoredKey(key_sha256="x", created_ms=0, expires_ms=expires_ms).expired(now_ms) is expired


def test_a_rotation_never_gives_a_key_more_time_than_it_had(store: ClientStore) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    path = Path(store.path)
    content = json.loads(path.read_text())
    content["clients"]["bot"]["keys"][0]["expires_ms"] = 500
    path.write_text(json.dumps(content))
    store.rotate("bot", overlap_ms=1000, now_ms=10)
    assert [key.expires_ms for key in store.read()["bot"].keys] == [500, None]
    store.rotate("bot", overlap_ms=1000, now_ms=20)
    assert [key.expires_ms for key in store.read()["bot"].keys] == [1020, None]


def test_a_rotation_of_no_overlap_ends_the_old_key_at_once(store: ClientStore) -> None:
    old = store.add("bot", PLAIN, with_secret=True, now_ms=0)
    new = store.rotate("bot", overlap_ms=0, now_ms=10)
    (key,) = store.read()["bot"].keys
    assert key.key_sha256 == hashlib.sha256(new.api_key.encode()).hexdigest()
    assert old.api_key != new.api_key
    assert new.api_secret is not None


def test_a_change_that_fails_changes_nothing(store: ClientStore) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    before = Path(store.path).read_bytes()
    for change in (
        lambda: store.add("bot", PLAIN, with_secret=True, now_ms=1),
        lambda: store.rotate("other", overlap_ms=0, now_ms=1),
        lambda: store.revoke("other", now_ms=1),
    ):
        with pytest.raises(UsageError):
            change()
    assert Path(store.path).read_bytes() == before
    assert [path.name for path in Path(store.path).parent.iterdir()] == ["clients.json"]


def test_what_is_wrong_is_told_with_what_to_do(store: ClientStore) -> None:
    def told(change: Callable[[], object]) -> tuple[str, str]:
        with pytest.raises(GatewayError) as error:
            change()
        return error.value.message, error.value.hint

    assert told(lambda: store.revoke("a", now_ms=0)) == (
        "there is no client of that name with a key",
        "known: none",
    )
    for name in ("a", "b", "gone"):
        store.add(name, PLAIN, with_secret=True, now_ms=0)
    store.revoke("gone", now_ms=0)
    assert told(lambda: store.rotate("c", overlap_ms=0, now_ms=0))[1] == "known: a, b"
    assert told(lambda: store.add("a", PLAIN, with_secret=True, now_ms=0)) == (
        "there is a client a already",
        "signing-proxy clients rotate a, or another name",
    )
    path = Path(store.path)
    path.write_text('{"schema": 2, "clients": {}}')
    assert told(store.read) == (
        f"{path}: has schema 2, and 1 is understood here",
        "use the version of signing-proxy that wrote it",
    )
    path.write_text("x")
    assert told(store.read) == (
        f"{path}: is not a file of virtual keys",
        "signing-proxy clients add NAME makes one",
    )
    elsewhere = ClientStore(str(path.parent / "missing" / "clients.json"))
    assert told(lambda: elsewhere.add("a", PLAIN, with_secret=True, now_ms=0)) == (
        f"{elsewhere.path}: its directory: No such file or directory (virtual keys)",
        "make the directory, with mode 0700",
    )


def test_a_key_with_slashes_in_it_is_not_repeated_by_halves() -> None:
    """As base64 has them: what stands before the last one is no directory."""
    seed = "X3CVALzK/DDCOxdcHkaGuWpbsojTFKEitfp/qQ5mTs8J="  # a test's own
    with pytest.raises(ConfigError) as told:
        ClientStore(seed).add("bot", PLAIN, with_secret=True, now_ms=0)
    message = told.value.message
    assert message.startswith(f"(a text of {len(seed)} characters that looks like a key): its directory: ")
    assert not any(part in message for part in seed.split("/"))


def test_a_disk_that_cannot_be_written_is_told_and_leaves_the_old_file(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    before = Path(store.path).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("proxy.runtime.files.os.fsync", full)
    with pytest.raises(ConfigError) as told:
        store.add("other", PLAIN, with_secret=True, now_ms=0)
    assert told.value.message == f"{store.path}: cannot be written: No space left on device"
    assert Path(store.path).read_bytes() == before
    assert [path.name for path in Path(store.path).parent.iterdir()] == ["clients.json"]


def test_a_directory_that_cannot_be_locked_is_told_as_the_directory(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("proxy.platform.posix.files.fcntl.flock", none_left)
    with pytest.raises(ConfigError) as told:
        store.add("bot", PLAIN, with_secret=True, now_ms=0)
    assert told.value.message == f"{store.path}: its directory: No locks available (virtual keys)"
    assert told.value.hint == "make the directory, with mode 0700"


def test_a_new_file_is_on_the_disk_before_it_takes_the_place_of_the_old(
    store: ClientStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the octets, then the name, then the directory that holds the name."""
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_sync(handle: int) -> None:
        steps.append(
            "directory" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"file {os.fstat(handle).st_size > 2}"
        )
        fsync(handle)

    def note_replace(self: Path, target: Path) -> Path:
        steps.append(f"{stat.S_IMODE(self.stat().st_mode):o}")
        return replace(self, target)

    monkeypatch.setattr("proxy.runtime.files.os.fsync", note_sync)
    monkeypatch.setattr("proxy.clients.store.Path.replace", note_replace)
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    assert steps == ["file True", "600", "directory"]


def test_the_stamp_changes_with_the_file(store: ClientStore) -> None:
    stamps = [store.stamp()]
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    stamps.append(store.stamp())
    assert store.stamp() == stamps[-1]
    path = Path(store.path)
    facts = path.stat()
    assert stamps[-1] == (facts.st_ino, facts.st_size, facts.st_mtime_ns)
    path.write_bytes(path.read_bytes() + b"\n")
    os.utime(path, ns=(0, facts.st_mtime_ns))
    stamps.append(store.stamp())  # longer
    os.utime(path, ns=(0, facts.st_mtime_ns + 1))
    stamps.append(store.stamp())  # later
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    os.utime(copy, ns=(0, facts.st_mtime_ns + 1))
    copy.replace(path)
    stamps.append(store.stamp())  # another file
    assert len(set(stamps)) == 5


def test_secrets_are_those_of_all_keys_that_have_one(store: ClientStore) -> None:
    new = [
        store.add(name, PLAIN, with_secret=with_secret, now_ms=0)
        for name, with_secret in (("a", True), ("b", False))
    ]
    rotated = store.rotate("a", overlap_ms=10, now_ms=1)
    assert {secret.reveal() for secret in store.secrets()} == {
        key.api_secret.reveal() for key in (new[0], rotated) if key.api_secret
    }
    store.revoke("a", now_ms=2)
    assert store.secrets() == []


@pytest.mark.parametrize(
    "content",
    [
        '{"schema": 1, "clients": {}, "more": 1}',
        '{"schema": 1, "clients": {"a": {"more": 1}}}',
        "[]",
        '{"clients": {"a": 1}}',
    ],
)
def test_what_nobody_knows_in_the_file_is_not_passed_over(store: ClientStore, content: str) -> None:
    Path(store.path).write_text(content)
    Path(store.path).chmod(0o600)
    with pytest.raises(ConfigError, match="not a file of virtual keys"):
        store.read()


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    store = ClientStore("~/clients.json")
    assert (store.read(), store.stamp()) == ({}, None)
    store.add("bot", PLAIN, with_secret=True, now_ms=0)
    assert list(store.read()) == ["bot"]
    assert store.stamp() is not None
    assert (tmp_path / "clients.json").exists()


def test_what_a_file_leaves_out_has_its_default(store: ClientStore) -> None:
    path = Path(store.path)
    path.touch(mode=0o600)
    path.write_text('{"schema":1}')
    assert store.read() == {}
    path.write_text('{"schema":1,"clients":{"bot":{"keys":[]}}}')
    assert store.read()["bot"].rights == ClientSettings()


def test_what_a_killed_command_left_goes_with_the_next_change(store: ClientStore) -> None:
    """It has the secrets of its time."""
    draft = Path(store.path).with_name(".clients.json.0123456789ab")
    draft.write_bytes(b"{}")
    store.add("bot", PLAIN, with_secret=True, now_ms=1)
    assert not draft.exists()
