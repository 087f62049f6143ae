"""Which host answers what: the table of Binance's documentation, row by row."""

from urllib.parse import urlsplit

import msgspec
import pytest

from proxy.core.catalogue import (
    ALLOWED_UPSTREAM_HOSTS,
    ALTERNATE_BASES,
    ENVIRONMENTS,
    Catalogue,
    PrefixFamily,
    base_for,
    family_for,
    sandbox,
    time_source,
)
from proxy.core.diagnosis.symptoms.hosts import SERVED

F = PrefixFamily
HOSTS = {
    ("production", "api"): "api.binance.com",
    ("production", "sapi"): "api.binance.com",
    ("production", "fapi"): "fapi.binance.com",
    ("production", "dapi"): "dapi.binance.com",
    ("production", "eapi"): "eapi.binance.com",
    ("production", "papi"): "papi.binance.com",
    ("testnet", "api"): "testnet.binance.vision",
    ("testnet", "fapi"): "testnet.binancefuture.com",
    ("testnet", "dapi"): "testnet.binancefuture.com",
    ("testnet", "eapi"): "testnet.binancefuture.com",
    ("demo", "api"): "demo-api.binance.com",
    ("demo", "fapi"): "demo-fapi.binance.com",
    ("demo", "dapi"): "demo-dapi.binance.com",
    ("us", "api"): "api.binance.us",
    ("us", "sapi"): "api.binance.us",
}


@pytest.mark.parametrize("family", list(PrefixFamily))
@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_each_environment_offers_exactly_the_documented_prefixes(name: str, family: PrefixFamily) -> None:
    host = HOSTS.get((name, family.value))
    assert base_for(ENVIRONMENTS[name], family) == (f"https://{host}" if host else None)


def test_every_fixed_base_may_be_contacted() -> None:
    for environment in ENVIRONMENTS.values():
        for base in environment.bases.values():
            assert urlsplit(base).hostname in ALLOWED_UPSTREAM_HOSTS


def test_no_web_host_may_get_a_key() -> None:
    assert (
        not {"www.binance.com", "p2p.binance.com", "binance.com", "pay.binance.com"} & ALLOWED_UPSTREAM_HOSTS
    )
    alternatives = {"api-gcp.binance.com", "api1.binance.com", "api4.binance.com", "data-api.binance.vision"}
    assert alternatives <= ALLOWED_UPSTREAM_HOSTS


def test_the_sandbox_takes_all_prefixes_on_the_base_it_is_given() -> None:
    environment = sandbox("http://127.0.0.1:43210/")
    assert environment.name == "sandbox"
    for family in PrefixFamily:
        expected = None if family is F.BAPI else "http://127.0.0.1:43210"
        assert environment.base_for(family) == expected


@pytest.mark.parametrize(
    ("name", "family", "expected"),
    [
        ("production", F.API, (F.API, "https://api.binance.com", "/api/v3/time")),
        ("production", F.SAPI, (F.API, "https://api.binance.com", "/api/v3/time")),
        ("production", F.PAPI, (F.API, "https://api.binance.com", "/api/v3/time")),
        ("production", F.FAPI, (F.FAPI, "https://fapi.binance.com", "/fapi/v1/time")),
        ("production", F.DAPI, (F.DAPI, "https://dapi.binance.com", "/dapi/v1/time")),
        ("testnet", F.EAPI, (F.EAPI, "https://testnet.binancefuture.com", "/eapi/v1/time")),
        ("us", F.SAPI, (F.API, "https://api.binance.us", "/api/v3/time")),
        ("testnet", F.SAPI, None),
        ("demo", F.PAPI, None),
        ("production", F.BAPI, None),
    ],
)
def test_the_time_comes_from_the_host_that_judges_it(
    name: str, family: PrefixFamily, expected: tuple[PrefixFamily, str, str] | None
) -> None:
    source = time_source(ENVIRONMENTS[name], family)
    assert (source and (source.family, source.base, source.path)) == expected


def test_the_time_endpoints_are_listed_and_public() -> None:
    for family in (F.API, F.FAPI, F.DAPI, F.EAPI):
        source = time_source(ENVIRONMENTS["production"], family)
        assert source is not None
        endpoint = Catalogue.builtin().find("GET", source.path)
        assert endpoint is not None
        assert endpoint.needs == "none"


def test_a_listed_endpoint_goes_to_the_host_that_the_table_names() -> None:
    for endpoint in Catalogue.builtin():
        family = family_for(endpoint)
        assert family is not None
        if family is not F.BAPI:
            assert urlsplit(str(base_for(ENVIRONMENTS["production"], family))).hostname in endpoint.hosts


@pytest.mark.parametrize(
    ("path", "wanted", "expected"),
    [
        ("/futures/data/basis", None, F.FAPI),
        ("/futures/data/basis", "dapi", F.DAPI),
        ("/futures/data/basis", "DAPI", F.DAPI),
        ("/futures/data/basis", "eapi", F.FAPI),
        ("/futures/data/takerBuySellVol", None, F.DAPI),  # only COIN-M has it
        ("/futures/data/takerBuySellVol", "fapi", F.DAPI),
        ("/futures/data/takerlongshortRatio", "dapi", F.FAPI),  # only USD-M has it
        ("/futures/data/brandNew", "dapi", F.DAPI),
        ("/futures/data/brandNew", None, F.FAPI),
        ("/fapi/v1/time", "dapi", F.FAPI),
    ],
)
def test_the_caller_chooses_between_the_futures_hosts_where_both_answer(
    path: str, wanted: str | None, expected: PrefixFamily
) -> None:
    catalogue = Catalogue.builtin()
    endpoint = catalogue.find("GET", path) or catalogue.unlisted("GET", path)
    assert endpoint is not None
    assert family_for(endpoint, wanted=wanted) is expected


def test_a_path_under_no_prefix_belongs_to_no_family() -> None:
    listed = Catalogue.builtin().find("GET", "/api/v3/account")
    assert listed is not None
    assert family_for(listed, wanted=None) is PrefixFamily.API
    assert family_for(msgspec.structs.replace(listed, path="/other/v1/account"), wanted=None) is None


def test_diagnosis_knows_what_each_host_of_an_environment_serves() -> None:
    """A host that it does not know is called misspelt."""
    hosts = {urlsplit(base).hostname for one in ENVIRONMENTS.values() for base in one.bases.values()}
    others = {urlsplit(base).hostname for bases in ALTERNATE_BASES.values() for base in bases}
    assert (hosts | others | set(ALLOWED_UPSTREAM_HOSTS)) - {None} <= set(SERVED)
