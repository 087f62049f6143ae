"""The score against values that were worked out by hand from the published description of Nagios."""

import pytest

from proxy.audit.flapping import flapping, score


def by_hand(places: list[int], count: int = 21) -> float:
    """Percent for changes at these places (0 the oldest), as Nagios describes it: 0.75 to 1.25 over all places."""
    return sum(0.75 + place * 0.5 / (count - 2) for place in places) * 100 / (count - 1)


def history(*changes: int, count: int = 21) -> list[str]:
    """States that change at these places."""
    states = ["works"]
    for place in range(count - 1):
        other = "-2008" if states[-1] == "works" else "works"
        states.append(other if place in changes else states[-1])
    return states


@pytest.mark.parametrize(
    ("changes", "percent"),
    [
        ((), 0.0),
        ((0,), 3.75),  # 0.75 of 20
        ((19,), 6.25),  # 1.25 of 20
        (tuple(range(20)), 100.0),
        # The example of its documentation: seven changes, at t3, t4, t5, t9, t12, t16 and t19, are 35 % unweighted.
        ((2, 3, 4, 8, 11, 15, 18), 34.28),
    ],
)
def test_the_newest_change_weighs_most(changes: tuple[int, ...], percent: float) -> None:
    found = score(history(*changes))
    assert found == pytest.approx(percent, abs=0.01)
    assert found == pytest.approx(by_hand(list(changes)))


def test_only_the_last_twenty_one_count() -> None:
    assert score(["works", "-2008"] * 20 + ["works"] * 21) == 0.0
    assert score(["-2008", *["works"] * 20]) == pytest.approx(3.75)


def test_another_code_is_another_state() -> None:
    assert score(["-2008", "-2015"] * 5) == pytest.approx(100.0)


@pytest.mark.parametrize(("count", "known"), [(0, False), (4, False), (5, True), (19, True)])
def test_a_short_history_has_the_same_curve_or_no_score(count: int, *, known: bool) -> None:
    states = ["works", "-2008"] * 10
    found = score(states[:count])
    assert (found is not None) is known
    if found is not None:
        assert found == pytest.approx(100.0)


def test_it_begins_at_thirty_percent_and_ends_below_twenty() -> None:
    flaps = ["works", "-2008"] * 11
    assert flapping(flaps).now
    told = [flapping([*flaps, *["works"] * more]) for more in range(20)]
    stopped = next(number for number, one in enumerate(told) if not one.now)
    assert (told[stopped].percent or 0) < 20 <= (told[stopped - 1].percent or 0)
    assert any(20 <= (one.percent or 0) < 30 and one.now for one in told)  # still, between the two
    rising = [flapping(["works"] * 21 + ["-2008", "works"] * more) for more in range(6)]
    assert any(20 <= (one.percent or 0) < 30 and not one.now for one in rising)  # not yet, between the two
    assert rising[-1].now


def test_nothing_is_no_flapping() -> None:
    assert flapping([]).percent is None
    assert not flapping(["works"] * 30).now
