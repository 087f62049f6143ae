"""Private files: whose, which mode, what kind; and the one line break that editors add."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.runtime import secret_file as files
from proxy.runtime.secret_file import MAX_OCTETS, read_public_file, read_secret_file

ROOT = Path(__file__).parents[2]
NOBODY = 65_534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away or become another user")


def _file(tmp_path: Path, content: bytes = b"test-secret\n", mode: int = 0o600) -> str:
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"test-secret", b"test-secret"),
        (b"test-secret\n", b"test-secret"),
        (b"test-secret\r\n", b"test-secret"),
        (b"test-secret\n\n", b"test-secret\n"),  # the rest is judged by whoever knows what it should be
        (b"test-secret \n", b"test-secret "),
        (b"test-secret\r", b"test-secret\r"),
        (b"\ntest-secret", b"\ntest-secret"),
    ],
)
def test_one_final_line_break_is_no_part_of_the_secret(tmp_path: Path, content: bytes, read: bytes) -> None:
    assert read_secret_file(_file(tmp_path, content), "x").reveal() == read


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_that_only_its_owner_can_read_is_taken(tmp_path: Path, mode: int) -> None:
    assert read_secret_file(_file(tmp_path, mode=mode), "x").reveal() == b"test-secret"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o666, 0o610, 0o601])
def test_a_file_that_others_can_use_is_refused_with_path_and_needed_mode(tmp_path: Path, mode: int) -> None:
    path = _file(tmp_path, mode=mode)
    with pytest.raises(ConfigError) as caught:
        read_secret_file(path, "token_file")
    assert caught.value.message == (
        f"{path}: can be read by other users (mode {mode:04o}, token_file); it needs mode 0600"
    )
    assert caught.value.hint == f"chmod 600 {path}"


@as_root
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path)
    os.chown(path, NOBODY, NOBODY)
    with pytest.raises(
        ConfigError, match=r"belongs to another user \(uid 65534, the gateway runs as 0, x\).*mode 0600"
    ):
        read_secret_file(path, "x")


def _read_as_nobody(path: str) -> str:
    """What reading says in a process of another user, started with the rights to import and nothing more."""
    program = (
        "import os, sys\n"
        "from proxy.runtime.secret_file import read_secret_file\n"
        "from proxy.core.errors import ConfigError\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try:\n    print('read', len(read_secret_file(sys.argv[1], 'x')))\n"
        "except ConfigError as error:\n    print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


@as_root
def test_an_ordinary_user_reads_his_own_file_and_no_other() -> None:
    """In a directory of its own: pytest keeps its directories closed to other users."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        path = _file(Path(directory))
        assert _read_as_nobody(path) == f"{path}: cannot be read by this user (x)"
        Path(path).chmod(0o604)
        assert _read_as_nobody(path).startswith(
            f"{path}: belongs to another user (uid 0, the gateway runs as 65534"
        )
        Path(path).chmod(0o600)
        os.chown(path, NOBODY, NOBODY)
        assert _read_as_nobody(path) == "read 11"


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    with pytest.raises(ConfigError, match="is not a regular file"):
        read_secret_file(str(pipe), "x")
    with pytest.raises(ConfigError, match="is not a regular file"):
        read_secret_file("/dev/null", "x")
    with pytest.raises(ConfigError, match="is not a regular file"):
        read_secret_file(str(tmp_path), "x")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty (x)"), (b"\n", "is empty (x)"), (b"s" * (MAX_OCTETS + 1), "is larger than 64 KiB (x)")],
)
def test_empty_and_huge_files_are_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = _file(tmp_path, content)
    with pytest.raises(ConfigError) as caught:
        read_secret_file(path, "x")
    assert caught.value.message == f"{path}: {says}"


@pytest.mark.parametrize("path", ["nowhere", "/etc/passwd/x", "with\0nul"])
def test_a_path_to_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"does not exist|cannot be opened"):
        read_secret_file(path, "x")


def test_a_link_is_followed_and_its_target_judged(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(_file(tmp_path, mode=0o644))
    with pytest.raises(ConfigError, match="can be read by other users"):
        read_secret_file(str(link), "x")


def test_home_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _file(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_secret_file("~/secret", "x").reveal() == b"test-secret"


def test_a_secret_mount_may_be_readable_by_all_but_not_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SECRET_MOUNTS", [tmp_path])
    assert read_secret_file(_file(tmp_path, mode=0o444), "x").reveal() == b"test-secret"
    with pytest.raises(ConfigError, match=r"can be changed by other users \(mode 0666, x\)"):
        read_secret_file(_file(tmp_path, mode=0o666), "x")


def test_a_link_out_of_a_secret_mount_is_no_secret_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mount = tmp_path / "mount"
    mount.mkdir()
    monkeypatch.setattr(files, "SECRET_MOUNTS", [mount])
    (mount / "link").symlink_to(_file(tmp_path, mode=0o444))
    with pytest.raises(ConfigError, match="can be read by other users"):
        read_secret_file(str(mount / "link"), "x")


def test_an_api_key_file_need_not_be_private(tmp_path: Path) -> None:
    assert read_public_file(_file(tmp_path, b"testkey\n", 0o644), "x") == "testkey"
