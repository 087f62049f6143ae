"""Day limits last: over restarts, among processes, to the last digit; and nothing is given away when one is killed."""

from decimal import Decimal
from pathlib import Path

import pytest

from proxy.clients.day_ledger import KEPT_DAYS, Share
from proxy.core.errors import RefusedError
from tests.clients.ledgers import DAY, NOON, at, kill, ledger_at, left_open, living, start, used


def test_what_was_used_is_known_after_a_restart(tmp_path: Path) -> None:
    first = ledger_at(tmp_path)
    for number in range(3):
        taken = first.take("bot", f"r{number}", at("3"), NOON)
        assert taken is not None
        first.settle(taken)
    first.file.close()
    second = ledger_at(tmp_path)
    assert used(second) == {("bot", "line", "quantity"): "9"}
    assert second.take("bot", "r4", at("1.000000000000000001"), NOON) is None
    assert second.take("bot", "r5", at("1"), NOON) is not None
    assert second.take("bot", "r6", at("0.000000000000000001"), NOON) is None


def test_what_was_not_executed_is_given_back_once(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    one, two = (ledger.take("bot", name, at("5"), NOON) for name in ("one", "two"))
    assert one
    assert two
    assert ledger.take("bot", "three", at("5"), NOON) is None
    for _ in range(2):
        ledger.give_back(one)
    assert used(ledger) == {("bot", "line", "quantity"): "5"}
    ledger.settle(two)
    ledger.give_back(two)  # too late
    assert used(ledger) == {("bot", "line", "quantity"): "5"}
    assert left_open(tmp_path) == []


def test_the_first_alternative_with_room_counts_and_no_other(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    small = Share("small", "quantity", Decimal(4), Decimal(5))
    dear = Share("small", "quote", Decimal(90), Decimal(100))
    large = Share("large", "quantity", Decimal(4), Decimal(8))
    alternatives = [(small, dear), (large,)]
    taken = [ledger.take("bot", f"r{number}", alternatives, NOON) for number in range(4)]
    assert [one and one.index for one in taken] == [0, 1, 1, None]
    assert used(ledger) == {
        ("bot", "small", "quantity"): "4",
        ("bot", "small", "quote"): "90",
        ("bot", "large", "quantity"): "8",
    }


def test_one_bound_without_room_leaves_the_others_of_its_line_alone(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    shares = (Share("a", "quantity", Decimal(1), Decimal(5)), Share("a", "quote", Decimal(101), Decimal(100)))
    assert ledger.take("bot", "one", [shares], NOON) is None
    assert used(ledger) == {}


def test_two_shares_of_one_bound_are_added_up(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    share = Share("a", "quantity", Decimal(3), Decimal(5))
    assert ledger.take("bot", "one", [(share, share)], NOON) is None
    taken = ledger.take("bot", "two", at("2", "5", line="a"), NOON)
    double = Share("a", "quantity", Decimal("1.5"), Decimal(5))
    assert ledger.take("bot", "three", [(double, double)], NOON)
    assert taken
    ledger.give_back(taken)
    assert used(ledger) == {("bot", "a", "quantity"): "3.0"}


def test_an_alternative_without_shares_fits_and_leaves_nothing(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    first = ledger.take("bot", "one", [(), *at("5")], NOON)
    second = ledger.take("bot", "two", [*at("11"), ()], NOON)
    assert first
    assert second
    assert (first.index, second.index) == (0, 1)
    assert used(ledger) == {}
    assert left_open(tmp_path) == []
    for one in (first, second):
        ledger.settle(one)
        ledger.give_back(one)
    assert ledger.take("bot", "three", [], NOON) is None
    ledger.file.close()
    for one in (first, second):
        ledger.settle(one)
        ledger.give_back(one)
    assert ledger.file.failures == 0  # nothing was asked of the file


def test_an_amount_of_zero_takes_nothing_and_always_fits(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert ledger.take("bot", "one", at("0"), NOON)
    assert ledger.take("bot", "two", at("10"), NOON)
    assert ledger.take("bot", "three", at("0"), NOON)
    assert used(ledger) == {("bot", "line", "quantity"): "10"}


def test_clients_lines_and_measures_are_counted_apart(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    for name, client, alternatives in (
        ("1", "bot", at("10")),
        ("2", "", at("10")),
        ("3", "bot", at("10", line="other")),
        ("4", "bot", at("10", measure="contracts")),
    ):
        assert ledger.take(client, name, alternatives, NOON), name
    assert ledger.take("bot", "5", at("1"), NOON) is None
    assert len(used(ledger)) == 4


def test_sums_are_exact_to_the_last_of_eighteen_decimals(tmp_path: Path) -> None:
    """Binary floats would lose the last digits of each, and Decimal's usual 28 digits those of the sum."""
    ledger = ledger_at(tmp_path)
    huge, least = "123456789012345678901234567890", "0.000000000000000001"
    most = "123456789012345678901234567890.000000000000000003"
    for name, amount in (("a", huge), ("b", least), ("c", least), ("d", least)):
        assert ledger.take("bot", name, at(amount, most), NOON), name
    assert used(ledger) == {("bot", "line", "quantity"): most}
    assert ledger.take("bot", "e", at(least, most), NOON) is None


def test_a_thousand_tenths_are_a_hundred(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    for number in range(1000):
        taken = ledger.take("bot", str(number), at("0.1", "100"), NOON)
        assert taken
        ledger.settle(taken)
    assert ledger.take("bot", "more", at("0.1", "100"), NOON) is None
    assert used(ledger) == {("bot", "line", "quantity"): "100.0"}
    assert left_open(tmp_path) == []  # bounded: a row for each request under way, one for each sum


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity"])
def test_what_is_no_amount_takes_nothing(amount: str, tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    with pytest.raises(ValueError, match="not negative"):
        ledger.take("bot", "one", at(amount), NOON)
    assert used(ledger) == {}


def test_a_day_ends_at_midnight_utc(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    midnight = 20_001 * DAY
    late = ledger.take("bot", "late", at("10"), midnight - 1)
    assert late
    assert ledger.take("bot", "too much", at("1"), midnight - 1) is None
    assert ledger.take("bot", "early", at("10"), midnight)
    ledger.give_back(late)  # ended after midnight: it is given back to its own day
    assert used(ledger, midnight) == {("bot", "line", "quantity"): "10"}
    assert used(ledger, midnight - 1) == {("bot", "line", "quantity"): "0"}
    assert ledger.take("bot", "clock stepped back", at("10"), midnight - 1)


def test_days_are_kept_for_a_week_and_then_forgotten(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert KEPT_DAYS == 8  # as docs/policy.md says
    old = ledger.take("bot", "old", at("1"), NOON)
    assert old
    assert ledger.take("bot", "last kept", at("1", line="other"), NOON + KEPT_DAYS * DAY)
    assert used(ledger) == {("bot", "line", "quantity"): "1"}
    assert ledger.take("bot", "next", at("1", line="other"), NOON + (KEPT_DAYS + 1) * DAY)
    assert used(ledger) == {}
    ledger.give_back(old)  # nothing comes to life again
    assert used(ledger) == {}
    with ledger.file.change() as connection:
        assert connection.execute("SELECT line FROM bound").fetchall() == [("other",)]


def test_a_maximum_that_was_lowered_counts_what_was_used_under_the_old_one(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert ledger.take("bot", "one", at("6", "10"), NOON)
    assert ledger.take("bot", "two", at("1", "5"), NOON) is None
    assert ledger.take("bot", "three", at("1", "7"), NOON)
    (one,) = ledger.used(NOON)
    assert (str(one.amount), str(one.most), one.text) == ("7", "7", "quantity of line")


def test_two_gateways_share_the_day(tmp_path: Path) -> None:
    one, other = ledger_at(tmp_path), ledger_at(tmp_path)
    taken = one.take("bot", "a", at("6"), NOON)
    assert taken
    assert other.take("bot", "b", at("6"), NOON) is None  # of a gateway that lives nothing is given back
    one.give_back(taken)
    assert other.take("bot", "b", at("6"), NOON)


def test_parallel_processes_take_no_more_than_there_is(tmp_path: Path) -> None:
    script = """
        ledger, got = ledger_at(directory), 0
        for number in range(40):
            taken = ledger.take("bot", f"{os.getpid()}-{number}", at("1"), NOON)
            if taken is not None:
                got += 1
                if number % 2 == 0:
                    ledger.give_back(taken)
                    got -= 1
                else:
                    ledger.settle(taken)
        print(got)
    """
    children = [start(tmp_path, script) for _ in range(4)]
    got = [int(child.communicate(timeout=60)[0]) for child in children]
    assert [child.returncode for child in children] == [0] * 4
    assert sum(got) == 10
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "10"}


TOOK_FOUR = """
    ledger = ledger_at(directory)
    taken = [ledger.take("bot", name, at("2"), NOON) for name in ("idle", "sent", "ended", "back")]
    assert all(taken)
    for name in ("sent", "ended"):
        ledger.file.mark_sent(name)
    ledger.settle(taken[2])
    ledger.give_back(taken[3])
    ready_and_wait()
"""


def test_of_a_killed_gateway_what_was_not_sent_is_given_back_at_the_next_start(tmp_path: Path) -> None:
    with living(tmp_path, TOOK_FOUR):
        assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "6"}
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "4"}  # `sent` and `ended`
    assert left_open(tmp_path) == []


def test_a_gateway_that_runs_finds_what_a_killed_one_left_when_it_needs_it(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    with living(tmp_path, TOOK_FOUR):
        assert ours.take("bot", "five", at("5"), NOON) is None
        assert ours.take("bot", "four", at("4"), NOON)
    assert ours.take("bot", "two", at("2"), NOON)
    assert ours.take("bot", "least", at("0.1"), NOON) is None
    assert used(ours) == {("bot", "line", "quantity"): "10"}


def test_killed_in_the_middle_of_many_nothing_is_taken_twice_and_nothing_lost(tmp_path: Path) -> None:
    """Sent by either, to a limit of 10: what is sent says so at once, on a line of a file."""
    script = """
        ledger, log = ledger_at(directory), open(directory / "sent", "a")
        for number in range(60):
            taken = ledger.take("bot", f"{os.getpid()}-{number}", at("1"), NOON)
            if taken is None:
                break
            ledger.file.mark_sent(taken.request_id)
            log.write(taken.request_id + "\\n")
            log.flush()
            if number == 3:
                ledger.take("bot", f"{os.getpid()}-waits", at("3"), NOON)
                ready_and_wait()
            ledger.settle(taken)
        print("ended", flush=True)
    """
    with living(tmp_path, script):
        pass
    again = start(tmp_path, script.replace("number == 3", "False"))
    assert again.communicate(timeout=60)[0] == "ended\n"
    assert len((tmp_path / "sent").read_text().split()) == 10
    assert used(ledger_at(tmp_path)) == {("bot", "line", "quantity"): "10"}


def test_while_another_keeps_the_file_locked_nothing_is_sent(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    before = ours.take("bot", "before", at("1"), NOON)
    assert before
    locks = """
        connection = ledger_at(directory).file._connection
        connection.execute("BEGIN IMMEDIATE")
        ready_and_wait()
    """
    with living(tmp_path, locks) as child:
        with pytest.raises(RefusedError) as caught:
            ours.take("bot", "one", at("1"), NOON)
        assert (caught.value.refusal.status, caught.value.refusal.token) == (503, "limit_unavailable")
        ours.give_back(before)  # says nothing, and it stays used
        kill(child)
    assert used(ours) == {("bot", "line", "quantity"): "1"}
    assert ours.take("bot", "one", at("9"), NOON)


def test_on_a_full_disk_nothing_is_sent_and_nothing_raised_when_a_request_ends(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    before, other = (ours.take("bot", name, at("1", line=name), NOON) for name in ("before", "other"))
    assert before
    assert other
    connection = ours.file._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(RefusedError, match="cannot be kept"):
        ours.take("bot", "x" * 9000, at("1"), NOON)
    connection.execute("PRAGMA query_only=1")
    with pytest.raises(RefusedError, match="cannot be kept"):
        ours.file.mark_sent("before")
    ours.settle(before)
    ours.give_back(other)
    assert ours.file.failures == 4
    connection.execute("PRAGMA query_only=0")
    connection.execute("PRAGMA max_page_count=100000")
    assert left_open(tmp_path) == [("before", 0), ("other", 0)]
    assert ours.take("bot", "one", at("1"), NOON)


def test_a_sum_that_is_damaged_is_no_sum(tmp_path: Path) -> None:
    ours = ledger_at(tmp_path)
    assert ours.take("bot", "one", at("1"), NOON)
    with ours.file.change() as connection:
        connection.execute("UPDATE total SET amount='much'")
    with pytest.raises(RefusedError, match="cannot be kept"):
        ours.take("bot", "two", at("1"), NOON)
