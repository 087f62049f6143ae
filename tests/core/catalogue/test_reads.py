"""Each read is in one group, which says what its answer tells."""

import re
from collections import Counter
from pathlib import Path

import pytest

from proxy.core.catalogue import Catalogue, EndpointCorrection, Needs
from proxy.core.catalogue.operations import Operation, operation_of
from proxy.core.catalogue.reads import RULES, ReadGroup, Reads, read_group_of
from tests.core.catalogue.test_operations import script

CATALOGUE = Catalogue.builtin()
READS = [endpoint for endpoint in CATALOGUE if operation_of(endpoint) is Operation.READ]
SNAPSHOT = Path(__file__).parent / "reads.txt"
PAGE = Path(__file__).parents[3] / "docs/policy.md"


def test_the_groups_are_those_that_were_reviewed() -> None:
    """After a change that was judged: scripts/rebuild_catalogue.py --list-reads > reads.txt"""
    assert "\n".join(script().read_lines(CATALOGUE)) + "\n" == SNAPSHOT.read_text("utf-8")


def test_the_page_tells_how_many_each_group_has() -> None:
    counts = Counter(read_group_of(endpoint).value for endpoint in READS)
    rows = re.findall(r"^\| `(\w+)` \| (\d+|-) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {group: 0 if count == "-" else int(count) for group, count in rows} == {
        group.value: counts[group.value] for group in ReadGroup
    }


def test_each_rule_is_about_something_listed() -> None:
    for rule in RULES:
        assert any(rule.pattern.fullmatch(endpoint.path) for endpoint in READS), rule.text


def test_the_market_is_what_needs_no_signature() -> None:
    """Judged by other columns than the rules use. The exceptions belong to the account, or to people."""
    for endpoint in READS:
        group = read_group_of(endpoint)
        if group is ReadGroup.MARKET:
            assert endpoint.needs is not Needs.SIGNED, endpoint.name
            assert not endpoint.sensitive_response, endpoint.name
        elif endpoint.needs is not Needs.SIGNED and group is not ReadGroup.STREAMS:
            assert endpoint.path.startswith(("/bapi/c2c/", "/sapi/v1/capital/contract/")), endpoint.name


def test_credentials_addresses_and_people_are_where_one_looks_for_them() -> None:
    """By the column of what an answer holds."""
    holds: dict[str, set[str]] = {"credential": set(), "address": set(), "personal": set()}
    for endpoint in READS:
        for kind in endpoint.sensitive_response:
            holds[kind].add(read_group_of(endpoint).value)
    assert holds["credential"] == {"streams", "c2c_credentials", "other"}  # other: a gift card's limit
    assert holds["address"] == {"deposits", "sub_accounts"}
    assert holds["personal"] == {
        *("balances", "c2c", "c2c_credentials", "deposits", "keys", "other", "sub_accounts"),
    }


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("GET /api/v3/time", "market"),
        ("GET /fapi/v1/exchangeInfo", "market"),
        ("GET /futures/data/basis", "market"),
        ("GET /sapi/v1/margin/priceIndex", "market"),
        ("GET /api/v3/myTrades", "orders"),
        ("GET /papi/v1/um/conditional/openOrders", "orders"),
        ("GET /api/v3/account", "balances"),
        ("GET /fapi/v3/positionRisk", "balances"),
        ("POST /sapi/v3/asset/getUserAsset", "balances"),
        ("GET /sapi/v1/capital/deposit/hisrec", "deposits"),
        ("GET /sapi/v1/capital/deposit/address", "deposits"),
        ("GET /sapi/v1/localentity/withdraw/history", "deposits"),
        ("GET /sapi/v1/asset/transfer", "transfers"),
        ("GET /sapi/v1/simple-earn/flexible/position", "earn"),
        ("GET /sapi/v1/margin/maxBorrowable", "loans"),
        ("POST /sapi/v1/convert/getQuote", "convert"),
        ("POST /api/v3/userDataStream", "streams"),
        ("DELETE /fapi/v1/listenKey", "streams"),
        ("POST /sapi/v1/c2c/orderMatch/listOrders", "c2c"),
        ("GET /sapi/v1/c2c/chat/retrieveChatCredential", "c2c_credentials"),
        ("GET /sapi/v1/sub-account/list", "sub_accounts"),
        ("GET /sapi/v1/sub-account/subAccountApi", "keys"),
        ("GET /sapi/v1/account/apiRestrictions", "keys"),
        ("POST /api/v3/order/test", "tests"),
        ("GET /sapi/v1/nft/history/deposit", "other"),
        ("GET /api/v3/brandNew", "unlisted"),
    ],
)
def test_named_reads_fall_where_a_person_expects_them(name: str, group: str) -> None:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert endpoint is not None
    assert read_group_of(endpoint).value == group


@pytest.mark.parametrize(
    ("path", "group"),
    [("/sapi/v1/capital/brandNew", "deposits"), ("/api/v3/brandNew", "other"), ("/fapi/v1/marks", "other")],
)
def test_a_read_of_the_configuration_joins_its_family_and_never_the_market(path: str, group: str) -> None:
    endpoint = CATALOGUE.with_corrections([EndpointCorrection("GET", path, needs=Needs.NONE)]).find(
        "GET", path
    )
    assert endpoint is not None
    assert read_group_of(endpoint).value == group


@pytest.mark.parametrize(
    ("entries", "name", "admitted"),
    [
        (("market",), "GET /api/v3/depth", True),
        (("market",), "GET /api/v3/account", False),
        (("market", "balances"), "GET /api/v3/account", True),
        ((), "GET /api/v3/time", False),
        (("GET /api/v3/account",), "GET /api/v3/account", True),
        (("GET /api/v3/account",), "GET /api/v3/account/commission", False),
        (("GET /api/v3/account/*",), "GET /api/v3/account/commission", True),
        (("GET /api/v3/account/*",), "GET /api/v3/account", False),
        (("GET /api/v3/acc*",), "GET /api/v3/account", False),
        (("GET /sapi/v1/c2c/*",), "POST /sapi/v1/c2c/ads/search", False),
        (("POST /sapi/v1/c2c/*",), "POST /sapi/v1/c2c/ads/search", True),
        (("GET /api/*",), "GET /api/v3/brandNew", False),
        (("GET /api/v3/brandNew",), "GET /api/v3/brandNew", True),
        (("unlisted",), "GET /api/v3/brandNew", True),
        (("unlisted",), "GET /api/v3/depth", False),
        (("other",), "GET /api/v3/brandNew", False),
        (("Market", "prices"), "GET /api/v3/depth", False),
    ],
)
def test_what_a_policy_names_passes_and_nothing_else(
    entries: tuple[str, ...], name: str, admitted: bool
) -> None:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert endpoint is not None
    assert Reads.of(entries).admits(endpoint) is admitted
