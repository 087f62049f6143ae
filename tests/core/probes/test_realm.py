"""Hosts that know the same keys, and the services behind paths."""

import pytest

from proxy.core.catalogue import ALLOWED_UPSTREAM_HOSTS, ENVIRONMENTS
from proxy.core.probes.realm import realm_of, service_of


@pytest.mark.parametrize(
    ("host", "realm"),
    [
        ("api.binance.com", "production"),
        ("api3.binance.com", "production"),
        ("fapi.binance.com", "production"),
        ("papi.binance.com", "production"),
        ("testnet.binance.vision", "spot testnet"),
        ("testnet.binancefuture.com", "futures testnet"),
        ("demo-api.binance.com", "demo"),
        ("demo-fapi.binance.com", "demo"),
        ("api.binance.us", "binance.us"),
        ("127.0.0.1:8190", "127.0.0.1:8190"),
        ("api.binance.com.example", "api.binance.com.example"),
        ("evilbinance.com", "evilbinance.com"),
    ],
)
def test_the_realm_of_a_host(host: str, realm: str) -> None:
    assert realm_of(host) == realm


def test_no_host_of_one_environment_shares_its_realm_with_another_environment() -> None:
    realms = {
        name: {realm_of(base.partition("://")[2]) for base in environment.bases.values()}
        for name, environment in ENVIRONMENTS.items()
    }
    names = sorted(realms)
    assert all(not realms[one] & realms[other] for one in names for other in names if one < other)


def test_every_host_that_a_key_may_go_to_has_a_named_realm() -> None:
    unnamed = {host for host in ALLOWED_UPSTREAM_HOSTS if realm_of(host) == host}
    assert unnamed == {"data-api.binance.vision"}  # market data alone: it takes no key


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/v3/account", "spot"),
        ("/sapi/v1/account/apiRestrictions", "sapi"),
        ("/sapi/v1/c2c/ads/search", "c2c"),
        ("/fapi/v3/account", "fapi"),
        ("/made/up", "/made/up"),
    ],
)
def test_the_service_behind_a_path(path: str, service: str) -> None:
    assert service_of(path) == service
