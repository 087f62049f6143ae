"""Files that hold secrets: their modes and owners."""

import os
from pathlib import Path

import pytest

from tests.doctor.patients import lines, patient


def private(path: Path, mode: int = 0o600) -> Path:
    path.write_text("secret")
    path.chmod(mode)
    return path


async def told(tmp_path: Path, **environ: Path) -> str:
    given = {name: str(path) for name, path in environ.items()}
    async with patient("http://127.0.0.1:9", tmp_path, environ=given) as one:
        (line,) = await lines(one, "files")
    return line.replace(str(tmp_path), "DIR")


async def test_private_ones(tmp_path: Path) -> None:
    secret = private(tmp_path / "secret")
    assert await told(tmp_path, BINANCE_API_SECRET_FILE=secret) == (
        "files: good: 1 private file, readable by this user alone"
    )


async def test_the_api_key_is_no_secret(tmp_path: Path) -> None:
    key = private(tmp_path / "key", 0o644)
    assert await told(tmp_path, BINANCE_API_KEY_FILE=key) == "files: skipped: no secret is kept in a file"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660])
async def test_one_that_others_can_read(tmp_path: Path, mode: int) -> None:
    secret = private(tmp_path / "secret", mode)
    assert await told(tmp_path, BINANCE_API_SECRET_FILE=secret) == (
        f"files: failed: DIR/secret (BINANCE_API_SECRET_FILE): others can read it (mode {mode:04o}) -> chmod 600"
        f" DIR/secret"
    )


async def test_several_troubles_are_counted(tmp_path: Path) -> None:
    one, other = private(tmp_path / "one", 0o644), tmp_path / "other"
    line = await told(tmp_path, BINANCE_API_SECRET_FILE=one, BINANCE_PRIVATE_KEY_FILE=other)
    assert "others can read it (mode 0644) (and 1 more) -> chmod 600" in line


async def test_one_that_is_missing_or_no_file(tmp_path: Path) -> None:
    assert "DIR/none (BINANCE_API_SECRET_FILE): does not exist" in await told(
        tmp_path, BINANCE_API_SECRET_FILE=tmp_path / "none"
    )
    assert "is no regular file" in await told(tmp_path, BINANCE_API_SECRET_FILE=tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_one_of_another_user(tmp_path: Path) -> None:
    secret = private(tmp_path / "secret")
    os.chown(secret, 65_534, -1)
    line = await told(tmp_path, BINANCE_API_SECRET_FILE=secret)
    assert "belongs to another user -> chown 0 DIR/secret && chmod 600 DIR/secret" in line


async def test_where_files_have_no_modes_nothing_good_is_said_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = private(tmp_path / "secret")
    monkeypatch.setattr("proxy.doctor.checks.files.files.KEEPS_MODES", False)
    assert (await told(tmp_path, BINANCE_API_SECRET_FILE=secret)).startswith(
        "files: warning: 1 private file; who may read them is not looked at on this system -> keep them in a folder"
    )
