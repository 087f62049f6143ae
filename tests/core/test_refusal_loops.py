"""Refusals that repeat: what is recorded, what is delayed, how it rests, and how little is remembered."""

import pytest

from proxy.core.refusal_loops import MOST_KINDS, SURE_SECONDS, Kind, Repeats

LOOP = Kind("bot", "endpoint_not_allowed", "GET", "/api/v3/order")


def full(repeats: Repeats, kind: Kind, times: list[float]) -> list[float]:
    """The times at which a refusal was recorded in full."""
    return [at for at in times if repeats.note(kind, at).counted_as is None]


def full_kinds(repeats: Repeats, kinds: list[Kind], at: float) -> list[Kind]:
    """Which of them are recorded in full, one of each."""
    return [kind for kind in kinds if repeats.note(kind, at).counted_as is None]


def every(seconds: float, count: int, start: float = 0.0) -> list[float]:
    return [start + seconds * number for number in range(count)]


def test_the_first_ten_are_recorded_in_full_then_one_in_ten_seconds() -> None:
    recorded = full(Repeats(1.0), LOOP, every(0.01, 6001))  # for a minute, a hundred a second
    assert recorded[:10] == every(0.01, 10)
    assert len(recorded) in (15, 16)


def test_one_refused_now_and_then_is_always_recorded() -> None:
    assert len(full(Repeats(1.0), LOOP, every(10.0, 1000))) == 1000


def test_after_a_rest_the_first_ten_are_recorded_again() -> None:
    repeats = Repeats(1.0)
    full(repeats, LOOP, every(0.001, 5000))
    assert len(full(repeats, LOOP, every(0.001, 100, start=105.1))) == 10


def test_they_are_counted_by_their_kind() -> None:
    repeats = Repeats(1.0)
    kinds = [repeats.note(LOOP, 0.0).counted_as for _ in range(12)]
    assert kinds == [None] * 10 + [LOOP] * 2


@pytest.mark.parametrize(
    "other",
    [
        LOOP._replace(client="other"),
        LOOP._replace(token="other"),
        LOOP._replace(method="POST"),
        LOOP._replace(path="/api/v3/account"),
    ],
)
def test_what_differs_in_anything_is_no_repeat(other: Kind) -> None:
    repeats = Repeats(1.0)
    full(repeats, LOOP, every(0.0001, 1000))
    noted = repeats.note(other, 0.1)
    assert noted.counted_as is None
    assert noted.delay_seconds == 0


def test_who_makes_up_a_path_for_each_is_counted_too() -> None:
    repeats = Repeats(1.0)
    noted = [repeats.note(LOOP._replace(path=f"/api/v3/{n}"), n * 0.001) for n in range(5000)]
    assert sum(one.counted_as is None for one in noted) in (100, 101)
    assert noted[-1].counted_as == Kind("bot", "endpoint_not_allowed")
    assert noted[-1].delay_seconds == 1.0
    assert repeats.note(LOOP._replace(client="good"), 5.0).counted_as is None


def test_who_makes_up_paths_takes_nothing_from_who_is_refused_once() -> None:
    """Without virtual keys all clients of one machine have the same name."""
    repeats = Repeats(1.0)
    for number in range(5000):
        repeats.note(LOOP._replace(path=f"/sapi/v1/{number}"), number * 0.001)
    noted = repeats.note(LOOP._replace(path="/sapi/v1/asset/dust", listed=True), 5.0)
    assert noted.counted_as is None
    assert noted.delay_seconds == 0


def test_who_goes_through_all_listed_operations_leaves_one_record_of_each() -> None:
    repeats = Repeats(1.0)
    kinds = [LOOP._replace(path=f"/api/v3/{number}", listed=True) for number in range(1000)]
    recorded = [one for turn in range(60) for one in full_kinds(repeats, kinds, turn * 10.0)]
    assert set(recorded) == set(kinds)
    assert len(recorded) < 1000 + 100 + 600  # one each, those of the group at once, and its own few a second
    assert set(full_kinds(repeats, kinds, SURE_SECONDS + 1)) == set(kinds)


def test_no_more_kinds_are_remembered_than_there_is_room_for() -> None:
    repeats = Repeats(1.0)
    for number in range(100_000):
        repeats.note(LOOP._replace(path=f"/api/v3/{number}"), number * 0.0001)
    (group,) = repeats._groups.values()
    assert len(group.kinds) == MOST_KINDS
    repeats.note(LOOP._replace(path="/late"), 1000.0)
    assert list(group.kinds) == [LOOP._replace(path="/late")]  # what rests is forgotten


def test_delays_grow_slowly_to_the_longest() -> None:
    repeats = Repeats(2.0)
    delays = [repeats.note(LOOP, 0.0).delay_seconds for _ in range(150)]
    assert delays[:50] == [0.0] * 50
    assert delays[50] == pytest.approx(0.04)
    assert delays[50:100] == sorted(delays[50:100])
    assert delays[99:] == [2.0] * 51


def test_two_a_second_are_never_delayed() -> None:
    repeats = Repeats(1.0)
    assert {repeats.note(LOOP, at).delay_seconds for at in every(0.5, 5000)} == {0.0}


def test_a_loop_on_one_connection_slows_down_to_two_a_second() -> None:
    """Who asks again as soon as it is answered: each answer takes 1 ms, and its delay."""
    repeats, now, asked = Repeats(1.0), 0.0, []
    while now < 60:
        asked.append(now)
        now += 0.001 + repeats.note(LOOP, now).delay_seconds
    assert sum(at < 1 for at in asked) < 70
    assert 18 <= sum(50 <= at < 60 for at in asked) <= 22


def test_with_no_delay_nothing_waits() -> None:
    repeats = Repeats(0)
    assert {repeats.note(LOOP, 0.0).delay_seconds for _ in range(500)} == {0.0}
