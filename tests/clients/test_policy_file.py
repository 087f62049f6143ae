"""The file that policies share: who owns what, who is dead, and what happens when it is gone or cannot be written."""

import os
import resource
import shutil
import sqlite3
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from proxy.clients.policy_file import FILE, PolicyFile
from proxy.core.errors import ConfigError, RefusedError
from proxy.runtime import checkpoints
from tests.clients.ledgers import NOON, at, file_at, ledger_at, left_open, living, once_at, start, used

OWES_FOUR = """
    ledger = ledger_at(directory)
    assert ledger.take("bot", "idle", at("4"), NOON)
    ready_and_wait()
"""


def owners(directory: Path) -> set[str]:
    return {path.name for path in directory.glob("policy-*.owner")}


def test_all_its_files_are_private(tmp_path: Path) -> None:
    ledger_at(tmp_path).take("bot", "one", at("1"), NOON)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {0o600}
    assert len(list(tmp_path.iterdir())) == 4  # the file, its log, its index, the owner's


def test_files_of_dead_owners_are_removed_and_of_living_ones_not(tmp_path: Path) -> None:
    ours = file_at(tmp_path)
    with living(tmp_path, "file = file_at(directory); ready_and_wait()"):
        both = owners(tmp_path)
        assert f"policy-{ours.owner}.owner" in both
        assert len(both) == 2
        file_at(tmp_path).close()
        assert owners(tmp_path) == both  # it owed nothing
        third = file_at(tmp_path)
        assert owners(tmp_path) == {*both, f"policy-{third.owner}.owner"}
    last = file_at(tmp_path)
    assert owners(tmp_path) == {f"policy-{one.owner}.owner" for one in (ours, third, last)}


def test_a_gateway_that_stops_leaves_what_is_under_way_to_the_next(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    for name in ("idle", "sent"):
        assert ours.take("bot", name, at("3"), NOON)
    ours.file.mark_sent("sent")
    ours.file.close()
    ours.file.close()  # changes nothing
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "3"}


def test_a_gateway_that_stops_with_nothing_under_way_leaves_no_file_of_its_own(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    taken = ours.take("bot", "one", at("3"), NOON)
    assert taken
    ours.settle(taken)
    ours.file.close()
    assert owners(tmp_path) == set()
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "3"}


def test_a_claim_that_was_not_sent_keeps_the_file_of_its_owner_and_one_that_was_needs_none(
    tmp_path: Path,
) -> None:
    once = once_at(tmp_path)
    assert once.claim("releaseCoin", "main", "1", "one", NOON)
    once.file.close()
    assert owners(tmp_path) != set()
    other = once_at(tmp_path)
    assert other.claim("releaseCoin", "main", "1", "two", NOON)
    other.file.mark_sent("two")
    other.file.close()
    assert owners(tmp_path) == set()
    assert not once_at(tmp_path).claim("releaseCoin", "main", "1", "three", NOON)


def test_where_somebody_removed_the_owners_file_what_it_took_stays_used(tmp_path: Path) -> None:
    with living(tmp_path, OWES_FOUR):
        for path in tmp_path.glob("policy-*.owner"):
            path.unlink()
        assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "4"}
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "4"}
    assert left_open(tmp_path) == []


def test_an_owner_whose_file_cannot_be_opened_is_not_taken_for_dead(tmp_path: Path) -> None:
    with living(tmp_path, OWES_FOUR):
        (path,) = tmp_path.glob("policy-*.owner")
        path.unlink()
        path.symlink_to(tmp_path / "nowhere")
        assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "4"}
        assert left_open(tmp_path) == [("idle", 0)]


def test_what_was_begun_to_be_decided_and_was_not_stays_open(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    with living(tmp_path, OWES_FOUR):
        pass
    with suppress(KeyError), ours.file.change() as connection:
        assert ours.file.decide_dead(connection)
        raise KeyError
    assert len(owners(tmp_path)) == 2
    assert ours.take("bot", "all", at("10"), NOON)  # found again
    assert len(owners(tmp_path)) == 1


def test_a_file_that_is_moved_away_begins_anew_for_all_gateways(tmp_path: Path) -> None:
    one, other = ledger_at(tmp_path), ledger_at(tmp_path)
    taken = one.take("bot", "a", at("10"), NOON)
    assert taken
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm"):
        (tmp_path / name).rename(tmp_path / f"old-{name}")
    with capture_logs() as logs:
        assert other.take("bot", "b", at("7"), NOON)
        one.give_back(taken)
        assert one.take("bot", "c", at("4"), NOON) is None
        assert one.take("bot", "c", at("3"), NOON)
    assert [line["event"] for line in logs] == ["policy_file_replaced"] * 2
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "10"}


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    (tmp_path / FILE).rename(tmp_path / "elsewhere")
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError, match="cannot be kept"):
        ours.take("bot", "a", at("1"), NOON)


def test_what_the_file_says_of_its_fault_is_logged(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    ours.file._connection.execute("PRAGMA query_only=1")
    with capture_logs() as logs, pytest.raises(RefusedError):
        ours.take("bot", "a", at("1"), NOON)
    assert [(line["error"], line["reason"]) for line in logs] == [("OperationalError", "SQLITE_READONLY")]


def test_of_gateways_that_live_nothing_is_decided(tmp_path: Path) -> None:
    one, other = ledger_at(tmp_path), ledger_at(tmp_path)
    assert one.take("bot", "a", at("1"), NOON)
    with other.file.change() as connection:
        assert not other.file.decide_dead(connection)
        (tmp_path / f"policy-{one.file.owner}.owner").unlink()
        (tmp_path / f"policy-{one.file.owner}.owner").symlink_to(tmp_path / "nowhere")
        assert not other.file.decide_dead(connection)


def test_a_directory_that_went_away_refuses_until_it_is_back(tmp_path: Path) -> None:
    directory = tmp_path / "journal"
    directory.mkdir()
    ours = ledger_at(directory)
    shutil.rmtree(directory)
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(RefusedError) as caught:
                ours.take("bot", "a", at("1"), NOON)
            assert (caught.value.refusal.status, caught.value.refusal.execution) == (503, "not_sent")
        directory.mkdir()
        assert ours.take("bot", "a", at("1"), NOON)
        shutil.rmtree(directory)
        with pytest.raises(RefusedError):
            ours.take("bot", "b", at("1"), NOON)
    told = [line for line in logs if line["event"] != "policy_file_replaced"]
    assert [line["event"] for line in told] == [
        "policy_file_failed",
        "policy_file_recovered",
        "policy_file_failed",
    ]
    assert (told[0]["error"], told[1]["failures"]) == ("ConfigError", 2)
    assert [(reading.name, reading.samples) for reading in ours.file.readings()] == [
        ("policy_file_failures", (((), 3.0),)),
        ("policy_checkpoint_failures", (((), 0.0),)),
    ]


def test_a_file_that_is_no_database_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("this is no database, and it is long enough to be looked at " * 20)
    with pytest.raises(ConfigError, match=r"policy\.sqlite"):
        PolicyFile(tmp_path)
    assert owners(tmp_path) == set()


def test_a_file_that_another_keeps_locked_is_told_at_the_start(tmp_path: Path) -> None:
    file_at(tmp_path).close()
    locks = """
        connection = file_at(directory)._connection
        connection.execute("BEGIN IMMEDIATE")
        ready_and_wait()
    """
    with living(tmp_path, locks), pytest.raises(ConfigError, match=r"policy\.sqlite"):
        PolicyFile(tmp_path)


def test_a_sum_that_is_damaged_is_told_at_the_start_where_it_must_be_read(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    assert ours.take("bot", "one", at("1"), NOON)
    with ours.file.change() as connection:
        connection.execute("UPDATE total SET amount='much'")
    ours.file.close()
    with pytest.raises(ConfigError, match="cannot be written") as caught:
        PolicyFile(tmp_path)
    assert "move it away" in caught.value.hint
    assert len(owners(tmp_path)) == 1  # of the one that took something


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_without_rights_is_told_at_the_start(tmp_path: Path) -> None:
    """The child changes who it is, and nothing else: a directory of the tests is closed to others anyway."""
    tmp_path.chmod(0o700)
    script = """
        import sqlite3  # that user may be unable to read the interpreter's own library
        from proxy.core.errors import ConfigError
        os.setuid(65534)
        try:
            file_at(directory)
        except ConfigError as error:
            print(error.message)
    """
    child = start(tmp_path, script)
    assert "policy.sqlite" in child.communicate(timeout=30)[0]
    assert list(tmp_path.iterdir()) == []


def test_a_process_whose_disk_is_full_refuses_and_keeps_the_count(tmp_path: Path) -> None:
    """The kernel refuses to let any file grow (EFBIG), as a full disk does (ENOSPC)."""
    script = f"""
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        from proxy.core.errors import RefusedError
        ledger, got = ledger_at(directory), 0
        largest = max(path.stat().st_size for path in directory.iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 100_000, {resource.RLIM_INFINITY}))
        refused = None
        while refused is None:
            try:
                taken = ledger.take("bot", f"r{{got}}", at("1", "1000"), NOON)
                ledger.file.mark_sent(taken.request_id)
                got += 1
                ledger.settle(taken)
            except RefusedError as error:
                refused = error.refusal.token
        resource.setrlimit(resource.RLIMIT_FSIZE, ({resource.RLIM_INFINITY}, {resource.RLIM_INFINITY}))
        assert ledger.take("bot", "last", at("1", "1000"), NOON)
        print(got, refused)
    """
    child = start(tmp_path, script)
    *_, got, refused = child.communicate(timeout=60)[0].split()
    assert (child.returncode, refused) == (0, "limit_unavailable")
    # `last` was never sent, and its process is gone
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): got}
    assert int(got) > 1


def test_sqlite_is_not_imported_before_a_policy_needs_it() -> None:
    script = """
        import proxy.clients.day_ledger, proxy.clients.once, proxy.clients.day_usage
        print("sqlite3" in sys.modules)
    """
    child: subprocess.Popen[str] = start(Path("/"), script)
    assert child.communicate(timeout=30)[0] == "False\n"


def test_the_schema_is_made_once(tmp_path: Path) -> None:
    for _ in range(2):
        file_at(tmp_path)
    connection = sqlite3.connect(tmp_path / FILE)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    connection.close()
    assert tables == {"total", "taken", "bound", "once", "secret"}


def test_its_log_is_moved_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []
    monkeypatch.setattr(checkpoints, "_COMMITS", 3)
    monkeypatch.setattr(checkpoints, "checkpoint", moved.append)
    ours = ledger_at(tmp_path)  # one: it decides what dead gateways left
    assert ours.take("bot", "one", at("1"), NOON)
    assert moved == []
    ours.file.mark_sent("one")
    ours.file.close()
    assert moved == [f"{(tmp_path / FILE).as_uri()}?mode=rw"]
