"""Lines of `limits:` that leave a way around or narrow nothing are warned about, and those that do not are not."""

from typing import Any

import pytest

from proxy.config.convert import convert
from proxy.config.limit_checks import limit_lines
from proxy.config.limit_doubts import doubtful_limits

ORDER, CANCEL = "POST /api/v3/order", "DELETE /api/v3/order"
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
INTO_ONE = ": lines are alternatives, so write bounds that must all hold into one line"


def doubts(*lines: dict[str, Any], **policy: Any) -> list[str]:
    """Of a policy whose lines are no errors."""
    conversion = convert({"policy": {"limits": list(lines), **policy}})
    assert conversion.problems == []
    assert list(limit_lines(conversion.settings)) == []
    return list(doubtful_limits(conversion.settings))


def not_held(line: int, names: str, other: int) -> str:
    return f"what fits policy.limits[{line}] is not held to {names} of policy.limits[{other}]"


LEFT_OPEN = [
    (
        [{"applies_to": ORDER, "symbols": ["BTCUSDT"]}],
        {},
        "leave 9 operations of profile spot without a limit",
    ),
    (
        [{"applies_to": ORDER, "symbols": ["BTCUSDT"]}],
        {},
        "for example POST /api/v3/order/cancelReplace; a line on",
    ),
    (
        [{"applies_to": "POST /fapi/v1/order", "max_quantity": 1}],
        {"profiles": ["futures"]},
        "of profile futures",
    ),
]


@pytest.mark.parametrize(("lines", "policy", "says"), LEFT_OPEN)
def test_a_line_for_one_endpoint_leaves_the_others_of_its_profile_open(
    lines: list[dict[str, Any]], policy: dict[str, Any], says: str
) -> None:
    (warning,) = doubts(*lines, **policy)
    assert warning.startswith("policy.limits leave ")
    assert says in warning


@pytest.mark.parametrize(
    ("lines", "policy"),
    [
        ([{"applies_to": "spot", "symbols": ["BTCUSDT"]}], {}),
        # A line on the profile covers the rest.
        (
            [{"applies_to": ORDER, "max_quantity": 1}, {"applies_to": "spot", "max_quantity": 1}],
            {},
        ),
        # The profile is not in use: only the endpoint passes.
        ([{"applies_to": ORDER, "max_quantity": 1}], {"profiles": [], "allow": [ORDER]}),
        # What it names moves no funds: nobody takes it for a bound of orders.
        ([{"applies_to": CANCEL, "symbols": ["BTCUSDT"]}], {}),
    ],
)
def test_what_leaves_nothing_open_is_left_alone(lines: list[dict[str, Any]], policy: dict[str, Any]) -> None:
    assert doubts(*lines, **policy) == []


ALTERNATIVES = [
    # The symbols stand in one line, the amount in another.
    (
        {"applies_to": "spot", "symbols": ["BTCUSDT"]},
        {"applies_to": "spot", "max_quantity": 1},
        [not_held(0, "max_quantity", 1) + "; " + not_held(1, "symbols", 0) + INTO_ONE],
    ),
    # Another line of the same symbol has no amount at all.
    (
        {"applies_to": "spot", "symbols": ["BTCUSDT", "ETHUSDT"], "max_quote": 9},
        {"applies_to": "spot", "symbols": ["BTCUSDT"]},
        [not_held(1, "max_quote", 0) + INTO_ONE],
    ),
    # Two halves for just the same.
    (
        {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 1},
        {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quote_per_day": 9},
        [not_held(0, "max_quote_per_day", 1) + "; " + not_held(1, "max_quantity", 0) + INTO_ONE],
    ),
    # One for the profile, one for an endpoint of it, in either order.
    (
        {"applies_to": "spot", "symbols": ["BTCUSDT"]},
        {"applies_to": ORDER, "max_quantity": 1},
        [not_held(0, "max_quantity", 1) + "; " + not_held(1, "symbols", 0) + INTO_ONE],
    ),
    (
        {"applies_to": ORDER, "max_quantity": 1},
        {"applies_to": "spot", "symbols": ["BTCUSDT"]},
        [not_held(0, "symbols", 1) + "; " + not_held(1, "max_quantity", 0) + INTO_ONE],
    ),
]


@pytest.mark.parametrize(("first", "second", "warnings"), ALTERNATIVES)
def test_halves_of_one_line_are_told(
    first: dict[str, Any], second: dict[str, Any], warnings: list[str]
) -> None:
    assert doubts(first, second) == warnings


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # What lines are for: other symbols, other amounts.
        (
            {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 1},
            {"applies_to": "spot", "symbols": ["ETHUSDT"], "max_quote": 9},
        ),
        (
            {"applies_to": "spot", "symbols": ["BTCUSDT"]},
            {"applies_to": "spot", "symbols": ["ETHUSDT"], "max_quote": 9},
        ),
        # An exception for one symbol, bounded as the others are.
        (
            {"applies_to": "spot", "max_quote": 9},
            {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quote": 99},
        ),
        # Cancels move nothing, so no amount of theirs is missed.
        ({"applies_to": CANCEL, "symbols": ["BTCUSDT"]}, {"applies_to": "spot", "max_quote": 9}),
        # The same twice.
        ({"applies_to": "spot", "max_quote": 1}, {"applies_to": "spot", "max_quote": 9}),
    ],
)
def test_alternatives_that_are_meant_are_left_alone(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert doubts(first, second) == []


@pytest.mark.parametrize(
    ("second", "lacks"),
    [
        ({"applies_to": "spot", "max_quote_per_day": 1000}, "symbols and max_quantity"),
        ({"applies_to": "spot", "symbols": ["BTCUSDT", "ETHUSDT"], "max_quote": 1000}, "max_quantity"),
    ],
)
def test_a_wider_line_that_bounds_less_is_a_way_around(second: dict[str, Any], lacks: str) -> None:
    (told,) = doubts({"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 0.001}, second)
    assert f"what fits policy.limits[1] is not held to {lacks} of policy.limits[0]" in told


@pytest.mark.parametrize("named", ["POST /sapi/v1/c2c/ads/post", "POST /sapi/v1/c2c/ads/update"])
def test_adverts_that_no_line_names_are_told(named: str) -> None:
    found = doubts({"applies_to": named, "coins": ["USDT"], "max_quantity": 1}, profiles=["merchant"])
    assert any("of profile merchant without a limit" in told for told in found)


def test_a_line_for_another_endpoint_or_profile_is_no_alternative() -> None:
    lines = {"applies_to": "spot", "symbols": ["BTCUSDT"]}, {"applies_to": WITHDRAW, "max_quantity": 1}
    assert doubts(*lines, allow=[WITHDRAW]) == []
    lines = {"applies_to": "spot", "symbols": ["BTCUSDT"]}, {"applies_to": "earn", "max_quantity": 1}
    assert doubts(*lines, profiles=["spot", "earn"]) == []


NO_USE = [
    (
        {"applies_to": WITHDRAW, "max_quantity": 1},
        f"policy.limits[0] names {WITHDRAW}, which neither a profile nor an allow line of policy lets through: "
        "a limit allows nothing",
    ),
    (
        {"applies_to": "earn", "max_quantity": 1},
        "policy.limits[0] names profile earn, which is not among policy.profiles: a limit allows nothing",
    ),
    (
        {"applies_to": "futures", "max_quantity": 1},
        "policy.limits[0] names profile futures, which is not among policy.profiles: it narrows the cancels of its "
        "orders alone",
    ),
]


@pytest.mark.parametrize(("line", "warning"), NO_USE)
def test_a_line_for_what_is_not_allowed_is_told(line: dict[str, Any], warning: str) -> None:
    assert doubts(line) == [warning]


@pytest.mark.parametrize(
    ("line", "policy"),
    [
        ({"applies_to": WITHDRAW, "max_quantity": 1}, {"allow": [WITHDRAW]}),
        (
            {"applies_to": "earn", "max_quantity": 1},
            {"allow": ["POST /sapi/v1/simple-earn/flexible/subscribe"]},
        ),
        ({"applies_to": "futures", "symbols": ["BTCUSDT"]}, {}),  # the cancels of a bot that trades spot
        ({"applies_to": CANCEL, "symbols": ["BTCUSDT"]}, {}),
        ({"applies_to": "spot", "max_quote": 1}, {"read_only": True}),
    ],
)
def test_a_line_for_what_is_allowed_is_left_alone(line: dict[str, Any], policy: dict[str, Any]) -> None:
    assert doubts(line, **policy) == []


def test_each_policy_is_looked_at_by_its_place() -> None:
    line = {"applies_to": "earn", "max_quantity": 1}
    given = {"clients_file": "c", "clients": {"bot": {"policy": {"limits": [line]}}, "other": {}}}
    (warning,) = doubtful_limits(convert(given).settings)
    assert warning.startswith(
        "clients.bot.policy.limits[0] names profile earn, which is not among clients.bot."
    )
