"""A line of `limits:` that could never bite is an error, told with its place and what to write instead."""

from typing import Any

import pytest

from proxy.config.convert import convert
from proxy.config.limit_checks import limit_lines
from proxy.config.problems import Problem

WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
ORDER = "POST /api/v3/order"


def problems(*lines: dict[str, Any], **more: Any) -> list[Problem]:
    conversion = convert({"policy": {"limits": list(lines), **more.pop("policy", {})}, **more})
    assert conversion.problems == []
    return list(limit_lines(conversion.settings))


WRONG = [
    # line, setting that is named, what is said, in the hint
    ({"applies_to": "spot"}, "policy.limits[0]", "bounds nothing", "max_quote"),
    ({"applies_to": ORDER}, "policy.limits[0]", "bounds nothing", "symbols"),
    ({"applies_to": "spot", "symbols": []}, "policy.limits[0].symbols", "is empty", "leave it out"),
    (
        {"applies_to": WITHDRAW, "addresses": [], "max_quantity": 1},
        "policy.limits[0].addresses",
        "is empty",
        "",
    ),
    (
        {"applies_to": "POST /sapi/v1/capital/withdraw/aply", "coins": ["USDT"]},
        "policy.limits[0].applies_to",
        "names no endpoint",
        f"did you mean {WITHDRAW}?",
    ),
    (
        {"applies_to": "PUT /q/w", "coins": ["USDT"]},
        "policy.limits[0].applies_to",
        "names no endpoint",
        "policy show --all",
    ),
    (
        {"applies_to": "post /api/v3/order", "symbols": ["A"]},
        "policy.limits[0].applies_to",
        "names no endpoint",
        ORDER,
    ),
    (
        {"applies_to": "GET /api/v3/account", "symbols": ["BTCUSDT"]},
        "policy.limits[0].applies_to",
        "changes nothing",
        "",
    ),
    (
        {"applies_to": "POST /api/v3/order/test", "symbols": ["BTCUSDT"]},
        "policy.limits[0].applies_to",
        "changes nothing",
        "",
    ),
    (
        {"applies_to": "read-only", "symbols": ["A"]},
        "policy.limits[0].applies_to",
        "allows nothing",
        "another",
    ),
    (
        {"applies_to": "POST /sapi/v1/broker/subAccount/blvt", "max_quantity": 1},
        "policy.limits[0].applies_to",
        "nobody says what it takes",
        "take the line away",
    ),
    (
        {"applies_to": ORDER, "coins": ["BTC"]},
        "policy.limits[0].coins",
        f"{ORDER} does not have",
        "symbols, max_",
    ),
    (
        {"applies_to": ORDER, "max_contracts": 1},
        "policy.limits[0].max_contracts",
        "does not have",
        "max_quote",
    ),
    ({"applies_to": WITHDRAW, "symbols": ["A"]}, "policy.limits[0].symbols", "does not have", "networks"),
    (
        {"applies_to": WITHDRAW, "max_quote_per_day": 1},
        "policy.limits[0].max_quote_per_day",
        "does not have",
        "coins",
    ),
    (
        {"applies_to": "POST /sapi/v1/convert/acceptQuote", "max_quantity": 1},
        "policy.limits[0].max_quantity",
        "does not have",
        "nothing of it can be bounded",
    ),
    (
        {"applies_to": "POST /dapi/v1/order", "max_quantity": 1},
        "policy.limits[0].max_quantity",
        "does not have",
        "prices: exchange",
    ),
    (
        {"applies_to": "transfers", "addresses": ["A"]},
        "policy.limits[0].addresses",
        "no operation of this",
        "what can be bounded: symbols, coins, recipients, max_quantity, max_quote",
    ),
    (
        {"applies_to": "spot", "max_contracts": 1},
        "policy.limits[0].max_contracts",
        "no operation of this",
        "what can be bounded: symbols, max_quantity, max_quote",
    ),
    (
        {"applies_to": "spot", "symbols": ["BTCUSDT", "ethusdt"]},
        "policy.limits[0].symbols",
        "no market",
        "BTCUSDT",
    ),
    (
        {"applies_to": ORDER, "symbols": ["BTC/USDT"]},
        "policy.limits[0].symbols",
        "no market",
        "as the exchange",
    ),
    ({"applies_to": "spot", "symbols": ["BTC USDT"]}, "policy.limits[0].symbols", "no market", ""),
    ({"applies_to": "spot", "symbols": [""]}, "policy.limits[0].symbols", "no market", ""),
    ({"applies_to": "transfers", "max_quote": 1}, None, "", ""),  # the move of positions has one
    ({"applies_to": "earn", "max_quote": 1}, "policy.limits[0].max_quote", "no operation of this", ""),
]


@pytest.mark.parametrize(("line", "setting", "says", "hint"), WRONG, ids=range(len(WRONG)))
def test_a_line_that_never_bites_is_told(
    line: dict[str, Any], setting: str | None, says: str, hint: str
) -> None:
    found = problems(line)
    if setting is None:
        assert found == []
        return
    (one,) = found
    assert one.says.startswith(f"{setting} ")
    assert says in one.says
    assert hint in one.hint


RIGHT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"applies_to": "spot", "symbols": ["BTCUSDT"]}, {}),
    ({"applies_to": "spot", "symbols": ["1000SATSUSDT", "币安人生USDT"]}, {}),
    ({"applies_to": "futures", "symbols": ["BTCUSD_PERP", "BTC-260626-140000-C"]}, {}),
    ({"applies_to": "POST /sapi/v1/equity/order/place", "symbols": ["BRK.b"]}, {}),
    ({"applies_to": "spot", "max_quantity": 1, "max_quote_per_day": 1}, {}),
    ({"applies_to": "futures", "max_contracts": 1}, {}),
    ({"applies_to": "futures", "max_quantity": 1}, {}),
    ({"applies_to": "margin", "side_effects": ["NO_SIDE_EFFECT"]}, {}),
    ({"applies_to": "transfers", "recipients": ["a@example.com"]}, {}),
    ({"applies_to": "merchant", "max_quantity": 100, "coins": ["USDT"]}, {}),
    ({"applies_to": WITHDRAW, "addresses": ["A"], "networks": ["TRX"], "max_quantity": 1}, {}),
    ({"applies_to": "POST /sapi/v1/giftcard/buyCode", "max_quantity": 1}, {}),
    ({"applies_to": "POST /dapi/v1/order", "max_quote": 1}, {}),
    ({"applies_to": "POST /dapi/v1/order", "max_quantity": 1}, {"prices": "exchange"}),
    ({"applies_to": "POST /eapi/v1/order", "max_quantity": 1}, {}),
    ({"applies_to": "DELETE /api/v3/order", "symbols": ["BTCUSDT"]}, {}),
]


@pytest.mark.parametrize(("line", "policy"), RIGHT, ids=range(len(RIGHT)))
def test_a_line_that_bites_is_left_alone(line: dict[str, Any], policy: dict[str, Any]) -> None:
    assert problems(line, policy=policy) == []


def test_each_line_of_each_policy_is_looked_at() -> None:
    bad, good = {"applies_to": "spot"}, {"applies_to": "spot", "max_quote": 1}
    found = problems(
        good,
        bad,
        bad,
        clients={"bot": {"policy": {"limits": [bad]}}},
        clients_file="c",
        policy={"read_only": True},
    )
    assert [one.says.partition(" ")[0] for one in found] == [
        "policy.limits[1]",
        "policy.limits[2]",
        "clients.bot.policy.limits[0]",
    ]


def test_what_another_check_tells_is_not_told_twice() -> None:
    """The form of `applies_to`, and a row of `endpoints:` that makes no sense."""
    assert problems({"applies_to": "everything", "symbols": ["A"]}) == []
    assert problems({"applies_to": "spot"}, endpoints=[{"endpoint": "GET /nowhere"}]) == []


def test_an_endpoint_of_ones_own_can_be_allowed_and_not_limited() -> None:
    (one,) = problems(
        {"applies_to": "POST /sapi/v1/brand/new", "max_quantity": 1},
        endpoints=[{"endpoint": "POST /sapi/v1/brand/new"}],
    )
    assert "nobody says what it takes" in one.says
