"""Can a record be written? In places that are read-only, full, of another user, or not there."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.patients import lines, patient

MOUNT = shutil.which("mount")
NOBODY = 65_534


async def told(directory: Path) -> str:
    settings = {"directory": str(directory)}
    async with patient("http://127.0.0.1:9", directory.parent, journal=settings) as one:
        (line,) = await lines(one, "journal")
    return line.replace(str(directory.parent), "DIR")


@contextlib.contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    """A small file system of its own; the test is skipped where none can be mounted."""
    place.mkdir(mode=0o700)
    command = [str(MOUNT), "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if (
        MOUNT is None
        or os.geteuid() != 0
        or subprocess.run(command, check=False, capture_output=True).returncode
    ):
        pytest.skip("no file system can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


async def test_a_place_that_takes_records(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    assert (
        await told(tmp_path / "journal")
        == "journal: good: DIR/journal: a record of 64 KiB was written and removed"
    )
    assert list((tmp_path / "journal").iterdir()) == []


async def test_a_place_that_is_not_there_yet(tmp_path: Path) -> None:
    assert (
        await told(tmp_path / "journal") == "journal: good: DIR/journal: does not exist yet; `run` makes it"
    )
    assert not (tmp_path / "journal").exists()


async def test_a_file_system_that_is_read_only(tmp_path: Path) -> None:
    with mounted(tmp_path / "journal", "ro"):
        assert await told(tmp_path / "journal") == (
            "journal: failed: DIR/journal: the file system is read-only: flows go unrecorded -> make room or make it"
            " writable; or set journal.directory (or --journal) to a directory of your own with room in it"
        )


async def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with mounted(tmp_path / "journal", "size=16k,mode=700"):
        line = await told(tmp_path / "journal")
        assert "DIR/journal: no space is left on the disk: flows go unrecorded -> make room" in line
        assert list((tmp_path / "journal").iterdir()) == []


async def test_a_link_or_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "journal").symlink_to(tmp_path)
    assert "failed: DIR/journal: is a link or a file, no directory" in await told(tmp_path / "journal")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize(
    ("mode", "owner", "words"),
    [(0o500, NOBODY, "this user may not"), (0o700, 0, "belongs to another user")],
)
async def test_a_place_that_this_user_may_not_use(mode: int, owner: int, words: str) -> None:
    """As the unprivileged user: the administrator may write anywhere."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101  # pathlib's counts as blocking here
        place = Path(folder) / "journal"
        place.mkdir(mode=mode)
        os.chown(place, owner, -1)
        os.seteuid(NOBODY)
        try:
            line = await told(place)
        finally:
            os.seteuid(0)
    assert line.startswith(f"journal: failed: DIR/journal: {words}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
async def test_a_place_that_cannot_be_made() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101  # pathlib's counts as blocking here
        os.seteuid(NOBODY)
        try:
            line = await told(Path(folder) / "journal")
        finally:
            os.seteuid(0)
    assert line.startswith("journal: failed: DIR/journal: does not exist and cannot be made in DIR")
