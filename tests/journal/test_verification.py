"""Whole directories: several files, several gateways, files that are not there, ends that are open."""

import json
from pathlib import Path
from typing import Any

import pytest

from proxy.journal.verification import Kind, verify_journal
from tests.journal.chained import closed_lines, looked_at, looked_at_files, told
from tests.journal.lines import Later, StillClock, Told, files, flow, intent, open_journal

type Contents = dict[str, bytes]


def contents(directory: Path) -> Contents:
    return {path.name: path.read_bytes() for path in files(directory)}


def rotated(directory: Path, flows: int = 200, **more: Any) -> Contents:
    bounds: dict[str, Any] = {"file_bytes": 10_000} | more
    journal = open_journal(directory, **bounds)
    for number in range(flows):
        journal.record(flow(number))
    journal.close()
    return contents(directory)


def left_open(directory: Path, flows: int = 20) -> None:
    """As a gateway that is killed leaves it."""
    journal = open_journal(directory, later=Later())
    for number in range(flows):
        journal.record(flow(number))
    journal.flush()


def test_rotation_and_restarts_are_right(tmp_path: Path) -> None:
    rotated(tmp_path)
    rotated(tmp_path)
    found = contents(tmp_path)
    report = looked_at_files(found)
    assert (report.breaks, report.like_a_kill) == ([], [])
    assert report.files == len(found) > 8
    assert report.lines == sum(octets.count(b"\n") for octets in found.values())
    assert [one.state for one in report.chains] == ["closed", "closed"]


def test_two_gateways_keep_a_chain_each(tmp_path: Path) -> None:
    one, other = (open_journal(tmp_path, file_bytes=10_000, later=Later()) for _ in range(2))
    for number in range(200):
        (one if number % 3 else other).record(flow(number))
    one.close()
    other.close()
    report = verify_journal(files(tmp_path), Kind(whole=True))
    assert report.breaks == []
    assert sorted(one.last for one in report.chains) == sorted([one._chain.lines, other._chain.lines])
    assert {key for one in report.chains for key in one.keys} == {one.chain_key.public}


def test_a_killed_gateway_leaves_an_open_end_that_is_told_apart(tmp_path: Path) -> None:
    left_open(tmp_path)
    report = looked_at_files(contents(tmp_path))
    assert report.breaks == []
    (open_end,) = report.like_a_kill
    assert open_end.line == 21
    assert open_end.says.startswith(
        "the chain ends here, at line 21, without its closing line; the last 21 lines are"
    )


def test_the_next_start_bears_witness_to_the_end_of_the_one_before(tmp_path: Path) -> None:
    left_open(tmp_path)
    rotated(tmp_path, 3)
    found = contents(tmp_path)
    report = looked_at_files(found)
    assert (report.breaks, report.like_a_kill) == ([], [])
    assert [one.state for one in report.chains] == ["attested", "closed"]
    first, second = found
    lines = found[first].splitlines(keepends=True)
    for cut in (1, 5, 20):
        report = looked_at_files(found | {first: b"".join(lines[:-cut])})
        assert [(one.file, one.says) for one in report.breaks] == [
            (first, f"is cut: {second} found line 21 of the chain at its end when it began")
        ]


@pytest.mark.parametrize("gone", [0, 1, 3])
def test_a_file_that_is_not_there_is_missed(tmp_path: Path, gone: int) -> None:
    found = rotated(tmp_path)
    names = list(found)
    del found[names[gone]]
    (one,) = looked_at_files(found).breaks
    assert (one.file, one.line) == (names[gone + 1], 1)
    assert one.says.startswith(f"{names[gone]}, with the lines up to ")
    assert one.says.endswith("is missing: retention would have left a note")


def test_that_the_newest_files_are_not_there_cannot_be_told_from_a_kill(tmp_path: Path) -> None:
    found = rotated(tmp_path)
    name = list(found)[-2]
    del found[list(found)[-1]]
    report = looked_at_files(found)
    assert report.breaks == []
    assert [(one.file, one.says) for one in report.like_a_kill] == [
        (name, "the chain ends with the note that another file follows, and there is none")
    ]


def test_a_file_that_retention_removed_is_explained_by_its_note(tmp_path: Path) -> None:
    told_ = Told()
    found = rotated(tmp_path, 500, max_bytes=40_000, tell=told_)
    assert told_.names().count("journal_removed") > 3
    report = looked_at_files(found)
    assert report.breaks == []
    assert "were in files that retention removed, by a note in the chain" in report.remarks[0].says
    (chain,) = report.chains
    assert chain.first > 100
    del found[next(iter(found))]  # nobody noted that
    assert len(looked_at_files(found).breaks) == 1


def test_notes_of_one_gateway_on_the_files_of_another_outlive_them(tmp_path: Path) -> None:
    """The one that removes writes its note into the newest file of all, though its own is older."""
    clock = StillClock()
    slow = open_journal(tmp_path, clock, file_bytes=10_000, max_bytes=40_000, tell=Told())
    slow.record(flow(0))
    fast = open_journal(tmp_path, clock, file_bytes=10_000, max_bytes=1 << 30)
    for number in range(250):
        clock.pass_by(1)
        fast.record(flow(number))
    before = contents(tmp_path)
    clock.pass_by(3600)
    slow.record(flow(1))
    after = contents(tmp_path)
    assert len(before.keys() - after.keys()) > 3
    assert list(after)[-1] not in before
    assert b'"type":"removed"' in after[list(after)[-1]]
    assert looked_at_files(after).breaks == []


def test_a_note_that_could_not_be_written_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated(tmp_path)
    journal = open_journal(tmp_path, file_bytes=10_000, max_bytes=40_000, tell=Told())
    real = journal._sink._append
    monkeypatch.setattr(journal._sink, "_append", lambda _data: (0, "ENOSPC"))
    journal.record(flow(1))
    assert journal.dropped == 1
    monkeypatch.setattr(journal._sink, "_append", real)
    for number in range(200):
        journal.record(flow(number))
    journal.close()
    assert looked_at_files(contents(tmp_path)).breaks == []


def test_swapped_names_are_told(tmp_path: Path) -> None:
    found = rotated(tmp_path)
    one, other = list(found)[2:4]
    breaks = looked_at_files(found | {one: found[other], other: found[one]}).breaks
    assert (one, 1, f"the file was named {other} when it was written") in [
        (b.file, b.line, b.says) for b in breaks
    ]


def test_a_file_alone_says_where_the_rest_is(tmp_path: Path) -> None:
    found = rotated(tmp_path)
    first, name = list(found)[2:4]
    report = looked_at_files({name: found[name]}, whole=False)
    assert report.breaks == []
    assert report.remarks[0].says.startswith("the chain begins in other files: line ")
    assert report.remarks[0].says.endswith(f" of it stands at the end of {first}")


def test_journals_from_before_there_were_chains_are_no_failure(tmp_path: Path) -> None:
    old = {"flows-20250723T101456789Z-0000.jsonl": flow(1).line + b"\n" + flow(2).line + b"\n"}
    report = looked_at_files(old)
    assert (report.breaks, report.unchained, report.lines) == ([], list(old), 0)
    report = looked_at_files(old | rotated(tmp_path))
    assert (report.breaks, report.unchained) == ([], list(old))


def test_one_without_a_chain_among_newer_ones_is(tmp_path: Path) -> None:
    found = rotated(tmp_path)
    name = "flows-20990723T101456789Z-0000.jsonl"
    (one,) = looked_at_files(found | {name: flow(1).line + b"\n"}).breaks
    assert (one.file, one.says) == (name, "has no chain, and is newer than files that have one")


def test_files_into_which_nothing_could_be_written_are_told(tmp_path: Path) -> None:
    found = rotated(tmp_path)
    report = looked_at_files(found | {"flows-20990723T101456789Z-0000.jsonl": b""})
    assert (report.breaks, report.remarks[0].says) == (
        [],
        "the file is empty: the gateway could not write into it",
    )
    report = looked_at_files(found | {"flows-20990723T101456789Z-0000.jsonl": b'{"type":"chain","sch'})
    assert (report.breaks, report.like_a_kill[0].says) == ([], "holds the beginning of its first line alone")


@pytest.mark.parametrize("cut", range(0, 3000, 37))
def test_a_right_journal_is_never_accused_wherever_a_kill_stopped_it(tmp_path: Path, cut: int) -> None:
    left_open(tmp_path)
    ((name, octets),) = contents(tmp_path).items()
    assert looked_at_files({name: octets[: len(octets) - cut]}).breaks == []


def test_intents_and_flows_are_lines_alike(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.intent(intent(1))
    journal.record(flow(1))
    journal.close()
    types = [json.loads(line)["type"] for line in contents(tmp_path)[files(tmp_path)[0].name].splitlines()]
    assert types == ["chain", "intent", "flow", "checkpoint"]
    assert looked_at_files(contents(tmp_path)).breaks == []


def test_nothing_to_look_at_has_no_chain() -> None:
    assert looked_at([], end=b"").lines == 0
    assert told(looked_at([], end=b"")) == []


def test_damage_without_end_is_told_with_an_end(tmp_path: Path) -> None:
    lines = closed_lines(tmp_path, 5000)
    report = looked_at(lines[::-1])
    assert any("more is wrong with this chain than is told here" in one.says for one in report.breaks)
    assert len(report.breaks) < 5000


def test_who_asks_for_a_key_is_told_of_what_bears_no_signature(tmp_path: Path) -> None:
    left_open(tmp_path)
    old = tmp_path / "flows-20250723T101456789Z-0000.jsonl"
    old.write_bytes(flow(1).line + b"\n")
    report = verify_journal(files(tmp_path), Kind(whole=True, signed=True), ["A" * 43 + "="])
    assert [(one.file, one.says) for one in report.breaks] == [
        (old.name, "has no chain, and so no signature of the key that was asked for"),
        (
            files(tmp_path)[1].name,
            "bears no signature: nothing shows that its lines are of the key that was asked for",
        ),
    ]


def test_lines_that_were_moved_over_the_border_of_two_files_are_told(tmp_path: Path) -> None:
    """Read one after the other the files are the same as before."""
    found = rotated(tmp_path)
    one, other = list(found)[1:3]
    lines, more = (found[name].splitlines(keepends=True) for name in (one, other))
    down = {one: b"".join(lines[:-1]), other: b"".join([lines[-1], *more])}
    assert [(one.file, one.line, one.says) for one in looked_at_files(found | down).breaks] == [
        (other, 1, "this line was written at the end of the file before, not here"),
        (other, 2, f"this line and those behind it were written to {other}, not here"),
    ]
    up = {one: b"".join([*lines, *more[:2]]), other: b"".join(more[2:])}
    assert [(one.file, one.line, one.says) for one in looked_at_files(found | up).breaks] == [
        (one, len(lines) + 1, f"this line and those behind it were written to {other}, not here"),
        (one, len(lines) + 1, f"the file was named {other} when it was written"),
        (other, 1, "this line was written at the end of the file before, not here"),
    ]
