"""Which operations wait for a person, and how long."""

from typing import Any

import pytest

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.catalogue.operations import Operation
from proxy.core.guard import Policy
from proxy.core.guard.confirm import CONFIRM_GROUPS, ConfirmRule, joined, longest_wait, needs_confirmation
from proxy.core.guard.permit import PROFILES
from proxy.core.settings import PermitSettings

CATALOGUE = Catalogue.builtin()
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"


def endpoint(name: str) -> Endpoint:
    method, path = name.split(" ")
    found = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert found is not None
    return found


def rule(*confirm: str, **settings: Any) -> ConfirmRule:
    made = ConfirmRule.of(PermitSettings(confirm=confirm, **settings))
    assert made is not None
    return made


def test_where_nothing_is_named_nothing_waits() -> None:
    assert ConfirmRule.of(PermitSettings()) is None
    assert Policy.of(PermitSettings()).confirm is None
    assert not needs_confirmation(endpoint(WITHDRAW), None)


def test_a_policy_has_its_rule() -> None:
    made = Policy.of(
        PermitSettings(confirm=("money_out",), confirm_seconds=30, confirm_mode="ticket")
    ).confirm
    assert made == ConfirmRule(frozenset({Operation.MONEY_OUT}), frozenset(), 30, "ticket")


@pytest.mark.parametrize(
    ("confirm", "name", "waits"),
    [
        ("money_out", WITHDRAW, True),
        ("money_out", "POST /sapi/v1/giftcard/createCode", True),
        ("money_out", "GET /sapi/v1/capital/withdraw/history", False),
        ("money_out", "POST /api/v3/order", False),
        # under any version, as the profiles see it
        ("money_out", "POST /sapi/v9/capital/withdraw/apply", True),
        ("p2p_irreversible", "POST /sapi/v1/c2c/orderMatch/releaseCoin", True),
        ("keys", "POST /sapi/v1/account/enableFastWithdrawSwitch", True),
        ("spot", "POST /api/v3/order", True),
        ("spot", "DELETE /api/v3/order", False),
        ("cancels", "DELETE /api/v3/order", True),
        ("spot", "POST /api/v3/order/test", False),
        ("spot", "POST /fapi/v1/order", False),
        ("other_write", "POST /sapi/v1/not/in/the/table", True),
        (WITHDRAW, WITHDRAW, True),
        (WITHDRAW, "POST /sapi/v1/localentity/withdraw/apply", False),
        ("GET /api/v3/account", "GET /api/v3/account", True),
        ("GET /api/v3/account", "GET /api/v3/openOrders", False),
    ],
)
def test_what_waits(confirm: str, name: str, waits: bool) -> None:
    assert needs_confirmation(endpoint(name), rule(confirm)) is waits


def test_lines_add_up() -> None:
    both = rule("convert", WITHDRAW)
    assert needs_confirmation(endpoint(WITHDRAW), both)
    assert needs_confirmation(endpoint("POST /sapi/v1/convert/acceptQuote"), both)
    assert not needs_confirmation(endpoint("POST /api/v3/order"), both)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        (WITHDRAW, 45),
        ("POST /sapi/v1/asset/transfer", 45),
        ("POST /api/v3/order", 8),
        ("DELETE /api/v3/openOrders", 8),
        ("POST /sapi/v1/margin/order", 8),
        ("POST /fapi/v1/batchOrders", 8),
        ("POST /sapi/v1/convert/acceptQuote", 8),
        # an order in no profile's group
        ("POST /eapi/v1/block/order/create", 8),
    ],
)
def test_orders_never_wait_longer_than_eight_seconds(name: str, seconds: float) -> None:
    assert longest_wait(endpoint(name), rule("money_out", confirm_seconds=45)) == seconds


def test_a_shorter_wait_holds_for_orders_too() -> None:
    assert longest_wait(endpoint("POST /api/v3/order"), rule("spot", confirm_seconds=2.5)) == 2.5


def test_the_names_of_profiles_are_names_of_groups() -> None:
    assert {name for name, operations in PROFILES.items() if operations} <= CONFIRM_GROUPS
    assert "read" not in CONFIRM_GROUPS


def test_what_holds_for_everybody_holds_for_a_client_with_rights_of_its_own() -> None:
    general, own = rule("money_out", confirm_seconds=60), rule(WITHDRAW, "spot", confirm_mode="ticket")
    both = joined(own, general)
    assert both == ConfirmRule(
        frozenset({Operation.MONEY_OUT, Operation.SPOT}), frozenset({WITHDRAW}), own.seconds, "ticket"
    )
    assert joined(None, general) is general
    assert joined(own, None) is own
    assert joined(None, None) is None
