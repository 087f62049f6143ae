"""The documented limits, each with its source."""

import re

import pytest

from proxy.core.catalogue import ENVIRONMENTS, PrefixFamily
from proxy.core.catalogue.rate_limits import (
    _APART,
    HOST_LIMITS,
    WEIGHT_LIMITS,
    Pool,
    bases_sharing,
    pool_of,
    weight_limit,
)

F = PrefixFamily
LIMITS = [
    ("https://api.binance.com", F.API, "IP", 6000),
    ("https://testnet.binance.vision", F.API, "IP", 6000),
    ("https://api.binance.com", F.SAPI, "IP", 12_000),
    ("https://api.binance.com", F.SAPI, "UID", 180_000),
    ("https://fapi.binance.com", F.FAPI, "IP", 2400),
    ("https://dapi.binance.com", F.DAPI, "IP", 2400),
    ("http://127.0.0.1:43210", F.DAPI, "IP", 2400),
    ("https://demo-dapi.binance.com", F.DAPI, "IP", 6000),
    ("https://testnet.binancefuture.com", F.DAPI, "IP", 6000),
    ("https://testnet.binancefuture.com", F.FAPI, "IP", 2400),
    ("https://eapi.binance.com", F.EAPI, "IP", 2400),
    ("https://papi.binance.com", F.PAPI, "IP", None),
    ("https://api.binance.us", F.API, "IP", 1200),
    ("https://api.binance.us", F.SAPI, "IP", None),
    ("https://fapi.binance.com", F.FAPI, "UID", None),
]


@pytest.mark.parametrize(("base", "family", "counted_by", "weight"), LIMITS)
def test_documented_limits(base: str, family: PrefixFamily, counted_by: str, weight: int | None) -> None:
    found = weight_limit(base, family, counted_by)
    assert (found.weight if found else None) == weight


def test_each_figure_says_where_it_comes_from_and_when_it_was_read() -> None:
    every = [*WEIGHT_LIMITS.values(), *(one for table in HOST_LIMITS.values() for one in table.values())]
    for limit in every:
        assert limit.source
        assert re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", limit.seen)
    bases = {base for one in ENVIRONMENTS.values() for base in one.bases.values()}
    assert set(HOST_LIMITS) <= bases


USD_M, COIN_M = "https://fapi.binance.com", "https://dapi.binance.com"
SANDBOX = "http://127.0.0.1:43210"
POOLS = [
    (USD_M, F.FAPI, Pool(USD_M, (F.FAPI, F.DAPI))),
    (COIN_M, F.DAPI, Pool(USD_M, (F.FAPI, F.DAPI))),
    (SANDBOX, F.DAPI, Pool(SANDBOX, (F.FAPI, F.DAPI))),
    (SANDBOX, F.API, Pool(SANDBOX, (F.API,))),
    ("https://eapi.binance.com", F.EAPI, Pool("https://eapi.binance.com", (F.EAPI,))),
    ("https://demo-dapi.binance.com", F.DAPI, Pool("https://demo-dapi.binance.com", (F.DAPI,))),
    ("https://testnet.binancefuture.com", F.FAPI, Pool("https://testnet.binancefuture.com", (F.FAPI,))),
]


@pytest.mark.parametrize(("base", "family", "pool"), POOLS)
def test_usd_m_and_coin_m_count_together_in_production(base: str, family: PrefixFamily, pool: Pool) -> None:
    assert pool_of(base, family) == pool
    assert pool.family is (F.FAPI if len(pool.families) > 1 else family)


def test_the_hosts_that_share_a_pool_are_those_of_production() -> None:
    assert bases_sharing(USD_M) == bases_sharing(COIN_M) == (USD_M, COIN_M)
    for base in ("https://api.binance.com", "https://demo-fapi.binance.com", SANDBOX):
        assert bases_sharing(base) == (base,)


def test_the_futures_hosts_of_each_environment_are_either_pooled_or_known_to_be_apart() -> None:
    futures = {
        one.bases[family]
        for one in ENVIRONMENTS.values()
        for family in (F.FAPI, F.DAPI)
        if family in one.bases
    }
    assert futures - _APART == {USD_M, COIN_M}
    assert futures >= _APART
