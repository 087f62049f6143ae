"""Which fault strikes whom, and how often."""

from proxy.sandbox.faults import Fault, FaultPlan


def test_the_first_that_fits_strikes_and_counts_down() -> None:
    plan = FaultPlan()
    twice, any_order, rest = (
        Fault("/api/v3/order", "POST", times=2),
        Fault("/api/v3/order"),
        Fault("/", times=3),
    )
    for fault in (twice, any_order, rest):
        plan.add(fault)
    asked = [
        ("GET", "/api/v3/order", any_order),
        ("POST", "/api/v3/order/test", twice),
        ("POST", "/api/v3/order", twice),
        ("POST", "/api/v3/order", rest),
        ("GET", "/fapi/v1/ping", rest),
        ("GET", "/fapi/v1/ping", rest),
        ("GET", "/fapi/v1/ping", None),
    ]
    for method, path, struck in asked:
        assert plan.take(method, path) is struck


def test_what_fits_nobody_stays_until_it_is_cleared() -> None:
    plan = FaultPlan()
    plan.add(Fault("/sapi/", "DELETE"))
    assert plan.take("GET", "/sapi/v1/x") is None
    assert plan.take("DELETE", "/api/v3/order") is None
    plan.clear()
    assert plan.take("DELETE", "/sapi/v1/x") is None
