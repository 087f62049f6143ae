"""Each operation falls in one group, and what nobody judged falls in the closed one."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from msgspec.structs import replace

from proxy.core.catalogue import Catalogue, EndpointCorrection
from proxy.core.catalogue.operations import DELICATE, NEVER_BY_PROFILE, RULES, Operation, operation_of

CATALOGUE = Catalogue.builtin()
SNAPSHOT = Path(__file__).parent / "operations.txt"
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


def test_a_delicate_path_stays_delicate_in_any_spelling_version_and_method() -> None:
    for method in ("GET", "POST", "PUT"):
        endpoint = CATALOGUE.unlisted(method, "/sapi/v7/Capital/WITHDRAW/apply")
        assert endpoint is not None
        assert operation_of(endpoint) is Operation.MONEY_OUT


def test_no_flag_makes_a_delicate_operation_a_read() -> None:
    endpoint = CATALOGUE.find("POST", "/sapi/v1/capital/withdraw/apply")
    assert endpoint is not None
    assert operation_of(replace(endpoint, mutates=False)) is Operation.MONEY_OUT


def test_an_endpoint_of_the_configuration_joins_no_profile_by_being_listed() -> None:
    corrected = CATALOGUE.with_corrections([EndpointCorrection("POST", "/api/v9/order")])
    endpoint = corrected.find("POST", "/api/v9/order")
    assert endpoint is not None
    assert operation_of(endpoint) is Operation.OTHER_WRITE
