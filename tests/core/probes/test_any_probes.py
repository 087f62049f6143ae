"""Whatever was asked and answered: no verdict raises, claims what no probe shows, or acquits without a control."""

import pytest
from hypothesis import given, strategies as st

from proxy.core.catalogue import Needs
from proxy.core.probes import KeyFacts, Leaf, Probe, Recomputed, Said, said, verdict
from proxy.core.probes.realm import realm_of
from proxy.core.probes.sweep import RUN_MS, changes, place_of

NOW = 1_764_400_000_000
PATHS = ("/api/v3/account", "/sapi/v1/account/apiRestrictions", "/sapi/v1/c2c/ads/getAds", "/fapi/v3/balance")
HOSTS = ("api.binance.com", "fapi.binance.com", "testnet.binance.vision")
CODES = (None, "000000", "83229", -1002, -1003, -1021, -1022, -1102, -2008, -2010, -2014, -2015, -9000)
STATUSES = (None, 200, 200, 400, 401, 403, 418, 429, 451, 503)
MENDABLE = {
    Said.TIME,
    Said.SIGNATURE,
    Said.KEY_REFUSED,
    Said.KEY_FORM,
    Said.NOT_AUTHORIZED,
    Said.BANNED,
    Said.LIMITED,
}

PROBES = st.builds(
    Probe,
    method=st.just("GET"),
    path=st.sampled_from(PATHS),
    host=st.sampled_from(HOSTS),
    account=st.just("main"),
    at_ms=st.integers(0, 200).map(lambda ago: NOW - ago * 1000),
    needs=st.sampled_from((Needs.SIGNED, Needs.SIGNED, Needs.NONE)),
    status=st.sampled_from(STATUSES),
    code=st.sampled_from(CODES),
    signature=st.sampled_from(Recomputed),
    clock_offset_ms=st.none() | st.floats(-20_000, 20_000),
)


@pytest.mark.draws
@given(st.lists(PROBES, max_size=8), st.booleans())
def test_any_probes(probes: list[Probe], shape: bool) -> None:
    told = verdict(probes, NOW, KeyFacts(futures_testnet_shape=shape))
    assert told.sentence
    assert all(told.next_steps)
    assert {one.probe for one in told.evidence} <= set(probes)
    assert (told.strength is None) == (told.leaf is Leaf.UNKNOWN)
    assert ("not fixable" in told.sentence) == told.not_fixable_on_the_client
    assert told == verdict(
        sorted(probes, key=lambda one: one.at_ms), NOW, KeyFacts(futures_testnet_shape=shape)
    )
    if told.not_fixable_on_the_client:
        assert_controlled(probes)
    if "with correct signatures" in told.sentence:
        assert {one.probe.signature for one in told.evidence} == {Recomputed.RIGHT}


def assert_controlled(probes: list[Probe]) -> None:
    """A control call worked in the same minute at hosts that know the same keys, or an endpoint went to and fro; and
    nothing that the user can mend was said in that minute."""
    newest = max(one.at_ms for one in probes)
    run = {
        place_of(one): one
        for one in sorted(probes, key=lambda one: one.at_ms)
        if newest - one.at_ms <= RUN_MS
    }
    kinds = {said(one) for one in run.values()}
    assert not kinds & (MENDABLE - {Said.BANNED})
    taken = {realm_of(one.host) for one in run.values() if said(one) is Said.TAKEN}
    refused = {realm_of(one.host) for one in run.values() if said(one) is Said.KEY_UNKNOWN}
    assert taken & refused or any(_turns(probes, one) for one in run.values())


def _turns(probes: list[Probe], probe: Probe) -> bool:
    told = (
        said(one) for one in sorted(probes, key=lambda one: one.at_ms) if place_of(one) == place_of(probe)
    )
    return changes(tuple(kind for kind in told if kind in (Said.TAKEN, Said.KEY_UNKNOWN))) > 1
