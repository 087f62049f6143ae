"""The pages at 80 columns: matrix, timeline, verdict, changes."""

import pytest

from proxy.audit import page
from proxy.audit.difference import changes
from proxy.audit.matrix import matrix
from proxy.audit.run import Run
from proxy.audit.timeline import timeline
from proxy.core.probes import verdict
from tests.audit.conftest import BEGAN_MS
from tests.audit.runs import MINUTE_MS, runs

SPOT = "GET /api/v3/account"
LONG = "GET /sapi/v1/c2c/paymentMethod/getPayMethodByUserId"
LONGEST = f"POST /sapi/v1/{'very/long/path/' * 12}end"


def every_line(found: list[Run]) -> list[str]:
    told = verdict([probe for run in found for probe in run.probes], found[-1].began_ms + 500)
    table = matrix(found)
    return [
        *page.matrix_lines(table),
        *page.timeline_lines(timeline(found, page.TIMELINE_CELLS), table),
        *page.verdict_lines(told),
        *page.change_lines(changes(found, BEGAN_MS + 20 * MINUTE_MS), BEGAN_MS + 20 * MINUTE_MS),
    ]


@pytest.mark.parametrize("count", [1, 2, 30, 400])
def test_no_line_is_longer_than_eighty_characters(count: int) -> None:
    found = runs(
        {SPOT: "#" * count, LONG: "#x2?twxs"[:count] * (count // 8 + 1), LONGEST: "x" * count},
        controls=(SPOT,),
    )
    assert [line for line in every_line(found) if len(line) > 80] == []


def test_the_matrix_of_one_sweep_reads_like_this() -> None:
    found = matrix(
        runs({SPOT: "#", LONG: "#", "POST /sapi/v1/c2c/ads/search": "x", "GET /b": "s"}, controls=(SPOT,))
    )
    assert "\n".join(page.matrix_lines(found)) == (
        """\
c2c, account main, production: 1 sweep, 2026-05-28 20:26:40Z

calls: 1 of 2 (50 %) work
c works   GET  /api/v3/account                                        1/1
  works   GET  /sapi/v1/c2c/paymentMethod/getPayMethodByUserId        1/1
  fails   POST /sapi/v1/c2c/ads/search                                0/1  -2008
  skipped GET  /b                                                     0/0

c: a control call, which any key may make that may read
  GET /b was not sent (1 of 1 times): Binance asked to wait, 9 s more"""
    )


def test_the_matrix_of_many_counts_codes() -> None:
    lines = list(page.matrix_lines(matrix(runs({"GET /a": "#x#x2?", "GET /b": "xxxxxx"}))))
    assert lines[0].endswith("6 sweeps, 2026-05-28 20:26:40Z to 2026-05-28")
    (a, b) = (line for line in lines if line.startswith("  ") and " GET " in line and "/6" in line)
    assert a.endswith("2/6  -2008 x2, -2015 x1 +1")
    assert b.split()[-2:] == ["0/6", "-2008"]


def test_the_timeline_reads_like_this() -> None:
    found = runs({SPOT: "#######", LONG: "#x#x#x#"}, controls=(SPOT,))
    lines = list(page.timeline_lines(timeline(found, page.TIMELINE_CELLS), matrix(found)))
    assert lines[:4] == [
        "                                    2026-05-28 20:26:40Z",
        "                     2026-05-28 21:26:40Z ^",
        "c GET  /api/v3/account              #######                               0.0%",
        "  GET  /sapi/v1..tPayMethodByUserId #x#x#x#                             100.0% F",
    ]


def test_changes_name_both_sides() -> None:
    found = runs({"GET /a": "xx##", "GET /b": "####"})
    moment = BEGAN_MS + 20 * MINUTE_MS
    assert list(page.change_lines(changes(found, moment), moment)) == [
        "since 2026-05-28 20:46:40Z: 1 of 2 endpoints changed",
        "  GET /a",
        "      0 of 2 (0 %) worked, -2008 -> 2 of 2 (100 %) worked",
    ]
    assert list(page.change_lines(changes(found, BEGAN_MS), BEGAN_MS)) == [
        "since 2026-05-28 20:26:40Z: nothing to compare, asked on one side of it only"
    ]


def test_the_verdict_stands_above_its_evidence() -> None:
    (found,) = runs({SPOT: "#", "GET /sapi/v1/account/status": "#", "GET /sapi/v1/c2c/ads/getAds": "x"})
    lines = list(page.verdict_lines(verdict(found.probes, found.began_ms + 12_000)))
    assert lines[0].startswith(
        "verdict: refused-here-only, proven. Your key authenticates on 2 endpoints and is"
    )
    assert "stands on 3 results:" in lines
    evidence = [line.split() for line in lines if "signature right" in line]
    assert [
        "GET",
        "/sapi/v1/c2c/ads/getAds",
        "400",
        "-2008",
        "signature",
        "right,",
        "12",
        "s",
        "ago",
    ] in evidence
    assert len(evidence) == 3
    assert any(line.startswith("  next: ") for line in lines)
