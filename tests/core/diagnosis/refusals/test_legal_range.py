"""Where a value leaves the legal range that an answer states."""

import pytest

from proxy.core.diagnosis.refusals.legal_range import departure_from

SYMBOL = "Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'."
PRICE = r"Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\.[0-9]{1,20})?$'."


@pytest.mark.parametrize(
    ("message", "value", "what"),
    [
        (SYMBOL, "BTCusdt", "a small letter at place 4"),
        (SYMBOL, "BTC/USDT", "a slash at place 4"),
        (SYMBOL, "B" * 21, "too long: at most 20"),
        (SYMBOL, '["BTC"]', "a bracket at place 1"),
        (SYMBOL.replace("A-Z", "a-z"), "aB", "a capital letter at place 2"),
        (SYMBOL.replace("{1,20}", "{8}"), "BTC", "too short: at least 8"),
        (PRICE, "1e-05", "an exponent"),
        (PRICE, "-1", "negative"),
        (PRICE, "1,5", "a comma"),
        (PRICE, "cheap", "not a number"),
    ],
)
def test_what_is_wrong_with_this_value(message: str, value: str, what: str) -> None:
    wrong = departure_from(message, value)
    assert wrong is not None
    assert what in wrong.what
    assert value not in f"{wrong.what} {wrong.instead}"


def test_what_fits_is_not_wrong() -> None:
    assert departure_from(SYMBOL, "BTCUSDT") is None
    assert departure_from(PRICE, "1.5") is None
    assert departure_from("no range", "x") is None
    assert departure_from(SYMBOL.replace("A-Z", "Z-A"), "x") is None  # no pattern
