"""Detectors of wrong values: what they take for wrong, and what they say of it."""

import pytest

from proxy.core.diagnosis.examination.parsed_request import ParsedRequest
from proxy.core.diagnosis.symptoms.base import Detect, Sighting
from proxy.core.diagnosis.symptoms.values import any_param, any_value_is, value_is, value_is_not
from proxy.core.findings import Strength
from tests.core.diagnosis.checks import request

DIGITS = r"[0-9]{3}"
ANY = any_value_is(DIGITS)
PRICES = any_value_is(DIGITS, of={"price", "quantity"})
NOT_NAMES = any_value_is(DIGITS, but={"name"})
BLANKS = any_param(lambda param: " " in param.value)


@pytest.mark.parametrize(
    ("detect", "query", "facts"),
    [
        (value_is("limit", DIGITS), "limit=123", (("characters", 3),)),
        (value_is("limit", DIGITS), "limit=123&limit=1", (("characters", 3),)),
        (value_is("limit", DIGITS), "limit=1&limit=123", None),  # the first is the one that counts
        (value_is("limit", DIGITS), "limit=1234", None),  # the whole value
        (value_is("limit", DIGITS), "limit=", None),
        (value_is("limit", DIGITS), "price=123", None),
        (value_is_not("limit", DIGITS), "limit=1234", (("characters", 4),)),
        (value_is_not("limit", DIGITS), "limit=123%0A", (("characters", 4),)),
        (value_is_not("limit", DIGITS), "limit=123", None),
        (value_is_not("limit", DIGITS), "limit=", None),  # an empty value has a rule of its own
        (value_is_not("limit", DIGITS), "price=1", None),
        (ANY, "price=1&limit=123&side=456", (("parameter", "limit, side"),)),
        (ANY, "limit=123&limit=456", (("parameter", "limit"),)),
        (
            ANY,
            "zzz=123",
            (("parameter", "parameter number 1"),),
        ),  # a name that is not documented is not shown
        (ANY, "price=1", None),
        (PRICES, "quantity=123&price=456&limit=789", (("parameter", "quantity, price"),)),
        (PRICES, "limit=123", None),
        (NOT_NAMES, "name=123&limit=456", (("parameter", "limit"),)),
        (NOT_NAMES, "name=123", None),
        (BLANKS, "name=a+b&side=BUY", (("parameter", "name"),)),
        (BLANKS, "name=ab", None),
    ],
)
def test_which_values_are_seen(
    detect: Detect, query: str, facts: tuple[tuple[str, str | int], ...] | None
) -> None:
    seen = detect(ParsedRequest(request(f"GET /api/v3/order?{query}")))
    assert seen == (None if facts is None else Sighting(Strength.PROVEN, facts))
