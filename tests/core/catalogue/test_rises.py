"""The used weight, answer by answer: what is a rise, and what rises together say."""

from collections.abc import Iterable
from typing import Any

import pytest

from proxy.core.catalogue import rises as room
from proxy.core.catalogue.rises import RiseWatch, Told, Use

MINUTE = 60_000
DEPTH = "GET /api/v3/depth"
LIMITER = ("https://api.binance.com", "api")


def use(second: float, used: int | None, documented: int | None = 5, **more: Any) -> Use:
    """An answer that took 0.1 s, in the first minute of some hour."""
    plain: dict[str, Any] = {
        "limiter": LIMITER,
        "endpoint": DEPTH,
        "began_ms": 1000 * second,
        "time": f"{second}",
    }
    plain["ended_ms"] = plain["began_ms"] + 100
    return Use(used=used, documented=documented, **plain | {"request_id": f"at {second}"} | more)


def told(uses: Iterable[Use]) -> list[Told]:
    watch = RiseWatch()
    for one in uses:
        watch.add(one)
    return list(watch.told())


def test_three_rises_alike_and_none_as_documented_are_told() -> None:
    (one,) = told([use(10, 100), use(11, 110), use(12, 120), use(13, 130)])
    assert one.endpoint == DEPTH
    assert one.contradiction.kind == "other_weight"
    assert one.contradiction.says == "the table says weight 5, the used weight rose by 10 each of 3 times"
    assert (one.count, one.first, one.last, one.request_id) == (3, "11", "13", "at 13")
    assert one.contradiction.detail == "5"


LIKE_THIS = [use(10, 100), use(11, 110), use(12, 120)]

SILENT: list[tuple[str, list[Use]]] = [
    ("as documented", [use(10, 100), use(11, 105), use(12, 110), use(13, 115)]),
    ("two rises", LIKE_THIS),
    ("one as documented among them", [*LIKE_THIS, use(13, 130), use(14, 135)]),
    ("rises of different sizes", [*LIKE_THIS, use(13, 137)]),
    ("nobody says what it weighs", [use(second, 10 * second, None) for second in range(10, 15)]),
    ("nobody says what was used", [use(second, None) for second in range(10, 15)]),
    ("one answer without a count between", [*LIKE_THIS, use(13, None), use(14, 140)]),
    ("at the end of a minute", [use(52 + second, 100 + 10 * second) for second in range(4)]),
    ("at the begin of a minute", [use(2 + second, 100 + 10 * second) for second in range(4)]),
    ("a minute apart", [use(30 + 60 * n, 100 + 10 * n) for n in range(5)]),
    ("each began before the one before had ended", [use(10 + n / 20, 100 + 10 * n) for n in range(6)]),
    ("an answer that never came to its end before the next", [
        *LIKE_THIS, use(13, 130, ended_ms=20_000), use(14, 140, ended_ms=14_100),
    ]),
    ("limiters of their own", [use(10 + n, 100 + 10 * n, limiter=("h", str(n))) for n in range(6)]),
    ("different documented weights", [use(10, 100), use(11, 110), use(12, 120), use(13, 130, 6)]),
]  # fmt: skip


@pytest.mark.parametrize("uses", [one[1] for one in SILENT], ids=[one[0] for one in SILENT])
def test_anything_less_says_nothing(uses: list[Use]) -> None:
    assert told(uses) == []


def test_other_endpoints_between_are_part_of_the_count() -> None:
    mixed = [use(10 + n, 100 + 10 * n, endpoint=DEPTH if n % 2 else "GET /api/v3/time", documented=5 if n % 2 else 10)
             for n in range(7)]  # fmt: skip
    assert [one.endpoint for one in told(mixed)] == [DEPTH]


def test_a_count_that_does_not_rise_is_told_too() -> None:
    (one,) = told([use(10 + n, 100) for n in range(4)])
    assert one.contradiction.says == "the table says weight 5, the used weight rose by 0 each of 3 times"


def test_one_that_began_as_the_other_ended_is_apart_from_it() -> None:
    assert len(told([use(10 + n / 10, 100 + 10 * n, began_ms=10_000 + 100 * n, ended_ms=10_100 + 100 * n)
                     for n in range(5)])) == 1  # fmt: skip


def test_minutes_are_far_from_their_ends() -> None:
    assert [use(second, 1).minute for second in (4.9, 5.0, 54.9, 54.95, 65.0)] == [None, 0, 0, None, 1]


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_MOST", 1)
    more = [use(10 + n, 100 + 10 * n, limiter=("other",)) for n in range(4)]
    assert len(told([*LIKE_THIS, use(13, 130), *more])) == 1
    two = [use(10 + n, 100 + 10 * n, endpoint=f"GET /api/v3/{n % 2}") for n in range(9)]
    assert [one.endpoint for one in told(two)] == ["GET /api/v3/1"]
