"""Timetables, and which runs belong together."""

from msgspec import structs

from proxy.audit.run import Timetable, same_key
from tests.audit.runs import runs


def test_a_timetable_counts_both_ends() -> None:
    table = Timetable(1_000_000, 600, 86_400)
    assert (table.sweeps, table.due(0), table.due(144), table.ends_ms) == (
        145,
        1_000_000,
        87_400_000,
        87_400_000,
    )


def test_a_long_one_counts_each() -> None:
    assert Timetable(0, 1, 86_399).sweeps == 86_400
    assert Timetable(0, 600, 599).sweeps == 1


def test_fractions_of_a_second_do_not_lose_the_last_one() -> None:
    for count in range(1, 50):
        assert Timetable(0, 0.1, count * 0.1).sweeps == count + 1
        assert Timetable(0, 0.3, count * 0.3).sweeps == count + 1


def test_what_is_due_next() -> None:
    table = Timetable(1_000_000, 10, 30)
    moments = {
        0: 0,
        999_999: 0,
        1_000_000: 1,
        1_009_999: 1,
        1_010_000: 2,
        1_029_999: 3,
        1_030_000: None,
        9**9: None,
    }
    assert {now: table.next_after(now) for now in moments} == moments


def test_only_runs_of_one_key_stand_together() -> None:
    first, second, third, fourth = runs({"GET /a": "####"})
    other_key = structs.replace(second, key="ffffffffff")
    other_account = structs.replace(third, account="second")
    other_place = structs.replace(fourth, environment="testnet")
    assert same_key([first, other_key, other_account, other_place], first) == [first]
