"""A path belongs to a prefix by whole segments and exact case."""

import pytest

from proxy.core.catalogue import PREFIXES, Catalogue, PrefixFamily, prefix_of
from proxy.core.catalogue.prefixes import belongs_to_web3, table_family_of


def test_every_listed_endpoint_stands_under_one_prefix() -> None:
    for endpoint in Catalogue.builtin():
        owners = [prefix for prefix in PREFIXES if endpoint.path.startswith(prefix.path + "/")]
        assert owners == [prefix_of(endpoint.path)]


def test_the_family_of_a_path_agrees_with_the_table() -> None:
    """Except under /bapi/c2c, where the table names the product."""
    for endpoint in Catalogue.builtin():
        if not endpoint.path.startswith("/bapi/"):
            assert table_family_of(endpoint.path) == endpoint.family, endpoint.name


RESEMBLING = ["", "/", "/api", "/api2/v3/time", "/Api/v3/time", "/futures", "/futures/database/x", "api/v3/x"]


@pytest.mark.parametrize("path", RESEMBLING)
def test_what_only_resembles_a_prefix_is_none(path: str) -> None:
    assert prefix_of(path) is None
    assert table_family_of(path) == ""


@pytest.mark.parametrize(
    ("path", "web3"),
    [
        ("/build", True), ("/build/", True), ("/build/api/v1/dex/x", True), ("/Build/x", True),
        ("/api/v1/dex", True), ("/api/v1/dex/x", True), ("/API/V1/DEX/x", True),
        ("/builder/x", False), ("/api/v1/dexes/x", False), ("/api/v1/depth", False), ("/sapi/v1/dex/x", False), ("", False),
    ],
)  # fmt: skip
def test_the_web3_wallet_api_is_known_by_whole_segments(path: str, web3: bool) -> None:
    assert belongs_to_web3(path) is web3


def test_only_the_web_endpoints_are_not_served() -> None:
    assert [prefix.path for prefix in PREFIXES if not prefix.served] == ["/bapi"]
    assert [prefix.path for prefix in PREFIXES if len(prefix.families) > 1] == ["/futures/data"]
    assert {family for prefix in PREFIXES for family in prefix.families} == set(PrefixFamily)
