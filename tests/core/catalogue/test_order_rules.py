"""What order types must and must not have."""

from proxy.core.catalogue.order_rules import order_rule


def test_a_limit_order_on_spot() -> None:
    rule = order_rule("POST", "/api/v3/order", "LIMIT")
    assert rule is not None
    assert set(rule.mandatory) == {"timeInForce", "quantity", "price"}
    assert "stopPrice" in rule.forbidden


def test_one_of_a_group() -> None:
    rule = order_rule("POST", "/api/v3/order", "STOP_LOSS")
    assert rule is not None
    assert rule.one_of == (("stopPrice", "trailingDelta"),)


def test_types_that_are_refused_altogether_have_no_rule() -> None:
    assert order_rule("POST", "/fapi/v1/order", "STOP_MARKET") is None
