"""The documented limits, each with its source."""

import re

import pytest

from proxy.core.catalogue import ENVIRONMENTS, PrefixFamily
from proxy.core.catalogue.rate_limits import HOST_LIMITS, WEIGHT_LIMITS, weight_limit

F = PrefixFamily
LIMITS = [
    ("https://api.binance.com", F.API, "IP", 6000),
    ("https://testnet.binance.vision", F.API, "IP", 6000),
    ("https://api.binance.com", F.SAPI, "IP", 12_000),
    ("https://api.binance.com", F.SAPI, "UID", 180_000),
    ("https://fapi.binance.com", F.FAPI, "IP", 2400),
    ("https://dapi.binance.com", F.DAPI, "IP", 6000),
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
