"""The two searches at their bounds, and that nothing of a request is seen when they are printed."""

from urllib.parse import quote

import pytest

from proxy.core.diagnosis.examination import engine
from proxy.core.diagnosis.examination.engine import Examination
from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.search.pace import Limits
from proxy.core.diagnosis.search.public_search import PublicSearch
from proxy.core.diagnosis.search.search import MOST_WEIGHT, SIZED_OCTETS, HmacSearch
from proxy.core.signing.algorithms import PublicKey
from tests.core.diagnosis import planting
from tests.core.diagnosis.checks import NOW, SECRET, SIGNATURE, request
from tests.core.diagnosis.keys import ed25519_key

LINE = f"GET /api/v3/account?timestamp={NOW}&signature={SIGNATURE}"


def hmac_search(line: str) -> HmacSearch:
    parsed = ParsedRequest(request(line))
    return HmacSearch(parsed, SECRET.encode(), SIGNATURE.encode(), Limits())


def public_search(signature: bytes, tried: int = 10_000) -> PublicSearch:
    parsed = ParsedRequest(request(LINE.replace(SIGNATURE, quote(signature))))
    return PublicSearch(parsed, PublicKey(ed25519_key().public_key()), signature, Limits(tried=tried))


def test_printed_they_say_nothing_of_what_they_hold() -> None:
    parsed = ParsedRequest(request(LINE))
    texts = [repr(parsed), repr(hmac_search(LINE)), repr(Examination(request(LINE)))]
    assert texts == ["ParsedRequest(...)", "HmacSearch(...)", "Examination(done=False)"]


@pytest.mark.parametrize(("octets", "searched"), [(10, True), (MOST_WEIGHT * SIZED_OCTETS, False)])
def test_a_heavy_request_is_not_searched_widely(octets: int, searched: bool) -> None:
    search = hmac_search(LINE.replace("?", f"?note={'x' * octets}&"))
    taken = sum(1 for _, _ in zip(search.second(), range(3), strict=False))
    assert (taken > 0, search.stopped) == (searched, not searched)


@pytest.mark.parametrize("signature", [b"no signature", b"", b"ab" * 20])
def test_what_no_key_of_the_type_makes_is_not_searched(signature: bytes) -> None:
    search = public_search(signature)
    assert [*search.first(), *search.second()] == []
    assert (search.tried, search.matches, search.stopped) == (0, [], False)


def test_a_search_ends_at_its_bound() -> None:
    search = public_search(SIGNATURE.encode(), tried=5)
    list(search.first())
    assert search.stopped
    assert 5 <= search.tried <= 5 + 4  # the forms of one text are tried to their end
    before = search.tried
    list(search.second())
    assert search.tried <= before


def test_a_bound_that_is_drawn_nearer_ends_the_search() -> None:
    search = hmac_search(LINE)
    search.bound(300)
    list(search.first())
    list(search.second())
    assert search.stopped
    assert search.tried < 3_000  # 128 signatures a slice, and the first stage goes on with every rule
    other = public_search(SIGNATURE.encode())
    other.bound(5)
    list(other.first())
    assert other.stopped


def test_the_widest_search_for_one_mistake_does_not_wait_for_all_pairs() -> None:
    """All 40,320 orders of eight pairs."""
    mistake = next(one for one in planting.MISTAKES if one.rule == "order-hash-map")
    tried = [engine.diagnose(planting.planted(mistake, seed).observation()).tried for seed in range(3)]
    assert max(tried) <= 70_000


def test_usual_forms_of_two_mistakes_are_tried_before_odd_ones() -> None:
    """`undefined` as the secret, the text of another exchange: both are common, and of 50 and 44 forms each."""
    first, second = (
        next(one for one in planting.MISTAKES if one.rule == rule)
        for rule in ("scope-prehash-timestamp-method-path", "secret-placeholder")
    )
    plan = planting.planted(first, 1)
    plan.key = lambda _plan: b"undefined"
    diagnosis = engine.diagnose(plan.observation())
    assert {finding.rule for finding in diagnosis.findings} >= {first.rule, second.rule}
    assert diagnosis.tried <= 150_000
