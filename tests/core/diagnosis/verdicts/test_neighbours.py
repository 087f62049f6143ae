"""What other flows of the same key say of it: they become probes, and are judged as such."""

import pytest
from msgspec.structs import replace

from proxy.core.diagnosis.examination.observation import Neighbour
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.verdicts.base import Case
from proxy.core.diagnosis.verdicts.neighbours import judged, took_here
from proxy.core.findings import SignatureState
from proxy.core.probes import Leaf, Recomputed
from tests.core.diagnosis.checks import NOW, signed

type Row = tuple[str, str, int, int | str | None, int]
ACCOUNT, ORDER, TIME, ADS = "/api/v3/account", "/api/v3/order", "/api/v3/time", "/sapi/v1/c2c/ads/getAds"
SAPI = "/sapi/v1/account/apiRestrictions"


def case(*rows: Row, path: str = ADS, host: str | None = None, timed: bool = True) -> Case:
    """A request that was refused with -2008, beside neighbours (method, path, status, code, ms from it)."""
    neighbours = tuple(
        Neighbour(method, at, status, code, NOW + ms, host) for method, at, status, code, ms in rows
    )
    stamp = f"?timestamp={NOW}" if timed else ""
    observation = signed(f"GET {path}{stamp}", code=-2008, at=NOW if timed else None, neighbours=neighbours)
    return Case(ParsedRequest(observation), SignatureState.VALID, frozenset(), frozenset())


TOLD: list[tuple[list[Row], Leaf]] = [
    ([], Leaf.UNKNOWN),
    ([("GET", ORDER, 200, None, 0)], Leaf.REFUSED_HERE_ONLY),
    ([("get", f"{ORDER}?a=1", 200, None, 0)], Leaf.REFUSED_HERE_ONLY),
    ([("POST", ORDER, 400, -2010, 0)], Leaf.REFUSED_HERE_ONLY),
    ([("GET", ORDER, 200, None, -60_000)], Leaf.REFUSED_HERE_ONLY),
    ([("GET", ORDER, 200, None, -60_001)], Leaf.UNKNOWN),
    ([("GET", ORDER, 200, None, 90_000)], Leaf.REFUSED_HERE_ONLY),  # by a clock that is ahead
    ([("GET", TIME, 200, None, 0)], Leaf.UNKNOWN),  # public: asks for no key
    ([("GET", "/api/v3/made/up", 200, None, 0)], Leaf.REFUSED_HERE_ONLY),  # what no source knows is private
    ([("GET", ORDER, 401, -2008, 0)], Leaf.KEY_UNKNOWN),
    ([("GET", ORDER, 401, -2015, 0)], Leaf.UNKNOWN),
    ([("GET", ORDER, 200, None, 0), ("GET", SAPI, 400, -1021, 0)], Leaf.OWN_CLOCK),
    ([("GET", ORDER, 200, None, 0), ("GET", ADS, 200, "000000", -3_600_000)], Leaf.FLAPPING),
    ([("GET", ORDER, 200, None, 0), ("GET", ADS, 200, "000000", -3_600_001)], Leaf.REFUSED_HERE_ONLY),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "leaf"), TOLD)
def test_what_neighbours_make_of_a_refusal(rows: list[Row], leaf: Leaf) -> None:
    assert judged(case(*rows)).leaf is leaf


def test_a_request_of_no_known_time_stands_alone() -> None:
    told = judged(case(("GET", ORDER, 200, None, 0), timed=False))
    assert (told.leaf, len(told.evidence)) == (Leaf.UNKNOWN, 1)


def test_a_request_is_timed_by_the_clock_of_its_neighbours() -> None:
    """The stamp that it carries, and the exchange's clock, may be hours away from that."""
    one = case(("GET", ORDER, 200, None, -7_200_000))
    observation = replace(one.request.observation, asked_ms=NOW - 7_199_000)
    assert judged(replace(one, request=ParsedRequest(observation))).leaf is Leaf.REFUSED_HERE_ONLY


def test_a_neighbour_at_a_testnet_shows_the_other_environment() -> None:
    one = case(("GET", ORDER, 200, None, 0), host="testnet.binance.vision")
    assert judged(one).leaf is Leaf.WRONG_ENVIRONMENT


def test_only_the_signature_at_hand_is_called_right() -> None:
    told = judged(case(("GET", ORDER, 200, None, 0)))
    signatures = {one.probe.path: one.probe.signature for one in told.evidence}
    assert signatures == {ORDER: Recomputed.UNCHECKED, ADS: Recomputed.RIGHT}
    assert "correct signatures" not in told.sentence


@pytest.mark.parametrize(("path", "here"), [(ADS, True), (ORDER, False)])
def test_whether_this_endpoint_took_the_key_before(path: str, here: bool) -> None:
    one = case(("GET", path, 200, None, -120_000))
    assert took_here(judged(one), one) is here
