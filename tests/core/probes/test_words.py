"""How verdicts count, name and measure."""

import pytest

from proxy.core.probes import Probe, Recomputed
from proxy.core.probes.words import (
    all_asked,
    all_right,
    duration,
    endpoints,
    ids,
    in_the_same,
    names,
    requests,
    span_ms,
)


def probe(at_ms: int = 0, path: str = "/p", **other: object) -> Probe:
    return Probe(method="GET", path=path, host="h", account="a", at_ms=at_ms, **other)  # type: ignore[arg-type]  # a table


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0 ms"),
        (-340.4, "340 ms"),
        (999, "999 ms"),
        (1000, "1 s"),
        (7200, "7.2 s"),
        (12_400, "12 s"),
        (119_000, "119 s"),
        (120_000, "2 min"),
        (7_199_000, "120 min"),
        (7_200_000, "2 h"),
        (172_799_000, "48 h"),
        (172_800_000, "2 days"),
    ],
)
def test_a_duration_for_people(ms: float, words: str) -> None:
    assert duration(ms) == words


def test_counts_and_names() -> None:
    one, many = [probe()], [probe(path=f"/{n}") for n in range(8)]
    assert (endpoints(one), requests(many)) == ("1 endpoint", "8 requests")
    assert names(many) == "GET /0, GET /1, GET /2, GET /3, GET /4, GET /5 and 2 more"
    assert names(one) == "GET /p"
    told = [all_asked([probe()] * count) for count in (1, 2, 3)]
    assert told == [
        "the only endpoint that was asked",
        "both endpoints that were asked",
        "all 3 endpoints that were asked",
    ]


def test_the_span_is_rounded_up_to_seconds() -> None:
    assert in_the_same([probe(0), probe(19_001)]) == "in the same 20 s"
    assert in_the_same([probe(5)]) == "in the same second"
    assert (span_ms([]), span_ms([probe(3), probe(1)])) == (0, 2)


def test_ids_are_those_that_answers_carried() -> None:
    assert ids([probe(edge_request_id="id1"), probe(), probe(edge_request_id="id3")]) == "id1, id3"


def test_one_unchecked_signature_is_enough_to_claim_nothing() -> None:
    right = probe(signature=Recomputed.RIGHT)
    assert all_right([right, right])
    assert not all_right([right, probe()])
