"""Reading tolerates what a crash or a full disk left behind, and follows the writer."""

from contextlib import suppress
from pathlib import Path

import pytest

from proxy.core.errors import ConfigError
from proxy.journal import Reader, find_flow
from tests.journal.lines import Later, files, flow, intent, open_journal, outcome

NAME = "flows-20260723T101456789Z-{:04d}.jsonl"


def _write(directory: Path, number: int, data: bytes) -> None:
    (directory / NAME.format(number)).write_bytes(data)


def test_intent_and_flow_are_joined(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.intent(intent(1))
    journal.intent(intent(2))
    journal.record(flow(1))
    journal.close()
    entries = list(Reader(tmp_path).entries())
    assert [(one.record.request_id, one.unfinished) for one in entries] == [("r-1", False), ("r-2", True)]
    assert entries[0].intent is not None


@pytest.mark.parametrize(
    "damage",
    [
        b'{"type":"flow","schema":1,"ti',
        b"\x00\x00\x00",
        b"\xff\xfe",
        b"not json",
        b'{"type":"flow","schema":7}',
    ],
)
def test_torn_lines_are_skipped_and_counted(tmp_path: Path, damage: bytes) -> None:
    _write(tmp_path, 0, flow(1).line + b"\n" + damage + b"\n" + flow(2).line + b"\n")
    reader = Reader(tmp_path)
    assert [one.record.request_id for one in reader.entries()] == ["r-1", "r-2"]
    assert reader.torn == 1


def test_a_last_line_without_newline_counts_if_it_is_whole(tmp_path: Path) -> None:
    _write(tmp_path, 0, flow(1).line)
    _write(tmp_path, 1, flow(2).line[:-5])
    reader = Reader(tmp_path)
    assert [one.record.request_id for one in reader.entries()] == ["r-1"]
    assert reader.torn == 1


def test_a_single_file_can_be_read(tmp_path: Path) -> None:
    _write(tmp_path, 0, flow(1).line + b"\n")
    assert len(list(Reader(tmp_path / NAME.format(0)).entries())) == 1


def test_no_journal_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no journal"):
        list(Reader(tmp_path / "nothing").entries())


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(flow(1).line + b"\n")
    (tmp_path / NAME.format(0)).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="cannot be read"):
        list(Reader(tmp_path).entries())


def test_following_across_rotation_misses_nothing(tmp_path: Path) -> None:
    journal = open_journal(tmp_path, file_bytes=65_536, later=Later())
    journal.record(flow(0))
    journal.flush()
    written = 1

    class EnoughError(Exception):
        pass

    def wait() -> None:
        nonlocal written
        if written >= 1500:
            raise EnoughError
        for number in range(written, written + 100):
            journal.record(flow(number, padding=200))
        journal.flush()
        written += 100

    seen: list[str] = []
    with suppress(EnoughError):
        seen.extend(entry.record.request_id for entry in Reader(tmp_path).follow(wait))
    assert seen == [f"r-{number}" for number in range(written)]
    assert len(files(tmp_path)) > 2


def test_half_a_line_is_waited_for(tmp_path: Path) -> None:
    line = flow(1).line + b"\n"
    _write(tmp_path, 0, line[:50])
    waited = 0

    def wait() -> None:
        nonlocal waited
        waited += 1
        if waited > 2:
            raise KeyboardInterrupt
        with (tmp_path / NAME.format(0)).open("ab") as file:
            file.write(line[50:] if waited == 2 else b"")

    reader, seen = Reader(tmp_path), []
    with pytest.raises(KeyboardInterrupt):
        seen.extend(entry.record.request_id for entry in reader.follow(wait))
    assert reader.torn == 0


def test_one_flow_is_found_by_its_id(tmp_path: Path) -> None:
    assert find_flow(tmp_path / "nothing", "r-1") is None
    _write(tmp_path, 0, intent(1).line + b"\n" + flow(1).line + b"\n")
    _write(tmp_path, 1, flow(12).line + b"\n")
    assert find_flow(tmp_path, "r-1") == flow(1).line
    assert find_flow(str(tmp_path), "r-12") == flow(12).line
    assert find_flow(tmp_path, "r-2") is None


@pytest.mark.parametrize("first", ["flow", "outcome"])
def test_an_outcome_is_joined_wherever_it_stands(tmp_path: Path, first: str) -> None:
    journal = open_journal(tmp_path)
    journal.intent(intent(1))
    lines = [flow(1, execution="unknown"), outcome(1)]
    for line in lines if first == "flow" else reversed(lines):
        journal.record(line)
    journal.intent(intent(2))
    journal.record(outcome(2))
    journal.close()
    one, two = Reader(tmp_path).entries()
    assert one.outcome is not None
    assert (one.outcome.outcome, one.outcome_line, one.again) == ("executed", outcome(1).line, False)
    assert two.unfinished
    assert two.outcome is not None


def test_an_outcome_of_no_flow_is_nobodys(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.record(outcome(9))
    journal.record(flow(1))
    journal.close()
    (entry,) = Reader(tmp_path).entries()
    assert entry.outcome is None


def test_following_hands_a_flow_out_again_when_its_outcome_comes(tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    journal = open_journal(tmp_path)
    journal.intent(intent(1))
    journal.record(flow(1, execution="unknown"))
    journal.intent(intent(2))
    journal.record(outcome(2))
    journal.record(flow(2, execution="unknown"))
    waits = 0

    def wait() -> None:
        nonlocal waits
        waits += 1
        if waits > 1:
            raise StopError
        journal.record(outcome(1, "not_found"))

    found = []
    with suppress(StopError):
        for entry in Reader(tmp_path).follow(wait):
            known = entry.outcome.outcome if entry.outcome else None
            found.append((entry.record.request_id, known, entry.again))
    journal.close()
    assert found == [("r-1", None, False), ("r-2", "executed", False), ("r-1", "not_found", True)]
