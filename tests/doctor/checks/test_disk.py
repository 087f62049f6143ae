"""Is there room for what the journal may grow to?"""

from pathlib import Path

from tests.doctor.checks.test_journal import mounted
from tests.doctor.patients import lines, patient


async def told(directory: Path, **journal: int) -> str:
    settings = {"directory": str(directory), **journal}
    async with patient("http://127.0.0.1:9", directory.parent, journal=settings) as one:
        (line,) = await lines(one, "disk")
    return line


async def test_room_enough(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "flows-20261129T000000000Z-0000.jsonl").write_bytes(b"x" * 2_097_152)
    line = await told(tmp_path / "journal", file_bytes=65_536, max_bytes=3_145_728)
    free = line.removeprefix("disk: good: N ").partition(" ")
    assert free[0] in ("MiB", "GiB")
    assert free[2] == "free; the journal has N MiB and may grow to N MiB"


async def test_room_for_less_than_it_may_take(tmp_path: Path) -> None:
    with mounted(tmp_path / "journal", "size=8m,mode=700"):
        assert (await told(tmp_path / "journal", file_bytes=65_536)).startswith("disk: warning: ")


async def test_room_for_not_even_one_file(tmp_path: Path) -> None:
    with mounted(tmp_path / "journal", "size=8m,mode=700"):
        line = await told(tmp_path / "journal")
    assert line.startswith("disk: failed: ")
    assert line.endswith(" -> make room, or lower journal.max_bytes")


async def test_no_new_file_can_be_made(tmp_path: Path) -> None:
    with mounted(tmp_path / "journal", "size=600m,nr_inodes=1,mode=700"):
        assert "no new file can be made (inodes used up)" in await told(tmp_path / "journal")
