"""What is decided of a name, once."""

import pytest

from proxy.core.catalogue.fields import Where
from proxy.core.redaction.name_rules import (
    C2C_PARAMETER,
    C2C_RESPONSE,
    PARAMETER,
    REQUEST_HEADER,
    RESPONSE,
    RESPONSE_HEADER,
    Location,
    NameRule,
)


def test_there_is_one_place_of_each() -> None:
    locations = (PARAMETER, RESPONSE, C2C_PARAMETER, C2C_RESPONSE, REQUEST_HEADER, RESPONSE_HEADER)
    assert [location.where for location in locations] == list(Where)


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
    rule = NameRule(name, Where.RESPONSE)
    assert (rule.name, rule.shown, rule.kind) == (name, shown, kind)


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
    rule = NameRule(name, Where.RESPONSE)
    assert (rule.true, rule.false) == (true, false)


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
    assert NameRule(name, Where.PARAMETER).admits(value) is admitted


def test_some_clear_values_are_remembered() -> None:
    rule = NameRule("limit", Where.RESPONSE)
    for number in range(1000):
        rule.remember_clear(number)
        assert number in rule.clear
        assert len(rule.clear) <= 64
    assert len(rule.clear) == 1000 % 64


def test_more_names_than_are_kept_have_their_rules() -> None:
    location = Location(Where.RESPONSE)
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"{a}{b}{c}" for a in letters for b in letters for c in letters][:5000]
    for name in names:
        assert location.rule(name).name == name
        assert len(location.rules) <= 4096
    assert location.rule("zzz") is location.rule("zzz")
    assert len(location.rules) == 5000 - 4096 + 1
