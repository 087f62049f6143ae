"""What a line names, what it is called, and which numbers it holds."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.core.guard.limits import Line, Measure
from tests.core.guard.limits.asking import ORDER, USD_M, WITHDRAW, endpoint_of, lines_of_policy


def line(**settings: Any) -> Line:
    (found,) = lines_of_policy({"applies_to": ORDER} | settings)
    return found


@pytest.mark.parametrize(
    ("applies_to", "name", "expected"),
    [
        ("spot", ORDER, True),
        ("spot", "POST /api/v3/orderList/oco", True),
        ("spot", "DELETE /api/v3/openOrders", True),
        ("spot", USD_M, False),
        ("futures", USD_M, True),
        (ORDER, ORDER, True),
        (ORDER, "DELETE /api/v3/order", False),
        (WITHDRAW, WITHDRAW, True),
        ("transfers", WITHDRAW, False),
    ],
)
def test_a_line_names_a_profile_or_one_endpoint(applies_to: str, name: str, expected: bool) -> None:
    assert line(applies_to=applies_to).names(endpoint_of(name)) is expected


def test_whether_it_names_a_profile() -> None:
    assert line(applies_to="spot").names_profile
    assert not line(applies_to=ORDER).names_profile


def test_its_numbers_are_those_that_were_written() -> None:
    """As binary fractions, 0.1 is a little more than that."""
    found = line(max_quantity=0.1, max_quote=20000, max_contracts_per_day=1e22)
    assert found.most == {Measure.QUANTITY: Decimal("0.1"), Measure.QUOTE: Decimal(20000)}
    assert found.most_per_day == {Measure.CONTRACTS: Decimal(10) ** 22}
    assert found.measures == {Measure.QUANTITY, Measure.QUOTE, Measure.CONTRACTS}
    assert line().measures == frozenset()


def test_its_place_tells_the_line_of_the_policy() -> None:
    one, two = lines_of_policy({"applies_to": "spot"}, {"applies_to": ORDER})
    assert (one.place, two.place) == ("policy.limits[0]", "policy.limits[1]")


def test_its_key_stays_whatever_happens_to_place_order_and_maxima() -> None:
    """What was used of a day is found again after the policy was changed: the key is written to a file."""
    other, moved = lines_of_policy(
        {"applies_to": "futures"},
        {"applies_to": ORDER, "symbols": ["B", "A"], "max_quantity": 1, "max_quote_per_day": 9},
    )
    assert line(symbols=["A", "B"]).key == moved.key
    assert other.key != moved.key
    assert len(moved.key) == 16
    assert int(moved.key, 16) >= 0


DIFFERENT: list[dict[str, Any]] = [
    {},
    {"applies_to": "spot"},
    {"symbols": ["A"]},
    {"coins": ["A"]},
    {"symbols": ["A", "B"]},
    {"symbols": ["A,B"]},
    {"symbols": ["A"], "coins": ["B"]},
    {"symbols": ["A|coins=B"]},
    {"addresses": ["A"]},
    {"networks": ["A"]},
    {"recipients": ["A"]},
    {"side_effects": ["A"]},
]


def test_lines_with_other_lists_count_apart() -> None:
    assert len({line(**settings).key for settings in DIFFERENT}) == len(DIFFERENT)


def test_a_line_in_words() -> None:
    assert line(symbols=["ETHUSDT", "BTCUSDT"], side_effects=["AUTO_REPAY"], max_quote=1).text == (
        "POST /api/v3/order; symbols BTCUSDT, ETHUSDT; side_effects AUTO_REPAY"
    )
    assert line(applies_to="spot").text == "spot"


def test_what_it_allows_by_the_names_of_its_settings() -> None:
    found = line(symbols=["B", "A"], max_quote=0.1, max_quote_per_day=5)
    assert found.bound("symbols") == ["A", "B"]
    assert (found.bound("max_quote"), found.bound("max_quote_per_day")) == ("0.1", "5.0")


def test_a_line_is_a_value() -> None:
    with pytest.raises(AttributeError):
        line().place = "elsewhere"  # type: ignore[misc]  # it must not be possible
