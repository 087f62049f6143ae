"""Reading tolerates what a crash or a full disk left behind, and follows the writer."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from proxy.core.errors import ConfigError
from proxy.core.redaction import (
    DroppedRecord,
    RedactedFlow,
    RedactedOutcome,
    decode_foreign,
    encode_record,
    rfc3339,
)
from proxy.journal import Entry, Reader, find_flow
from tests.journal.lines import START_MS, Later, bare_lines, files, flow, intent, open_journal, outcome

NAME = "flows-20260723T101456789Z-{:04d}.jsonl"


def _read(line: bytes) -> Any:
    """A record of whatever type."""
    return decode_foreign(line)


def _write(directory: Path, number: int, data: bytes) -> None:
    (directory / NAME.format(number)).write_bytes(data)


def _append(directory: Path, number: int, data: bytes) -> None:
    with (directory / NAME.format(number)).open("ab") as file:
        file.write(data)


def test_intent_and_flow_are_joined(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.intent(intent(1))
    journal.intent(intent(2))
    journal.record(flow(1))
    journal.close()
    entries = list(Reader(tmp_path).entries())
    assert [(one.record.request_id.raw, one.unfinished) for one in entries] == [("r-1", False), ("r-2", True)]
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
        seen.extend(entry.record.request_id.raw for entry in Reader(tmp_path).follow(wait))
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

    reader, seen = Reader(tmp_path), list[str]()
    with pytest.raises(KeyboardInterrupt):
        seen.extend(entry.record.request_id.raw for entry in reader.follow(wait))
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
    lines: list[RedactedFlow | RedactedOutcome] = [flow(1, execution="unknown"), outcome(1)]
    for line in lines if first == "flow" else reversed(lines):
        journal.record(line)
    journal.intent(intent(2))
    journal.record(outcome(2))
    journal.close()
    one, two = Reader(tmp_path).entries()
    assert one.outcome is not None
    assert (one.outcome.outcome.raw, one.again) == ("executed", False)
    assert bare_lines(one.outcome_line) == [outcome(1).line]
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
            known = entry.outcome.outcome.raw if entry.outcome else None
            found.append((entry.record.request_id.raw, known, entry.again))
    journal.close()
    assert found == [("r-1", None, False), ("r-2", "executed", False), ("r-1", "not_found", True)]


class EndError(Exception):
    """Nothing more comes."""


def followed(reader: Reader, *steps: Callable[[], object]) -> list[tuple[object, ...]]:
    """What following hands out while, at each wait, the next step is taken."""
    left = list(steps)

    def wait() -> None:
        if not left:
            raise EndError
        left.pop(0)()

    found: list[tuple[object, ...]] = []
    with suppress(EndError):
        for entry in reader.follow(wait):
            known = entry.outcome.outcome if entry.outcome else None
            found.append((entry.record.request_id, type(entry.record).__name__, known, entry.again))
    return found


def test_what_an_entry_holds(tmp_path: Path) -> None:
    lines = [
        intent(1).line,
        flow(1, execution="unknown").line,
        outcome(1).line,
        intent(2).line,
        outcome(2).line,
    ]
    _write(tmp_path, 0, b"\n".join([*lines, flow(3).line, b""]))
    one, three, two = Reader(tmp_path).entries()
    assert one == Entry(
        _read(lines[1]),
        lines[1],
        _read(lines[0]),
        _read(lines[2]),
        lines[2],
        again=False,
    )
    assert two == Entry(_read(lines[3]), lines[3], None, _read(lines[4]), lines[4], again=False)
    assert three == Entry(_read(flow(3).line), flow(3).line)
    assert [entry.unfinished for entry in (one, two, three)] == [False, True, False]


def test_files_are_read_oldest_first_and_strangers_are_not(tmp_path: Path) -> None:
    _write(tmp_path, 2, flow(3).line + b"\n")
    _write(tmp_path, 0, flow(1).line + b"\n")
    _write(tmp_path, 1, flow(2).line + b"\n")
    (tmp_path / "flows-old.jsonl").write_bytes(flow(9).line)
    assert [one.record.request_id for one in Reader(tmp_path).entries()] == ["r-1", "r-2", "r-3"]
    assert [path.name for path in Reader(tmp_path).files()] == [NAME.format(n) for n in range(3)]
    assert Reader(tmp_path / "flows-old.jsonl").files() == [tmp_path / "flows-old.jsonl"]


def test_empty_lines_are_nothing_and_notes_are_handed_out_as_records(tmp_path: Path) -> None:
    note = encode_record(DroppedRecord(schema=1, time=rfc3339(START_MS), count=3, intents=1))
    _write(tmp_path, 0, b"\n\n" + flow(1).line + b"\n\n" + note + b"\n" + note + b"\n")
    reader = Reader(tmp_path)
    assert [line for _, line in reader.records()] == [flow(1).line, note, note]
    assert (reader.torn, reader.dropped) == (0, 6)


def test_every_torn_line_is_counted(tmp_path: Path) -> None:
    _write(tmp_path, 0, b"x\n" + flow(1).line + b"\ny\n")
    _write(tmp_path, 1, b"z")
    reader = Reader(tmp_path)
    assert len(list(reader.records())) == 1
    assert reader.torn == 3


def test_an_absurdly_long_line_is_torn_and_the_next_one_is_read(tmp_path: Path) -> None:
    _write(tmp_path, 0, b"x" * (9 * 1024 * 1024) + b"\n" + flow(1).line + b"\n")
    reader = Reader(tmp_path)
    assert [one.record.request_id for one in reader.entries()] == ["r-1"]
    assert reader.torn == 1


def test_no_record_is_read_out_of_the_middle_of_a_line(tmp_path: Path) -> None:
    """Where a reader that takes long lines in pieces would see one begin."""
    _write(tmp_path, 0, b"x" * 4 * 1024 * 1024 + flow(1).line + b"\n" + flow(2).line + b"\n")
    reader = Reader(tmp_path)
    assert [one.record.request_id for one in reader.entries()] == ["r-2"]
    assert reader.torn == 1


def test_a_long_line_is_torn_once_while_following(tmp_path: Path) -> None:
    _write(tmp_path, 0, b"x" * (9 * 1024 * 1024) + flow(1).line + b"\n" + flow(2).line + b"\n")
    reader, seen = Reader(tmp_path), list[str]()

    def wait() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seen.extend(entry.record.request_id.raw for entry in reader.follow(wait))
    assert (seen, reader.torn) == (["r-2"], 1)


@pytest.mark.parametrize("brackets", [b"[]", b"{}"])
def test_a_line_that_is_nested_without_end_is_torn(tmp_path: Path, brackets: bytes) -> None:
    opened, closed = brackets[:1], brackets[1:]
    inside = (
        opened * 100_000 + closed * 100_000 if opened == b"[" else b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    )
    nested = flow(1).line[:-1] + b',"more":' + inside + b"}"
    _write(tmp_path, 0, inside + b"\n" + nested + b"\n" + flow(2).line + b"\n")
    reader = Reader(tmp_path)
    assert [one.record.request_id for one in reader.entries()] == ["r-2"]
    assert reader.torn == 2


def test_a_line_of_4_mib_can_be_read(tmp_path: Path) -> None:
    short = flow(1, padding=1)
    long = flow(1, padding=4 * 1024 * 1024 - len(short.line))
    assert len(long.line) == 4 * 1024 * 1024 - 1
    _write(tmp_path, 0, long.line + b"\n")
    reader = Reader(tmp_path)
    assert [one.line for one in reader.entries()] == [long.line]
    assert reader.torn == 0


def test_an_outcome_of_a_flow_that_was_answered_is_joined_when_all_is_read(tmp_path: Path) -> None:
    """A look-up may have begun before the answer came after all."""
    _write(tmp_path, 0, b"\n".join([intent(1).line, flow(1).line, outcome(1).line, b""]))
    (entry,) = Reader(tmp_path).entries()
    assert entry.outcome is not None


def test_an_outcome_in_an_older_file_is_joined_too(tmp_path: Path) -> None:
    _write(
        tmp_path, 0, b"\n".join([intent(1).line, outcome(1, "not_found").line, b'{"type":"outcome"x', b""])
    )
    _write(tmp_path, 1, flow(1, execution="unknown").line)
    (entry,) = Reader(tmp_path).entries()
    assert entry.intent is not None
    assert entry.outcome is not None
    assert entry.outcome.outcome == "not_found"


def test_two_flows_of_one_id_have_the_intent_and_the_outcome_once(tmp_path: Path) -> None:
    lines = [intent(1).line, flow(1, execution="unknown").line, outcome(1).line, flow(1).line, b""]
    _write(tmp_path, 0, b"\n".join(lines))
    one, other = Reader(tmp_path).entries()
    assert (one.intent is not None, one.outcome is not None) == (True, True)
    assert (other.intent, other.outcome, other.outcome_line) == (None, None, b"")


def test_intents_stay_alone_once(tmp_path: Path) -> None:
    _write(tmp_path, 0, intent(1).line)
    reader = Reader(tmp_path)
    assert [len(list(reader.entries())) for _ in range(2)] == [1, 1]


def test_a_file_that_goes_while_the_journal_is_read_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        _write(tmp_path, number, flow(number).line + b"\n" + outcome(number).line + b"\n")
    reader = Reader(tmp_path)
    listed = reader.files()
    monkeypatch.setattr(Reader, "files", lambda _: listed)
    (tmp_path / NAME.format(1)).unlink()
    assert [one.record.request_id for one in reader.entries()] == ["r-0", "r-2"]
    assert find_flow(tmp_path, "r-0") == flow(0).line


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    """A pipe of this name would hold the reader for ever."""
    os.mkfifo(tmp_path / NAME.format(0))
    with pytest.raises(ConfigError) as told:
        list(Reader(tmp_path).entries())
    assert told.value.message == f"{tmp_path / NAME.format(0)} is not a regular file"


def test_what_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError) as told:
        Reader(tmp_path / "nothing").files()
    assert told.value.message == f"there is no journal at {tmp_path}/nothing"
    assert told.value.hint == "name its directory with --journal, or start the gateway"

    def closed(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(ConfigError) as told:
        Reader(tmp_path).files()
    assert told.value.message == f"the journal at {tmp_path} is not readable"
    assert told.value.hint == "it belongs to the user who runs the gateway"


def test_one_flow_is_the_newest_of_its_id_and_never_another_kind_of_line(tmp_path: Path) -> None:
    newer = flow(1, status=500)
    _write(tmp_path, 0, flow(1).line + b"\n" + flow(2).line + b"\n")
    _write(tmp_path, 1, intent(2).line + b"\n" + newer.line + b"\n" + outcome(2).line + b"\n")
    assert find_flow(tmp_path, "r-1") == newer.line
    assert find_flow(tmp_path, "r-2") == flow(2).line
    assert find_flow(tmp_path, "é") is None


def test_following_begins_with_the_oldest_file_and_waits_at_the_end_of_the_newest(tmp_path: Path) -> None:
    _write(tmp_path, 0, flow(1).line + b"\n")
    _write(tmp_path, 1, flow(2).line + b"\n")
    reader = Reader(tmp_path)
    found = followed(
        reader,
        lambda: None,
        lambda: _append(tmp_path, 1, flow(3).line + b"\n"),
        lambda: _write(tmp_path, 2, flow(4).line + b"\n" + flow(5).line + b"\n"),
        lambda: _append(tmp_path, 2, flow(6).line[:9]),
        lambda: _append(tmp_path, 2, flow(6).line[9:] + b"\n" + flow(7).line),
    )
    assert [one[0] for one in found] == [f"r-{n}" for n in range(1, 7)]
    assert reader.torn == 0


def test_what_is_added_to_a_file_before_it_is_left_is_not_missed(tmp_path: Path) -> None:
    """The writer ends one file and begins another between two looks."""
    _write(tmp_path, 0, flow(1).line + b"\n")

    def rotate() -> None:
        with (tmp_path / NAME.format(0)).open("ab") as file:
            file.write(flow(2).line + b"\n")
        _write(tmp_path, 1, flow(3).line + b"\n")

    assert [one[0] for one in followed(Reader(tmp_path), rotate)] == ["r-1", "r-2", "r-3"]


def test_half_a_line_at_the_end_of_a_file_that_is_left_is_torn(tmp_path: Path) -> None:
    _write(tmp_path, 0, flow(1).line + b"\n" + flow(2).line[:30])
    reader = Reader(tmp_path)
    found = followed(reader, lambda: _write(tmp_path, 1, flow(3).line + b"\n"))
    assert [one[0] for one in found] == ["r-1", "r-3"]
    assert reader.torn == 1


def test_each_file_that_is_left_with_half_a_line_counts(tmp_path: Path) -> None:
    for number in range(3):
        _write(tmp_path, number, flow(number).line + b"\n" + flow(9).line[:30])
    reader = Reader(tmp_path)
    followed(reader, lambda: _write(tmp_path, 3, flow(3).line + b"\n"))
    assert reader.torn == 3


def test_a_file_that_retention_took_is_left_for_the_next(tmp_path: Path) -> None:
    _write(tmp_path, 0, flow(1).line + b"\n")

    def replace() -> None:
        (tmp_path / NAME.format(0)).unlink()
        _write(tmp_path, 1, flow(2).line + b"\n")

    assert [one[0] for one in followed(Reader(tmp_path), replace)] == ["r-1", "r-2"]


def test_an_outcome_that_comes_before_its_flow_is_kept_for_it(tmp_path: Path) -> None:
    _write(tmp_path, 0, b"")
    append = partial(_append, tmp_path, 0)
    found = followed(
        Reader(tmp_path),
        lambda: append(intent(1).line + b"\n" + outcome(1).line + b"\n"),
        lambda: append(flow(1, execution="unknown").line + b"\n"),
        lambda: append(outcome(1, "not_found").line + b"\n"),  # a second one is nobody's
    )
    assert found == [("r-1", "ForeignFlow", "executed", False)]


def test_an_outcome_of_a_flow_that_was_answered_or_had_no_intent_comes_to_nothing_while_following(
    tmp_path: Path,
) -> None:
    _write(tmp_path, 0, b"")
    append = partial(_append, tmp_path, 0)
    found = followed(
        Reader(tmp_path),
        lambda: append(
            intent(1).line + b"\n" + flow(1, execution="answered").line + b"\n" + outcome(1).line + b"\n"
        ),
        lambda: append(flow(2, execution="unknown").line + b"\n" + outcome(2).line + b"\n"),
    )
    assert found == [("r-1", "ForeignFlow", None, False), ("r-2", "ForeignFlow", None, False)]


def test_a_flow_is_handed_out_again_once(tmp_path: Path) -> None:
    _write(tmp_path, 0, b"")
    append = partial(_append, tmp_path, 0)
    unknown = intent(1).line + b"\n" + flow(1, execution="unknown").line + b"\n"
    found = followed(
        Reader(tmp_path),
        lambda: append(unknown),
        lambda: append(outcome(1, "not_found").line + b"\n"),
        lambda: append(outcome(1, "executed").line + b"\n"),
    )
    assert found == [("r-1", "ForeignFlow", None, False), ("r-1", "ForeignFlow", "not_found", True)]
