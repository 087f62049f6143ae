"""The file that gateways share: what is written, what of it is believed, and that no writer loses another's holds."""

import fcntl
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proxy.core.retry_after import Scope
from proxy.limits.holds_file import HoldsFile, Key, TimedHold

HOST = "https://x"
IP: Key = (Scope.IP, HOST, "")
ORDERS: Key = (Scope.ORDERS, HOST, "main")


class Clocks:
    def __init__(self) -> None:
        self.now, self.wall_ms = 100.0, 1_700_000_000_000

    def file(self, directory: Path, *, makes_place: bool = False) -> HoldsFile:
        path = directory / "holds.json"
        return HoldsFile(path, lambda: self.now, lambda: self.wall_ms, makes_place=makes_place)


def content(directory: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((directory / "holds.json").read_bytes())["holds"]
    return found


def boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def test_a_line_says_when_a_hold_ends_on_both_clocks(tmp_path: Path) -> None:
    clocks = Clocks()
    clocks.file(tmp_path).merge({ORDERS: TimedHold(107.2504, 30.0)})
    assert content(tmp_path) == [
        {
            "scope": "orders",
            "host": HOST,
            "account": "main",
            "seconds": 30.0,
            "until_ms": 1_700_000_007_250,
            "until_steady": 107.2504,
            "boot": boot(),
        }
    ]


def test_what_is_over_is_not_written(tmp_path: Path) -> None:
    file = Clocks().file(tmp_path)
    file.merge(
        {IP: TimedHold(100.0, 7.0), ORDERS: TimedHold(100.001, 7.0), (*IP[:2], "a"): TimedHold(99.0, 7.0)}
    )
    assert [one["scope"] for one in content(tmp_path)] == ["orders"]


def test_before_the_first_gateway_has_run_a_hold_is_shared_as_well(tmp_path: Path) -> None:
    """doctor and audit ask by themselves, and nobody made a journal yet."""
    clocks = Clocks()
    place = tmp_path / "to come" / "journal"
    assert clocks.file(place, makes_place=True).merge({}) is None
    assert not place.exists()
    assert clocks.file(place, makes_place=True).merge({IP: TimedHold(400.0, 300.0)}) is not None
    assert place.stat().st_mode & 0o777 == 0o700
    assert clocks.file(place).read() == {IP: TimedHold(400.0, 300.0)}


@pytest.mark.parametrize("name", ["file", "link", "A1b2" * 16])
def test_what_is_no_place_for_it_is_left_alone(tmp_path: Path, name: str) -> None:
    """The last one is a key, given where a path belongs."""
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    assert Clocks().file(tmp_path / name, makes_place=True).merge({IP: TimedHold(400.0, 300.0)}) is None
    assert sorted(tmp_path.rglob("*")) == before


MERGED = [
    # end in the file, end that is merged -> end afterwards
    (400.0, 399.0, 400.0),
    (400.0, 400.0, 400.0),
    (400.0, 401.0, 401.0),
    (400.0, 100.5, 400.0),
    (100.5, 400.0, 400.0),
]


@pytest.mark.parametrize(("first", "second", "end"), MERGED)
def test_where_two_know_of_a_hold_the_later_end_counts(
    first: float, second: float, end: float, tmp_path: Path
) -> None:
    clocks = Clocks()
    one, other = clocks.file(tmp_path), clocks.file(tmp_path)
    one.merge({IP: TimedHold(first, 300.0)})
    merged = other.merge({IP: TimedHold(second, 302.0)})
    assert merged is not None
    assert merged[IP] == TimedHold(end, 302.0 if second > first else 300.0)
    assert [line["until_steady"] for line in content(tmp_path)] == [end]
    assert clocks.file(tmp_path).read()[IP].until == end


def test_holds_of_another_kind_host_or_account_stay_beside_each_other(tmp_path: Path) -> None:
    clocks = Clocks()
    keys: list[Key] = [IP, ORDERS, (Scope.ORDERS, HOST, "other"), (Scope.IP, "https://y", "")]
    for number, key in enumerate(keys):
        merged = clocks.file(tmp_path).merge({key: TimedHold(200.0 - number, 100.0)})
        assert merged is not None
        assert list(merged) == keys[: number + 1]
    found = clocks.file(tmp_path).read()
    assert [(key, found[key].until, found[key].seconds) for key in keys] == [
        (key, 200.0 - number, 100.0) for number, key in enumerate(keys)
    ]


def entry(**changes: Any) -> dict[str, Any]:
    line = {"scope": "ip", "host": HOST, "account": "", "seconds": 300.0, "until_ms": 1_700_000_010_000}
    return line | {"until_steady": 120.0, "boot": boot(), **changes}


BELIEVED = [
    # changes of a line whose hold was 300 s long -> seconds left; None: none
    ({}, 20.0),
    ({"until_steady": 100.0}, None),
    ({"until_steady": 99.0}, None),
    ({"until_steady": 100.001}, 0.001),
    ({"until_steady": 400.0}, 300.0),
    ({"until_steady": 401.0}, 301.0),  # one second for rounding
    ({"until_steady": 402.0}, 301.0),
    ({"until_steady": 402.0, "until_ms": 0}, 301.0),
    ({"boot": "another"}, 10.0),
    ({"boot": ""}, 10.0),
    ({"boot": "another", "until_ms": 1_700_000_000_000}, None),
    ({"boot": "another", "until_ms": 1_700_000_000_001}, 0.001),
    ({"boot": "another", "until_ms": 1_700_000_500_000}, 301.0),
    ({"seconds": 400_000.0, "until_steady": 300_000.0}, 259_200.0),
    ({"seconds": 259_198.0, "until_steady": 300_000.0}, 259_199.0),
    ({"seconds": 0.0, "until_steady": 300_000.0}, 1.0),
    ({"seconds": -1.0, "until_steady": 300_000.0}, None),
]


@pytest.mark.parametrize(("changes", "seconds"), BELIEVED)
def test_what_of_a_line_is_believed(changes: dict[str, Any], seconds: float | None, tmp_path: Path) -> None:
    line = entry(**changes)
    (tmp_path / "holds.json").write_text(json.dumps({"holds": [line]}))
    found = Clocks().file(tmp_path).read()
    if seconds is None:
        assert found == {}
    else:
        assert found[IP].until == pytest.approx(100.0 + seconds)
        assert found[IP].seconds == line["seconds"]


def test_where_nobody_can_tell_boots_apart_the_wall_clock_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_any: Any, **_more: Any) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", unreadable)
    clocks = Clocks()
    clocks.file(tmp_path).merge({IP: TimedHold(400.0, 300.0)})
    assert content(tmp_path)[0]["boot"] == ""
    clocks.now, clocks.wall_ms = 350.0, clocks.wall_ms + 100_000
    assert clocks.file(tmp_path).read()[IP].until == 350.0 + 200.0


def test_a_thousand_entries_are_read_and_no_more(tmp_path: Path) -> None:
    lines = [entry(scope="orders", account=str(number)) for number in range(1001)]
    text = json.dumps({"holds": lines}, separators=(",", ":"))
    assert len(text) < 262_144
    (tmp_path / "holds.json").write_text(text)
    found = Clocks().file(tmp_path).read()
    assert len(found) == 1000
    assert (Scope.ORDERS, HOST, "999") in found


@pytest.mark.parametrize(("octets", "holds"), [(262_144, 1), (262_145, 0)])
def test_a_file_of_256_kib_is_read_whole_and_a_larger_one_is_not_ours(
    octets: int, holds: int, tmp_path: Path
) -> None:
    text = json.dumps({"holds": [entry()]})
    (tmp_path / "holds.json").write_text(" " * (octets - len(text)) + text)
    assert len(Clocks().file(tmp_path).read()) == holds


def _touched(path: Path) -> None:
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))


def _grown(path: Path) -> None:
    before = path.stat()
    path.write_bytes(path.read_bytes() + b" ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replaced(path: Path) -> None:
    before, text = path.stat(), path.read_bytes()
    other = path.with_name("other")
    other.write_bytes(text)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [_touched, _grown, _replaced, Path.unlink])
def test_every_change_of_the_file_shows(change: Callable[[Path], None], tmp_path: Path) -> None:
    file = Clocks().file(tmp_path)
    assert not file.changed()  # it is not there, and was not
    file.merge({IP: TimedHold(400.0, 300.0)})
    assert not file.changed()
    change(tmp_path / "holds.json")
    assert file.changed()
    file.read()
    assert not file.changed()


def test_what_another_one_wrote_shows_until_it_was_read(tmp_path: Path) -> None:
    clocks = Clocks()
    one, other = clocks.file(tmp_path), clocks.file(tmp_path)
    one.merge({IP: TimedHold(400.0, 300.0)})
    assert (one.changed(), other.changed()) == (False, True)
    other.merge({ORDERS: TimedHold(400.0, 300.0)})
    assert (one.changed(), other.changed()) == (True, False)


def test_a_draft_that_cannot_take_its_place_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Clocks().file(tmp_path)
    file.merge({IP: TimedHold(400.0, 300.0)})

    drafts: list[str] = []

    def full(draft: Path, *_any: Any) -> None:
        drafts.append(draft.name)
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        assert file.merge({ORDERS: TimedHold(400.0, 300.0)}) is None
    assert [name.startswith(".holds.json.") for name in drafts] == [True]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["holds.json", "holds.json.lock"]
    assert [one["scope"] for one in content(tmp_path)] == ["ip"]
    assert file.merge({ORDERS: TimedHold(400.0, 300.0)}) is not None
    assert [one["scope"] for one in content(tmp_path)] == ["ip", "orders"]


def test_a_lock_that_leads_elsewhere_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "holds.json.lock").symlink_to(tmp_path / "elsewhere")
    assert Clocks().file(tmp_path).merge({IP: TimedHold(400.0, 300.0)}) is None
    assert [one.name for one in tmp_path.iterdir()] == ["holds.json.lock"]


@pytest.mark.parametrize(
    ("free_after", "written", "pauses"), [(0, True, 0), (1, True, 1), (9, True, 9), (10, False, 9)]
)
def test_a_lock_is_tried_ten_times_a_millisecond_apart(
    free_after: int, written: bool, pauses: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    with (tmp_path / "holds.json.lock").open("w") as lock:
        if free_after:
            fcntl.flock(lock, fcntl.LOCK_EX)

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            if len(slept) == free_after:
                fcntl.flock(lock, fcntl.LOCK_UN)

        monkeypatch.setattr(time, "sleep", sleep)
        merged = Clocks().file(tmp_path).merge({IP: TimedHold(400.0, 300.0)})
    assert (merged is not None) is written
    assert (tmp_path / "holds.json").exists() is written
    assert slept == [0.001] * pauses


def test_the_lock_is_free_again_after_each_write(tmp_path: Path) -> None:
    file = Clocks().file(tmp_path)
    for number in range(3):
        assert file.merge({(Scope.ORDERS, HOST, str(number)): TimedHold(400.0, 300.0)}) is not None
    with (tmp_path / "holds.json.lock").open("r") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_what_a_killed_gateway_left_goes_with_the_next_hold(tmp_path: Path) -> None:
    (tmp_path / ".holds.json.0123456789ab").write_bytes(b"{")
    Clocks().file(tmp_path).merge({IP: TimedHold(107.0, 7.0)})
    assert {one.name for one in tmp_path.iterdir()} == {"holds.json", "holds.json.lock"}
