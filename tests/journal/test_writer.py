"""The journal: batches, intents, rotation, losses that are counted."""

import errno
import json
import os
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.core.settings import JournalSettings
from proxy.journal import Journal, Reader
from tests.journal.lines import Later, StillClock, Told, files, flow, intent, open_journal, text


def records(directory: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in text(directory).splitlines()]


def test_flows_are_written_eight_at_a_time(tmp_path: Path) -> None:
    later = Later()
    journal = open_journal(tmp_path, later=later)
    for number in range(7):
        journal.record(flow(number))
    assert files(tmp_path) == []
    journal.record(flow(7))
    assert len(records(tmp_path)) == 8


def test_or_fifty_milliseconds_after_the_first(tmp_path: Path) -> None:
    later = Later()
    journal = open_journal(tmp_path, later=later)
    journal.record(flow(1))
    journal.record(flow(2))
    assert [seconds for seconds, _ in later.calls] == [0.05]
    later.run()
    assert len(records(tmp_path)) == 2
    journal.record(flow(3))
    assert len(later.calls) == 1


def test_an_intent_is_written_at_once_with_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal(tmp_path, later=Later())
    writes: list[bytes] = []
    real = os.write
    monkeypatch.setattr("proxy.journal.sink.os.write", lambda fd, data: writes.append(data) or real(fd, data))
    journal.record(flow(1))
    journal.intent(intent(2))
    assert [(one["type"], one["request_id"]) for one in records(tmp_path)] == [
        ("flow", "r-1"),
        ("intent", "r-2"),
    ]
    assert len(writes) == 1


def test_nothing_is_lost_at_the_end(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, later=Later())
    journal.record(flow(1))
    journal.close()
    assert len(records(tmp_path)) == 1


def test_rotation_loses_nothing(tmp_path: Path) -> None:
    """lifecycle-04: 10,000 lines over many files, none lost, none doubled, in order."""
    journal = open_journal(tmp_path, file_bytes=100 * 1024, max_bytes=100 * 1024 * 1024, later=Later())
    for number in range(10_000):
        journal.record(flow(number, padding=number % 300))
    journal.close()
    assert [one["request_id"] for one in records(tmp_path)] == [f"r-{n}" for n in range(10_000)]
    sizes = [path.stat().st_size for path in files(tmp_path)]
    assert len(sizes) > 20
    assert max(sizes) <= 100 * 1024


def test_the_oldest_files_go_and_it_is_told(tmp_path: Path) -> None:
    told = Told()
    journal = open_journal(tmp_path, file_bytes=65_536, max_bytes=200_000, tell=told)
    for number in range(3000):
        journal.record(flow(number))
        assert sum(path.stat().st_size for path in files(tmp_path)) <= 200_000
    journal.close()
    kept = records(tmp_path)
    removed = [one for one in kept if one["type"] == "removed"]
    assert told.names().count("journal_removed") >= len(removed) > 0
    assert removed[0]["reason"] == "max_bytes"
    numbers = [int(str(one["request_id"])[2:]) for one in kept if one["type"] == "flow"]
    assert numbers == list(range(numbers[0], 3000))


def test_old_files_go_by_age(tmp_path: Path) -> None:
    clock, told = StillClock(), Told()
    journal = open_journal(tmp_path, clock, max_age_days=2, tell=told)
    journal.record(flow(1))
    journal.close()
    old = files(tmp_path)[0]
    os.utime(old, (clock.now_ms / 1000, clock.now_ms / 1000))
    clock.pass_by(3 * 86_400)
    journal = open_journal(tmp_path, clock, max_age_days=2, tell=told)
    journal.record(flow(2))
    assert not old.exists()
    assert told.events == [("journal_removed", {"file": old.name, "octets": 145, "reason": "max_age_days"})]


class FullDisk:
    """Takes the place of `os.write` and refuses while `error` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error = 0
        self._real = os.write
        monkeypatch.setattr("proxy.journal.sink.os.write", self._write)

    def _write(self, descriptor: int, data: bytes) -> int:
        if self.error:
            raise OSError(self.error, os.strerror(self.error))
        return self._real(descriptor, data)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_losses_are_counted_told_once_a_minute_and_written_on_recovery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    """lifecycle-03. Nothing of it reaches the caller."""
    clock, told, disk = StillClock(), Told(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, clock, tell=told)
    journal.record(flow(0))
    disk.error = error
    for number in range(1, 101):
        clock.pass_by(1)
        journal.record(flow(number))
        if number == 50:
            journal.intent(intent(1000))
    assert journal.dropped == 101
    assert told.names() == ["journal_dropped", "journal_dropped"]
    assert told.events[0] == ("journal_dropped", {"count": 1, "intents": 0, "fault": errno.errorcode[error]})
    disk.error = 0
    journal.record(flow(200))
    kept = records(tmp_path)
    assert [one["type"] for one in kept] == ["flow", "dropped", "flow"]
    assert (kept[1]["count"], kept[1]["intents"]) == (101, 1)
    assert told.events[-1] == ("journal_recovered", {"count": 101, "intents": 1})
    reader = Reader(tmp_path)
    assert len(list(reader.entries())) == 2
    assert (reader.dropped, reader.torn) == (101, 0)


def test_losses_at_the_very_end_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, disk = Told(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, tell=told)
    disk.error = errno.ENOSPC
    journal.record(flow(1))
    journal.record(flow(2))
    journal.close()
    assert told.events[-1] == ("journal_dropped", {"count": 2, "intents": 0})


def test_a_full_disk_at_the_start_is_no_reason_not_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("proxy.journal.files.Directory.create", refuse)
    journal = open_journal(tmp_path, tell=told)
    assert len(journal.tag_key) == 32
    journal.record(flow(1))
    assert journal.dropped == 1
    assert told.names() == ["journal_key_not_stored", "journal_dropped"]


def test_a_place_that_cannot_be_a_journal_is_a_bad_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError):
        Journal(JournalSettings(directory=str(tmp_path / "file")), StillClock())


def test_the_tag_key_stays_the_same(tmp_path: Path) -> None:
    assert open_journal(tmp_path).tag_key == open_journal(tmp_path).tag_key
