"""The journal: batches, intents, rotation, losses that are counted."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest
import structlog

from proxy.core.errors import ConfigError
from proxy.core.settings import JournalSettings
from proxy.journal import Journal, Reader
from proxy.journal.chain import LINK_OCTETS
from proxy.journal.writer import _OWN_OCTETS
from tests.journal.lines import (
    OWN,
    Later,
    StillClock,
    Told,
    bare_lines,
    files,
    flow,
    intent,
    open_journal,
    outcome,
    text,
)


def records(directory: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in bare_lines(text(directory))]


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
    assert later.batches() == [0.05]


def test_an_intent_is_written_at_once_with_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal(tmp_path, later=Later())
    writes: list[bytes] = []
    real = os.write

    def write(fd: int, data: bytes) -> int:
        writes.append(data)
        return real(fd, data)

    monkeypatch.setattr("proxy.journal.line_file.os.write", write)
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
    octets = old.stat().st_size
    os.utime(old, (clock.now_ms / 1000, clock.now_ms / 1000))
    clock.pass_by(3 * 86_400)
    journal = open_journal(tmp_path, clock, max_age_days=2, tell=told)
    journal.record(flow(2))
    assert not old.exists()
    assert told.events == [
        ("journal_removed", {"file": old.name, "octets": octets, "reason": "max_age_days"})
    ]


class FullDisk:
    """Takes the place of `os.write` and refuses while `error` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error = 0
        self._real = os.write
        monkeypatch.setattr("proxy.journal.line_file.os.write", self._write)

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
    assert told.names() == ["journal_key_not_stored", "journal_key_not_stored", "journal_dropped"]
    assert [facts.get("file") for _, facts in told.events] == ["tag.key", "chain.key", None]


def test_a_place_that_cannot_be_a_journal_is_a_bad_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError):
        Journal(JournalSettings(directory=str(tmp_path / "file")), StillClock())


def test_the_tag_key_stays_the_same(tmp_path: Path) -> None:
    assert open_journal(tmp_path).tag_key == open_journal(tmp_path).tag_key


def lines_of(directory: Path) -> list[tuple[object, ...]]:
    """Type and number of each line; of a note on losses how many, and how many of them were intents."""
    return [
        (one["type"], one["count"], one.get("intents", 0))
        if one["type"] == "dropped"
        else (one["type"], one.get("request_id"))
        for one in records(directory)
    ]


def test_a_lost_intent_is_counted_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the first loss, and at every later one, alone or with flows that waited."""
    clock, told, disk = StillClock(), Told(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, clock, tell=told, later=Later())
    disk.error = errno.ENOSPC
    journal.intent(intent(1))
    assert told.events == [("journal_dropped", {"count": 1, "intents": 1, "fault": "ENOSPC"})]
    journal.record(flow(2))
    journal.record(flow(3))
    journal.intent(intent(4))
    assert journal.dropped == 4
    clock.pass_by(60)
    journal.intent(intent(5))
    assert told.events[1:] == [("journal_dropped", {"count": 5, "intents": 3})]
    disk.error = 0
    journal.intent(intent(6))
    assert lines_of(tmp_path) == [("dropped", 5, 3), ("intent", "r-6")]
    assert told.events[2:] == [("journal_recovered", {"count": 5, "intents": 3})]


def written_alone(directory: Path) -> list[bytes]:
    journal = open_journal(directory)
    journal.record(flow(1))
    return text(directory).splitlines()


@pytest.mark.parametrize(("room", "lost", "intents"), [(3, 0, 0), (2, 1, 1), (1, 2, 1), (0, 3, 1)])
def test_of_a_batch_that_is_cut_the_intent_is_lost_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, lost: int, intents: int
) -> None:
    """Two flows and an intent, of which the disk takes so many lines."""
    told, later = Told(), Later()
    journal = open_journal(tmp_path, tell=told, later=later)
    journal.record(flow(1))
    journal.record(flow(2))
    lines = [flow(1).line, flow(2).line, intent(3).line]
    (first,) = (line for line in written_alone(tmp_path / "other") if line.startswith(OWN[0]))
    left = len(first) + 1 + sum(len(line) + len(',"seq":2,"hash":""') + 44 + 1 for line in lines[:room])
    real = os.write

    def limited(descriptor: int, data: bytes) -> int:
        nonlocal left
        if left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = real(descriptor, data[:left])
        left -= taken
        return taken

    monkeypatch.setattr("proxy.journal.line_file.os.write", limited)
    journal.intent(intent(3))
    monkeypatch.setattr("proxy.journal.line_file.os.write", real)
    assert (journal.written, journal.dropped) == (room, lost)
    facts = {"count": lost, "intents": intents, "fault": "ENOSPC"}
    assert told.events == ([("journal_dropped", facts)] if lost else [])
    journal.close()
    if lost:
        assert ("dropped", lost, intents) in lines_of(tmp_path)


def test_what_was_written_is_counted(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, later=Later())
    journal.intent(intent(1))
    assert (journal.written, journal.dropped) == (1, 0)
    for number in range(8):
        journal.record(flow(number))
    assert journal.written == 9
    journal.record(outcome(1))
    journal.close()
    assert (journal.written, journal.dropped) == (10, 0)
    assert lines_of(tmp_path)[-1] == ("outcome", "r-1")


def test_after_a_batch_the_next_flow_waits_again(tmp_path: Path) -> None:
    later = Later()
    journal = open_journal(tmp_path, later=later)
    for number in range(9):
        journal.record(flow(number))
    assert len(records(tmp_path)) == 8
    assert later.batches() == [0.05]  # of the first one; it will find the ninth
    later.run()
    assert len(records(tmp_path)) == 9
    later.run()
    assert later.calls == []
    journal.record(flow(9))
    assert later.batches() == [0.05]


def test_nothing_waits_and_nothing_is_written(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, later=Later())
    journal.flush()
    assert files(tmp_path) == []
    journal.close()
    assert files(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chain.key", "tag.key"]


def test_losses_are_told_at_once_and_then_once_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, told, disk = StillClock(), Told(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, clock, tell=told)
    disk.error = errno.ENOSPC
    for seconds, count in ((0, 1), (59.5, 1), (0.5, 3), (59.9, 3), (0.1, 5)):
        clock.pass_by(seconds)
        journal.record(flow(1))
        assert told.events[-1][1]["count"] == count
    assert told.names() == ["journal_dropped"] * 3
    disk.error = 0
    journal.record(flow(2))
    disk.error = errno.ENOSPC
    journal.record(flow(3))  # a new trouble is told at once
    assert told.names()[3:] == ["journal_recovered", "journal_dropped"]
    assert told.events[-1][1] == {"count": 1, "intents": 0, "fault": "ENOSPC"}
    assert journal.dropped == 6


def test_the_end_tells_of_intents_too_and_says_nothing_where_nothing_was_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, disk = Told(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, tell=told)
    disk.error = errno.ENOSPC
    journal.intent(intent(1))
    journal.close()
    assert told.events[-1] == ("journal_dropped", {"count": 1, "intents": 1})
    disk.error, good = 0, Told()
    journal = open_journal(tmp_path, tell=good)
    journal.record(flow(1))
    journal.close()
    assert good.events == []


def test_a_disk_that_recovers_at_the_end_gets_the_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, disk = Told(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, tell=told)
    disk.error = errno.ENOSPC
    journal.record(flow(1))
    disk.error = 0
    journal.close()
    assert lines_of(tmp_path) == [("dropped", 1, 0)]
    assert told.events[-1] == ("journal_recovered", {"count": 1, "intents": 0})


def test_a_file_is_half_of_all_at_most(tmp_path: Path) -> None:
    """So that one can be written while the other is kept."""
    journal = open_journal(tmp_path, file_bytes=16 * 1024 * 1024, max_bytes=131_072)
    for number in range(2000):
        journal.record(flow(number))
    journal.close()
    sizes = [path.stat().st_size for path in files(tmp_path)]
    assert max(sizes) <= 65_536
    assert 65_536 < sum(sizes) <= 131_072


def test_a_file_of_just_the_size_is_not_rotated(tmp_path: Path) -> None:
    """What the file still gets when it is closed, its last checkpoint, has its place."""
    journal = open_journal(tmp_path, file_bytes=65_536)
    journal.record(flow(1))
    (before,) = (path.stat().st_size for path in files(tmp_path))
    left = 65_536 - _OWN_OCTETS - LINK_OCTETS - 1 - before
    journal.record(flow(2, padding=left - len(flow(2, padding=1).line) + 1))
    assert len(files(tmp_path)) == 1
    journal.record(flow(1))
    sizes = [path.stat().st_size for path in files(tmp_path)]
    assert len(sizes) == 2
    assert 65_536 - _OWN_OCTETS < sizes[0] <= 65_536


def test_a_file_that_is_full_is_signed_and_the_chain_goes_on_in_the_next(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, file_bytes=65_536)
    for number in range(500):
        journal.record(flow(number))
    journal.close()
    first, *_, last = [path.read_bytes().splitlines() for path in files(tmp_path)]
    assert json.loads(first[-1]) | {"why": "full"} == json.loads(first[-1])
    assert json.loads(last[-1]) | {"why": "end"} == json.loads(last[-1])
    numbers = [json.loads(line)["seq"] for line in text(tmp_path).splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_lines_are_signed_when_they_are_many_or_after_ten_seconds(tmp_path: Path) -> None:
    def checkpoints() -> list[int]:
        found = map(json.loads, text(tmp_path).splitlines())
        return [one["seq"] for one in found if one["type"] == "checkpoint"]

    later = Later()
    journal = open_journal(tmp_path, later=later)
    for number in range(8):
        journal.record(flow(number))
    assert [seconds for seconds, _ in later.calls] == [0.05, 10.0]
    assert checkpoints() == []
    later.run()
    assert checkpoints() == [10]
    assert later.calls == []
    for number in range(256):
        journal.record(flow(number))
    assert checkpoints() == [10, 267]
    later.run()
    assert checkpoints() == [10, 267]
    journal.intent(intent(1))
    assert checkpoints() == [10, 267]  # nothing waits for a signature
    journal.close()
    assert checkpoints() == [10, 267, 269]


def test_bounds_are_looked_at_at_the_first_line_and_then_once_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = StillClock()
    looks: list[float] = []
    journal = open_journal(tmp_path, clock)

    def note(*_: object, **__: object) -> list[object]:
        looks.append(clock.seconds)
        return []

    monkeypatch.setattr("proxy.journal.writer.surplus", note)
    for seconds in (0, 10, 3589.5, 0.5, 3599.9, 0.1):
        clock.pass_by(seconds)
        journal.record(flow(1))
    assert looks == [1000.0, 4600.0, 8200.0]


def test_a_removed_file_is_told_and_written_about(tmp_path: Path) -> None:
    clock, told = StillClock(), Told()
    journal = open_journal(tmp_path, clock, max_age_days=2)
    journal.record(flow(1))
    journal.close()
    old = files(tmp_path)[0]
    octets, last = old.stat().st_size, json.loads(old.read_bytes().splitlines()[-1])
    os.utime(old, (clock.now_ms / 1000, clock.now_ms / 1000))
    clock.pass_by(2 * 86_400 + 1)
    journal = open_journal(tmp_path, clock, max_age_days=2, tell=told)
    journal.record(flow(2))
    removed, kept = records(tmp_path)
    assert removed == {
        "type": "removed",
        "schema": 1,
        "time": "2026-07-25T10:14:57.789Z",
        "file": old.name,
        "octets": octets,
        "reason": "max_age_days",
        "last_seq": 3,
        "last_hash": last["hash"],
    }
    assert kept["request_id"] == "r-2"


def test_the_note_on_losses_says_when_they_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, disk = StillClock(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, clock, tell=Told())
    disk.error = errno.ENOSPC
    journal.record(flow(1))
    clock.pass_by(5)
    disk.error = 0
    journal.record(flow(2))
    assert records(tmp_path)[0] == {
        "type": "dropped",
        "schema": 1,
        "time": "2026-07-23T10:15:01.789Z",
        "count": 1,
    }


def test_a_directory_that_cannot_be_tidied_is_written_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    journal = open_journal(tmp_path, tell=told)

    def broken(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("proxy.journal.writer.surplus", lambda *_, **__: broken())
    journal.record(flow(1))
    assert told.events == [("journal_not_tidied", {"error": "PermissionError"})]
    assert len(records(tmp_path)) == 1


def test_without_a_listener_the_programs_log_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, disk = StillClock(), FullDisk(monkeypatch)
    journal = open_journal(tmp_path, clock, max_age_days=1)
    journal.record(flow(1))
    journal.close()
    old = files(tmp_path)[0]
    os.utime(old, (0, 0))
    with structlog.testing.capture_logs() as logs:
        journal = open_journal(tmp_path, clock, max_age_days=1)
        journal.record(flow(2))
        disk.error = errno.ENOSPC
        journal.record(flow(3))
    assert [(one["event"], one["log_level"]) for one in logs] == [
        ("journal_removed", "info"),
        ("journal_dropped", "warning"),
    ]
    assert logs[0]["file"] == old.name
    assert logs[1]["count"] == 1


def test_what_was_lost_is_a_figure_of_its_own(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    (lost,) = journal.readings()
    assert (lost.name, lost.samples) == ("records_dropped", (((), 0),))
    journal.close()


def test_a_closed_journal_holds_nothing_open(tmp_path: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    for number in range(5):
        journal = open_journal(tmp_path / str(number))
        journal.intent(intent(1))
        journal.close()
    assert descriptors() == before


def test_a_directory_that_was_made_anew_gets_the_keys_of_what_is_written_there(tmp_path: Path) -> None:
    place = tmp_path / "journal"
    journal = open_journal(place)
    journal.record(flow(1))
    shutil.rmtree(place)
    journal.record(flow(2))
    journal.close()
    assert (place / "chain.key").read_bytes() == journal.chain_key.seed
    assert (place / "tag.key").read_bytes() == journal.tag_key
    again = open_journal(place)
    assert (again.tag_key, again.chain_key.public) == (journal.tag_key, journal.chain_key.public)


def test_keys_that_could_not_be_stored_are_stored_once_the_disk_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("proxy.journal.files.Directory.create", refuse)
        journal = open_journal(tmp_path, tell=Told())
        journal.record(flow(1))
    journal.record(flow(2))
    journal.close()
    assert open_journal(tmp_path).chain_key.public == journal.chain_key.public


def test_a_key_that_another_gateway_made_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("proxy.journal.files.Directory.create", refuse)
        journal = open_journal(tmp_path, tell=Told())
    other = open_journal(tmp_path)
    journal.record(flow(1))
    journal.close()
    assert (tmp_path / "chain.key").read_bytes() == other.chain_key.seed != journal.chain_key.seed


def test_facts_are_those_of_the_chain_that_is_written(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.record(flow(1))
    first = json.loads(text(tmp_path).splitlines()[0])
    assert journal.facts() == {"key": journal.chain_key.public, "chain": first["chain"], "lines": 2}
