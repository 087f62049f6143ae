"""What is stored comes back, whole and nothing else; whatever the directory holds, and whatever the disk does."""

import errno
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from proxy.audit.run import Timetable
from proxy.audit.store import Runs, Store
from proxy.core.errors import ConfigError, UsageError
from proxy.core.probes import KeyFacts
from proxy.journal.files import Directory
from proxy.journal.retention import surplus
from tests.audit.conftest import BEGAN_MS
from tests.audit.runs import runs

DAY_MS = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def stored(folder: Path, since_ms: int = 0) -> list[object]:
    return list(Runs(folder).since(since_ms))


def test_runs_come_back_as_they_were(folder: Path) -> None:
    written = [
        structs.replace(run, facts=KeyFacts(ip_restricted=True), series=Timetable(BEGAN_MS, 600, 3600))
        for run in runs({"GET /a": "#x?s", "POST /b": "xxxx"})
    ]
    store = Store(folder)
    for run in reversed(written):
        store.append(run)
    store.close()
    assert stored(folder) == written
    assert stored(folder, written[2].began_ms) == written[2:]


def test_files_are_the_owners_alone_and_of_one_day(folder: Path) -> None:
    store = Store(folder)
    (run,) = runs({"GET /a": "#"})
    for day in range(3):
        store.append(structs.replace(run, began_ms=BEGAN_MS + day * DAY_MS))
    names = ["audit-20260528.jsonl", "audit-20260529.jsonl", "audit-20260530.jsonl"]
    assert sorted(path.name for path in folder.glob("audit-*")) == names
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in names} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for line in (folder / names[0]).read_bytes().splitlines():
        assert line.isascii()
        assert json.loads(line)["schema"] == 1


def test_the_bounds_of_the_flows_do_not_touch_them(folder: Path) -> None:
    store = Store(folder)
    store.append(runs({"GET /a": "#"})[0])
    entries = Directory(folder).entries()
    gone = surplus(entries, current="", reserved=0, max_octets=0, max_age_days=0.001, now_ms=2 * BEGAN_MS)
    assert (entries, gone) == ([], [])


def test_their_own_bound_takes_the_oldest_day(folder: Path) -> None:
    (run,) = runs({"GET /a": "#"})
    store = Store(folder, most_octets=1500)
    for day in range(6):
        store.append(structs.replace(run, began_ms=BEGAN_MS + day * DAY_MS))
    left = sorted(path.name for path in folder.glob("audit-*"))
    assert left[-1] == "audit-20260602.jsonl"
    assert 1 <= len(left) < 6
    assert sum(path.stat().st_size for path in folder.glob("audit-*")) <= 1500


def test_a_torn_line_costs_itself_alone(folder: Path) -> None:
    first, second = runs({"GET /a": "#x"})
    store = Store(folder)
    store.append(first)
    (file,) = folder.glob("audit-*")
    with file.open("ab") as torn:
        torn.write(b'{"schema":1,"began_ms":17800')
    store.append(second)
    found = Runs(folder)
    assert list(found.since()) == [first, second]
    assert found.damaged == 1


HOSTILE = [
    b"",
    b"null",
    b"[1]",
    b'{"schema":1}',
    b"\xff\xfe",
    b"{" * 5000,
    b'{"schema":2,"began_ms":1,"took_ms":1,"weight":1,"set":"c2c","account":"a","key":"k","environment":"e","probes":[]}',
    b'{"schema":1,"began_ms":-1,"took_ms":1,"weight":1,"set":"c2c","account":"a","key":"k","environment":"e","probes":[]}',
    b'{"schema":1,"began_ms":9999999999999999,"took_ms":1,"weight":1,"set":"c2c","account":"a","key":"k","environment":"e",'
    b'"probes":[]}',
    b'{"schema":1,"began_ms":1,"took_ms":1,"weight":1,"set":"\\u001b[2J","account":"a","key":"k","environment":"e","probes":[]}',
    b'{"schema":1,"began_ms":1,"took_ms":1,"weight":1,"set":"c2c","account":"%s","key":"k","environment":"e","probes":[]}'
    % (b"a" * 500),
    b'{"schema":1,"began_ms":1,"took_ms":1,"weight":1,"set":"c2c","account":"a","key":"k","environment":"e","probes":[],'
    b'"series":{"began_ms":1,"every_s":0.0001,"for_s":1}}',
    b'{"schema":1,"began_ms":1,"took_ms":1,"weight":1,"set":"c2c","account":"a","key":"k","environment":"e",'
    b'"probes":[{"method":"GET\\n","path":"/a","host":"h","account":"a","at_ms":1}]}',
]


def test_what_somebody_else_wrote_is_skipped_and_counted(folder: Path) -> None:
    (run,) = runs({"GET /a": "#"})
    Store(folder).append(run)
    (file,) = folder.glob("audit-*")
    file.write_bytes(b"\n".join([*HOSTILE, file.read_bytes(), *HOSTILE]))
    found = Runs(folder)
    assert list(found.since()) == [run]
    assert found.damaged == 2 * (len(HOSTILE) - 1)  # an empty line is none


def test_links_pipes_and_strangers_are_not_read(folder: Path, tmp_path: Path) -> None:
    Store(folder)
    (tmp_path / "elsewhere").write_bytes(b"x\n")
    (folder / "audit-20260101.jsonl").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(folder / "audit-20260102.jsonl")
    (folder / "audit-20260103.jsonl").mkdir()
    (folder / "audit-x.jsonl").write_bytes(b"x\n")
    found = Runs(folder)
    assert (list(found.since()), found.damaged) == ([], 0)
    assert list(Runs(tmp_path / "none").since()) == []


def test_a_directory_that_nobody_may_read_is_not_called_empty(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(folder).append(runs({"GET /a": "#"})[0])

    def refuse(path: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)  # root may read anything
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        Runs(folder).since()


def test_a_link_in_the_place_of_a_file_is_not_written_through(folder: Path, tmp_path: Path) -> None:
    store = Store(folder)
    (tmp_path / "victim").write_bytes(b"")
    (folder / "audit-20260528.jsonl").symlink_to(tmp_path / "victim")
    with pytest.raises(ConfigError, match="could not be stored"):
        store.append(runs({"GET /a": "#"})[0])
    assert (tmp_path / "victim").read_bytes() == b""


def test_a_full_disk_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(folder)
    write = os.write
    monkeypatch.setattr("proxy.audit.store.os.write", lambda fd, data: write(fd, data[:40]))
    with pytest.raises(ConfigError, match="No space left") as raised:
        store.append(runs({"GET /a": "#"})[0])
    assert "--journal" in raised.value.hint


def test_a_key_has_the_tag_that_it_has_in_flows(folder: Path) -> None:
    store = Store(folder)
    again = Store(folder)
    assert store.tag("testkey" + "0" * 57) == again.tag("testkey" + "0" * 57)
    assert store.tag("testkey" + "0" * 57) != store.tag("testkey" + "1" * 57)


def test_one_process_asks_a_question_by_a_timetable(folder: Path) -> None:
    """Two would spend the weight twice, and show each change twice."""
    one, other = Store(folder), Store(folder)
    with one.asked_alone([("c2c", "a" * 64), ("spot", "a" * 64)]):
        with (
            pytest.raises(UsageError, match="another process asks this"),
            other.asked_alone([("spot", "a" * 64), ("c2c", "a" * 64)]),
        ):
            pass
        with other.asked_alone([("c2c", "b" * 64)]), other.asked_alone([("c2c", "a" * 64)]):
            pass  # another key, other sets
    with other.asked_alone([("c2c", "a" * 64), ("spot", "a" * 64)]):
        pass
    assert not list(Runs(folder).since())
