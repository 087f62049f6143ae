"""What is decided of a name, once."""

import pytest

from proxy.core.catalogue.fields import Where
from proxy.core.redaction.plans import (
    C2C_PARAMETER,
    C2C_RESPONSE,
    PARAMETER,
    REQUEST_HEADER,
    RESPONSE,
    RESPONSE_HEADER,
    Place,
    Plan,
)


def test_there_is_one_place_of_each() -> None:
    places = (PARAMETER, RESPONSE, C2C_PARAMETER, C2C_RESPONSE, REQUEST_HEADER, RESPONSE_HEADER)
    assert [place.where for place in places] == list(Where)


NAMES = [
    ("symbol", "symbol", "text"),
    ("orderId", "orderId", "order"),
    ("secretKey", "secretKey", "secret:api_secret"),
    ("4915112345678", None, "text"),
    ("a b", None, "text"),
    ("×tamp", None, "text"),  # shown in ASCII only, and so by others
    ("\ud800", None, "text"),
]


@pytest.mark.parametrize(("name", "shown", "kind"), NAMES)
def test_a_name(name: str, shown: str | None, kind: str) -> None:
    plan = Plan(name, Where.RESPONSE)
    assert (plan.name, plan.shown, plan.kind) == (name, shown, kind)


@pytest.mark.parametrize(
    ("name", "true", "false"),
    [
        ("canTrade", True, False),
        ("isMaker", True, False),
        ("symbol", "<bool>", "<bool>"),
        ("note", "<bool>", "<bool>"),
    ],
)
def test_true_and_false(name: str, true: object, false: object) -> None:
    plan = Plan(name, Where.RESPONSE)
    assert (plan.true, plan.false) == (true, false)


ADMITTED = [
    ("symbol", "BTCUSDT", True),
    ("symbol", "btcusdt", False),
    ("symbol", "", False),
    ("symbol", "A" * 20, True),
    ("symbol", "A" * 21, False),
    ("note", "BTCUSDT", False),
    ("note", "", False),
    # 23 letters and digits at most, and 128 characters
    ("symbols", '["BTCUSDT"]', True),
    ("symbols", '["ABCDEFGHIJK","ABCDEFGHIJK"]', True),  # 22
    ("symbols", '["ABCDEFGHIJK","ABCDEFGHIJKL"]', True),  # 23
    ("symbols", '["ABCDEFGHIJKL","ABCDEFGHIJKL"]', False),  # 24
    ("symbols", '["A"' + ',"A"' * 30 + "]", False),
]


@pytest.mark.parametrize(("name", "value", "admitted"), ADMITTED)
def test_what_a_name_admits(name: str, value: str, admitted: bool) -> None:
    assert Plan(name, Where.PARAMETER).admits(value) is admitted


def test_some_clear_values_are_remembered() -> None:
    plan = Plan("limit", Where.RESPONSE)
    for number in range(1000):
        plan.found_clear(number)
        assert number in plan.clear
        assert len(plan.clear) <= 64
    assert len(plan.clear) == 1000 % 64


def test_more_names_than_are_kept_have_their_plans() -> None:
    place = Place(Where.RESPONSE)
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"{a}{b}{c}" for a in letters for b in letters for c in letters][:5000]
    for name in names:
        assert place.plan(name).name == name
        assert len(place.plans) <= 4096
    assert place.plan("zzz") is place.plan("zzz")
    assert len(place.plans) == 5000 - 4096 + 1
