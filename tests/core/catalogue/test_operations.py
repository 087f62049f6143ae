"""Each operation falls in one group, and what nobody judged falls in the closed one."""

import importlib.util
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from proxy.core.catalogue import Catalogue, CatalogueError, EndpointCorrection
from proxy.core.catalogue.operations import (
    CANCELS,
    DELICATE,
    NEVER_BY_PROFILE,
    NO_CANCELS,
    RULES,
    Operation,
    family_profile,
    operation_of,
)
from proxy.core.catalogue.parameters import parameters_of

CATALOGUE = Catalogue.builtin()
SNAPSHOT = Path(__file__).parent / "operations.txt"
PAGE = Path(__file__).parents[3] / "docs/catalogue.md"
SCRIPT = Path(__file__).parents[3] / "scripts/rebuild_catalogue.py"


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rebuild_catalogue", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_groups_are_those_that_were_reviewed() -> None:
    """After a change that was judged: scripts/rebuild_catalogue.py --list-operations > operations.txt"""
    current = "\n".join(script().operation_lines(CATALOGUE)) + "\n"
    assert current == SNAPSHOT.read_text("utf-8")


def test_the_page_tells_how_many_writes_each_group_has() -> None:
    counts = Counter(operation_of(endpoint).value for endpoint in CATALOGUE)
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {group: int(count) for group, count in rows} == {
        group.value: counts[group.value] for group in Operation if group is not Operation.READ
    }


def test_every_write_has_a_group_and_every_read_is_one() -> None:
    for endpoint in CATALOGUE:
        assert (operation_of(endpoint) is Operation.READ) == (not endpoint.mutates), endpoint.name


def test_no_write_matches_rules_of_two_groups() -> None:
    for endpoint in CATALOGUE:
        groups = {rule.group for rule in RULES if endpoint.mutates and rule.pattern.fullmatch(endpoint.path)}
        assert len(groups) <= 1, endpoint.name
        assert not (groups and endpoint.name in DELICATE), f"{endpoint.name}: judged twice"


def test_every_rule_and_every_delicate_name_is_about_something_listed() -> None:
    for rule in RULES:
        assert any(rule.pattern.fullmatch(e.path) and e.mutates for e in CATALOGUE), rule.pattern.pattern
    for name in DELICATE:
        method, path = name.split(" ")
        assert CATALOGUE.find(method, path) is not None, name


def test_no_withdrawal_gift_card_or_borrowed_credential_is_in_a_profile() -> None:
    """Judged by other columns than the rules use: the kind of money movement, and what the answer holds."""
    for endpoint in CATALOGUE:
        if endpoint.moves_funds_kind in {"withdraw", "gift_card"}:
            assert operation_of(endpoint) is Operation.MONEY_OUT, endpoint.name
        if endpoint.moves_funds_kind == "c2c_order":
            assert operation_of(endpoint) is Operation.P2P_IRREVERSIBLE, endpoint.name
        words = endpoint.path.lower()
        if endpoint.mutates and ("apikey" in words or "subaccountapi" in words or "withdraw" in words):
            assert operation_of(endpoint) in NEVER_BY_PROFILE, endpoint.name


def test_profile_groups_stay_inside_their_product() -> None:
    inside = {
        Operation.SPOT: ("/api/v3/",),
        Operation.MARGIN: ("/sapi/v1/margin/", "/papi/v1/", "/sapi/v1/portfolio/"),
        Operation.FUTURES: ("/fapi/", "/dapi/", "/eapi/", "/papi/"),
        Operation.MERCHANT: ("/sapi/v1/c2c/",),
    }
    for endpoint in CATALOGUE:
        prefixes = inside.get(operation_of(endpoint))
        assert prefixes is None or endpoint.path.startswith(prefixes), endpoint.name


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("POST /api/v3/order", Operation.SPOT),
        ("PUT /api/v3/order/amend/keepPriority", Operation.SPOT),
        ("POST /api/v3/order/test", Operation.READ),
        ("POST /api/v3/order/cancelReplace", Operation.SPOT),
        ("DELETE /api/v3/openOrders", Operation.CANCELS),
        ("DELETE /sapi/v1/margin/isolated/account", Operation.MARGIN),
        ("DELETE /fapi/v1/batchOrders", Operation.CANCELS),
        ("POST /fapi/v1/countdownCancelAll", Operation.FUTURES),
        ("POST /eapi/v1/countdownCancelAllHeartBeat", Operation.FUTURES),
        ("POST /sapi/v1/convert/limit/cancelOrder", Operation.CANCELS),
        ("POST /sapi/v1/equity/order/cancel-all", Operation.CANCELS),
        ("DELETE /sapi/v1/algo/spot/order", Operation.CANCELS),
        ("DELETE /eapi/v1/block/order/create", Operation.OTHER_WRITE),
        ("POST /sapi/v1/mining/hash-transfer/config/cancel", Operation.OTHER_WRITE),
        ("POST /sapi/v1/c2c/orderMatch/cancelOrder", Operation.P2P_IRREVERSIBLE),
        ("DELETE /fapi/v1/listenKey", Operation.READ),
        ("POST /sapi/v1/margin/order", Operation.MARGIN),
        ("PUT /fapi/v1/batchOrders", Operation.FUTURES),
        ("POST /papi/v1/margin/order", Operation.FUTURES),
        ("POST /sapi/v1/asset/transfer", Operation.TRANSFERS),
        ("POST /sapi/v1/simple-earn/flexible/subscribe", Operation.EARN),
        ("POST /sapi/v1/convert/acceptQuote", Operation.CONVERT),
        ("POST /sapi/v1/c2c/ads/update", Operation.MERCHANT),
        ("POST /sapi/v1/c2c/merchant/getOffline", Operation.MERCHANT),  # sets the state, in spite of its name
        ("POST /sapi/v1/capital/withdraw/apply", Operation.MONEY_OUT),
        ("POST /sapi/v2/fiat/withdraw", Operation.MONEY_OUT),
        ("POST /sapi/v1/margin/apiKey", Operation.KEYS),
        ("POST /sapi/v1/account/enableFastWithdrawSwitch", Operation.KEYS),
        ("POST /sapi/v1/c2c/orderMatch/releaseCoin", Operation.P2P_IRREVERSIBLE),
        ("POST /sapi/v1/c2c/agent/complaint/cancel-complaint", Operation.P2P_IRREVERSIBLE),
        ("POST /eapi/v1/block/order/execute", Operation.OTHER_WRITE),
        ("POST /sapi/v1/bnbBurn", Operation.OTHER_WRITE),
    ],
)
def test_named_operations_fall_where_a_person_expects_them(name: str, group: Operation) -> None:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path)
    assert endpoint is not None
    assert operation_of(endpoint) is group


@pytest.mark.parametrize("path", ["/api/v3/order", "/api/v9/brandNew", "/sapi/v1/c2c/ads/brandNew"])
def test_an_unlisted_write_is_in_no_profile(path: str) -> None:
    endpoint = CATALOGUE.unlisted("PUT", path)
    assert endpoint is not None
    assert operation_of(endpoint) is Operation.OTHER_WRITE


def test_whatever_sounds_like_a_cancel_was_judged_once() -> None:
    """By their names: every DELETE that is no READ, and every write that says so."""
    for endpoint in CATALOGUE:
        if endpoint.mutates and (endpoint.method == "DELETE" or "cancel" in endpoint.path.lower()):
            tables = [name for name in (CANCELS, NO_CANCELS, DELICATE) if endpoint.name in name]
            assert tables, endpoint.name
            assert not (endpoint.name in CANCELS and len(tables) > 1), endpoint.name


def test_every_judged_name_is_a_listed_write() -> None:
    for name in (*CANCELS, *NO_CANCELS):
        endpoint = CATALOGUE.find(*name.split(" "))
        assert endpoint is not None, name
        assert endpoint.mutates, name
        assert (operation_of(endpoint) is Operation.CANCELS) == (name in CANCELS), name


def test_no_cancel_takes_a_quantity_a_price_or_a_side() -> None:
    """So none of them can place an order."""
    for name in CANCELS:
        taken = set(parameters_of(*name.split(" ")))
        assert not taken & {"side", "quantity", "price", "quoteOrderQty", "countdownTime"}, name


def test_a_cancel_of_all_orders_names_what_it_cancels_them_of() -> None:
    for name in CANCELS:
        if name.endswith(("OpenOrders", "openOrders", "ByUnderlying")):
            needed = {one.name for one in parameters_of(*name.split(" ")).values() if one.required == "yes"}
            assert needed & {"symbol", "underlying"}, name


def test_the_family_of_a_cancel_is_that_of_the_orders_it_cancels() -> None:
    """Held against the group of the POST on the same path; and no cancel has one that its family lacks."""
    for name, family in CANCELS.items():
        place = CATALOGUE.find("POST", name.split(" ")[1])
        if name.startswith("DELETE") and place is not None:
            assert operation_of(place) is family, name


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("GET /api/v3/order", None),
        ("POST /api/v3/order/test", None),
        ("POST /api/v3/order", "spot"),
        ("DELETE /api/v3/openOrders", "spot"),
        ("DELETE /sapi/v1/margin/order", "margin"),
        ("DELETE /eapi/v1/allOpenOrdersByUnderlying", "futures"),
        ("DELETE /papi/v1/margin/order", "futures"),
        ("POST /sapi/v1/convert/limit/cancelOrder", "convert"),
        ("DELETE /sapi/v1/algo/futures/order", None),
        ("POST /sapi/v1/asset/transfer", "transfers"),
        ("POST /sapi/v1/capital/withdraw/apply", None),
        ("POST /sapi/v1/bnbBurn", None),
    ],
)
def test_the_profile_of_an_endpoint(name: str, profile: str | None) -> None:
    endpoint = CATALOGUE.find(*name.split(" "))
    assert endpoint is not None
    assert family_profile(endpoint) == profile


def test_a_delicate_path_stays_delicate_in_any_spelling_version_and_method() -> None:
    for method in ("GET", "POST", "PUT"):
        endpoint = CATALOGUE.unlisted(method, "/sapi/v7/Capital/WITHDRAW/apply")
        assert endpoint is not None
        assert operation_of(endpoint) is Operation.MONEY_OUT


def test_an_endpoint_of_the_configuration_keeps_the_group_of_the_delicate_write_it_is_like() -> None:
    for method in ("GET", "POST"):
        row = EndpointCorrection(method, "/sapi/v2/c2c/orderMatch/releaseCoin")
        endpoint = CATALOGUE.with_corrections([row]).find(method, row.path)
        assert endpoint is not None
        assert operation_of(endpoint) is Operation.P2P_IRREVERSIBLE
        with pytest.raises(CatalogueError, match="cannot be declared harmless"):
            CATALOGUE.with_corrections([replace(row, mutates=False)])


def test_an_endpoint_of_the_configuration_that_is_like_another_write_may_be_a_read() -> None:
    row = EndpointCorrection("GET", "/fapi/v1/leverage", mutates=False)
    endpoint = CATALOGUE.with_corrections([row]).find("GET", row.path)
    assert endpoint is not None
    assert operation_of(endpoint) is Operation.READ


def test_no_unlisted_endpoint_is_in_a_profile_whatever_it_is_like() -> None:
    for listed in CATALOGUE:
        for method in ("GET", "POST", "PUT", "DELETE"):
            endpoint = CATALOGUE.unlisted(method, listed.path + "X")
            twin = CATALOGUE.unlisted(method, listed.path.replace("/v1/", "/v9/"))
            for one in (endpoint, twin):
                group = None if one is None else operation_of(one)
                assert group is None or group is Operation.READ or group in NEVER_BY_PROFILE, one


def test_no_flag_makes_a_delicate_operation_a_read() -> None:
    endpoint = CATALOGUE.find("POST", "/sapi/v1/capital/withdraw/apply")
    assert endpoint is not None
    assert operation_of(replace(endpoint, mutates=False)) is Operation.MONEY_OUT


def test_an_endpoint_of_the_configuration_joins_no_profile_by_being_listed() -> None:
    corrected = CATALOGUE.with_corrections([EndpointCorrection("POST", "/api/v9/order")])
    endpoint = corrected.find("POST", "/api/v9/order")
    assert endpoint is not None
    assert operation_of(endpoint) is Operation.OTHER_WRITE
