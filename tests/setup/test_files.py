"""The files of a first configuration: all or none, with their modes, and the text is what the loader takes."""

import os
import signal
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proxy.clients.store import ClientStore
from proxy.config.load import Overrides, load_settings
from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.credentials.accounts import load_accounts
from proxy.credentials.generate import write_private
from proxy.setup import files
from proxy.setup.answers import Answers, Value
from proxy.setup.files import config_text, write_all

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8


def answers(**other: Any) -> Answers:
    account = other.get("account", "main")
    made: dict[str, Any] = {
        "environment": "production",
        "unsafe_upstream": None,
        "account": "main",
        "key_type": "hmac",
        "values": (
            Value("api_key_file", f"secrets/{account}.key", Secret(f"{KEY}\n".encode())),
            Value("api_secret_file", f"secrets/{account}.secret", Secret(f"{SECRET}\n".encode())),
        ),
        "profiles": ("spot", "merchant"),
        "explain": "message",
        "client": "bot",
    }
    return Answers(**(made | other))


def names(directory: Path) -> list[str]:
    return sorted(str(one.relative_to(directory)) for one in directory.rglob("*"))


@pytest.mark.parametrize("account", ["main", "1.5", "null", "true", "-", "123", "a.b-c_d"])
def test_what_is_written_is_what_the_loader_reads(tmp_path: Path, account: str) -> None:
    written = write_all(tmp_path / "deep" / "config.yaml", answers(account=account), now_ms=0)
    loaded = load_settings(Overrides(config=str(written.config)), {})
    (one,) = load_accounts(loaded.settings, {})
    assert (one.name, one.api_key, one.environment) == (account, KEY, "production")
    assert loaded.settings.policy.profiles == ("spot", "merchant")
    assert loaded.settings.answers.explain == "message"
    assert loaded.settings.journal.directory == str(tmp_path / "deep" / "journal")
    assert list(ClientStore(loaded.settings.clients_file or "").read()) == ["bot"]
    assert stat.S_IMODE((tmp_path / "deep").stat().st_mode) == 0o700
    for path in written.files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert loaded.warnings == ()


@pytest.mark.parametrize(
    "name", ["config.yaml", "secrets/clients.json", "secrets/main.key", "secrets/main.secret"]
)
@pytest.mark.parametrize("kind", ["file", "link"])
def test_nothing_is_overwritten_and_nothing_is_left(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if kind == "file":
        path.write_text("mine")
    else:
        path.symlink_to("nowhere")
    before = names(tmp_path)
    with pytest.raises(ConfigError, match="is there already, and nothing is overwritten"):
        write_all(tmp_path / "config.yaml", answers(), now_ms=0)
    assert names(tmp_path) == before
    assert path.is_symlink() or path.read_text() == "mine"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("after", range(4))
def test_an_interrupt_between_two_files_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, after: int
) -> None:
    count = [0]

    def interrupted(path: str, content: Secret) -> None:
        write_private(path, content)
        if count[0] == after:
            os.kill(os.getpid(), number)
        count[0] += 1

    monkeypatch.setattr(files, "write_private", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all(tmp_path / "d" / "config.yaml", answers(), now_ms=0)
    assert names(tmp_path) == []
    assert count[0] == 4


def test_a_disk_that_is_full_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: str, content: Secret) -> None:
        if path.endswith("config.yaml"):
            raise OSError(28, "No space left on device")
        write_private(path, content)

    monkeypatch.setattr(files, "write_private", full)
    with pytest.raises(ConfigError, match="cannot be written: No space left on device"):
        write_all(tmp_path / "config.yaml", answers(), now_ms=0)
    assert names(tmp_path) == []


@pytest.mark.parametrize("linked", [False, True])
def test_a_folder_that_others_can_write_into_takes_no_secret(tmp_path: Path, *, linked: bool) -> None:
    folder = tmp_path / ("elsewhere" if linked else "secrets")
    folder.mkdir()
    folder.chmod(0o777)
    if linked:
        (tmp_path / "secrets").symlink_to(folder)
    before = names(tmp_path)
    with pytest.raises(ConfigError, match="other users can write into it"):
        write_all(tmp_path / "config.yaml", answers(), now_ms=0)
    assert names(tmp_path) == before
    folder.chmod(0o755)
    written = write_all(tmp_path / "config.yaml", answers(), now_ms=0)
    assert (folder / ".gitignore").read_text() == "*\n", (
        "also where the folder was there: it holds secrets now"
    )
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.files} == {0o600}


def test_a_file_where_the_folder_of_secrets_goes_is_told(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("mine")
    with pytest.raises(ConfigError, match="is there already and is no folder"):
        write_all(tmp_path / "config.yaml", answers(), now_ms=0)
    assert names(tmp_path) == ["secrets"]


def test_no_folder_of_secrets_where_nothing_is_kept(tmp_path: Path) -> None:
    values = (Value("api_key_file", "/k"), Value("api_secret_env", "S"))
    write_all(tmp_path / "config.yaml", answers(values=values, client=None), now_ms=0)
    assert names(tmp_path) == ["config.yaml"]


def test_no_secret_stands_in_the_text() -> None:
    text = config_text(answers())
    assert KEY not in text
    assert SECRET not in text
    assert "upstream" not in text
    assert "answers" not in config_text(answers(explain="header"))
    assert "unsafe_url: http://127.0.0.1:8190" in config_text(
        msgspec.structs.replace(answers(), unsafe_upstream="http://127.0.0.1:8190", environment="sandbox")
    ).replace('"', "")
