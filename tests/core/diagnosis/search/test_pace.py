"""A heavier request has shorter slices and an earlier bound; a candidate weighs though nothing was tried."""

from proxy.core.diagnosis.search.pace import CANDIDATE_COST, SLICE, Limits, Pace


def over_at(pace: Pace, tried: int) -> bool:
    pace.tried = tried
    return pace.slice_is_over


def test_a_slice_is_over_after_so_many_signatures() -> None:
    pace = Pace(1, Limits())
    assert [over_at(pace, SLICE - 1), over_at(pace, SLICE)] == [False, True]
    pace.begin_slice()
    assert [over_at(pace, 2 * SLICE - 1), over_at(pace, 2 * SLICE)] == [False, True]


def test_candidates_shorten_a_slice() -> None:
    pace = Pace(1, Limits())
    for _ in range(3):
        pace.weigh_candidate()
    least = SLICE - 3 * CANDIDATE_COST
    assert [over_at(pace, least - 1), over_at(pace, least)] == [False, True]


def test_a_heavy_request_has_a_shorter_slice_and_fewer_signatures() -> None:
    pace = Pace(4, Limits(tried=1000))
    assert [over_at(pace, SLICE // 4 - 1), over_at(pace, SLICE // 4)] == [False, True]
    ended = []
    for tried in (249, 250):
        pace.tried = tried
        ended.append(pace.ended)
    assert ended == [False, True]
    assert Pace(10_000, Limits()).due == 1
