"""The oracle itself: a table of what was executed, worked out by hand, and what of it lies outside."""

from decimal import Decimal
from typing import Any

import pytest

from proxy.sandbox import Executed
from tests.limits_proof.oracle import Oracle, amount_of

D = Decimal
SPOT, OCO, OTOCO = "POST /api/v3/order", "POST /api/v3/orderList/oco", "POST /api/v3/orderList/otoco"
TRANSFER, WITHDRAW = "POST /sapi/v1/asset/transfer", "POST /sapi/v1/capital/withdraw/apply"
RELEASE = "POST /sapi/v1/c2c/orderMatch/releaseCoin"
MARGIN, CHANGE, AD = "POST /sapi/v1/margin/order", "PUT /fapi/v1/order", "POST /sapi/v1/c2c/ads/post"


def order(number: int, quantity: str, value: str, **more: Any) -> Executed:
    usual = {"product": "spot", "operation": SPOT, "symbol": "BTCUSDT", "side": "BUY", "quote_coin": "USDT"}
    return Executed(
        account="main", deed="order", at_ms=1, order_id=number, base_quantity=D(quantity), quote_value=D(value),
        **(usual | more),
    )  # fmt: skip


def moved(operation: str, coin: str, amount: str, **more: Any) -> Executed:
    usual = {"product": "wallet", "deed": "transfer"}
    return Executed(
        account="main", operation=operation, at_ms=1, coin=coin, amount=D(amount), **(usual | more)
    )


def policy(*lines: dict[str, Any], allow: tuple[str, ...] = ()) -> dict[str, Any]:
    profiles = ["spot", "margin", "futures", "transfers", "merchant"]
    return {"profiles": profiles, "allow": list(allow), "limits": list(lines)}


BTC = {"applies_to": "spot", "symbols": ["BTCUSDT"], "max_quantity": 1}
QUOTE = {"applies_to": "spot", "max_quote": 100}
DAY = {"applies_to": "spot", "max_quantity_per_day": 1}
OWN = {"applies_to": WITHDRAW, "addresses": ["own", "shared 7"], "networks": ["TRX"], "coins": ["USDT"]}
NO_LOAN = {"applies_to": "margin", "side_effects": ["NO_SIDE_EFFECT"]}
CONTRACTS = {"applies_to": "futures", "max_contracts": 5}
WHERE = {"address": "own", "network": "TRX", "deed": "withdrawal"}

JUDGED: list[tuple[str, dict[str, Any], list[list[Executed]], bool]] = [
    ("at its bound", policy(BTC), [[order(1, "1", "9")]], True),
    ("above it", policy(BTC), [[order(1, "1.00001", "9")]], False),
    ("another symbol", policy(BTC), [[order(1, "0.1", "9", symbol="ETHUSDT")]], False),
    ("two lines are alternatives", policy(BTC, QUOTE), [[order(1, "9", "100", symbol="ETHUSDT")]], True),
    ("and one of them has to fit", policy(BTC, QUOTE), [[order(1, "9", "101", symbol="ETHUSDT")]], False),
    ("what no line names", policy(BTC), [[order(1, "9", "9", operation=CHANGE, product="usdm")]], True),
    ("no profile has it", policy(), [[moved(WITHDRAW, "USDT", "1")]], False),
    ("an allow line does", policy(allow=(WITHDRAW,)), [[moved(WITHDRAW, "USDT", "1")]], True),
    ("two orders of one request", policy(BTC), [[order(1, "0.6", "9"), order(2, "0.6", "9")]], False),
    ("two requests", policy(BTC), [[order(1, "0.6", "9")], [order(2, "0.6", "9")]], True),
    ("one order, written twice", policy(BTC), [[order(1, "0.6", "9"), order(1, "0.6", "9")]], True),
    ("it fills for more than it rested", policy(QUOTE), [[order(1, "1", "90")], [order(1, "1", "110")]], False),
    ("of a pair the larger", policy(BTC),
     [[order(1, "0.6", "9", list_id=5, operation=OCO), order(2, "0.6", "9", list_id=5, operation=OCO)]], True),
    ("a first one and what follows", policy(BTC),
     [[order(n, "0.6", "9", list_id=5, operation=OTOCO) for n in (1, 2, 3)]], False),
    ("but of what follows one", policy(BTC),
     [[order(n, "0.4", "9", list_id=5, operation=OTOCO) for n in (1, 2, 3)]], True),
    ("the day's sum", policy(DAY), [[order(1, "0.6", "9")], [order(2, "0.5", "9")]], False),
    ("up to the day's bound", policy(DAY), [[order(1, "0.6", "9")], [order(2, "0.4", "9")]], True),
    ("a change stands for itself", policy({"applies_to": CHANGE, "max_quantity": 1}),
     [[order(1, "9", "9", product="usdm", operation="POST /fapi/v1/order")],
      [order(1, "2", "9", product="usdm", operation=CHANGE)]], False),
    ("contracts", policy(CONTRACTS), [[order(1, "1", "9", operation=CHANGE, contracts=D(5))]], True),
    ("too many", policy(CONTRACTS), [[order(1, "1", "9", operation=CHANGE, contracts=D(6))]], False),
    ("what has none of what is counted", policy(CONTRACTS), [[order(1, "1", "9", operation=CHANGE)]], False),
    ("its own address", policy(OWN, allow=(WITHDRAW,)), [[moved(WITHDRAW, "USDT", "1", **WHERE)]], True),
    ("another coin", policy(OWN, allow=(WITHDRAW,)), [[moved(WITHDRAW, "BTC", "1", **WHERE)]], False),
    ("with a tag", policy(OWN, allow=(WITHDRAW,)), [[moved(WITHDRAW, "USDT", "1", tag="7", **WHERE)]], False),
    ("shared, with its tag", policy(OWN, allow=(WITHDRAW,)),
     [[moved(WITHDRAW, "USDT", "1", tag="7", **(WHERE | {"address": "shared"}))]], True),
    ("another network", policy(OWN, allow=(WITHDRAW,)),
     [[moved(WITHDRAW, "USDT", "1", **(WHERE | {"network": "ETH"}))]], False),
    ("another recipient", policy({"applies_to": "transfers", "recipients": ["own"]}),
     [[moved(TRANSFER, "USDT", "1", recipient="other")]], False),
    ("back to oneself", policy({"applies_to": "transfers", "recipients": ["own"]}),
     [[moved(TRANSFER, "USDT", "1", recipient="master")]], True),
    ("a loan beside an order", policy(NO_LOAN),
     [[moved(MARGIN, "USDT", "1", deed="borrow", note="MARGIN_BUY"), order(1, "1", "9", operation=MARGIN)]], False),
    ("no loan", policy(NO_LOAN), [[order(1, "1", "9", operation=MARGIN)]], True),
    ("both coins of an ad", policy({"applies_to": "merchant", "coins": ["USDT"]}),
     [[moved(AD, "USDT", "1", deed="ad", product="c2c", quote_coin="USD")]], False),
    ("an ad without a price", policy({"applies_to": "merchant", "max_quote": 9}),
     [[moved(AD, "USDT", "1", deed="ad", product="c2c", quote_coin="USD")]], False),
    ("an ad that sells at its own price", policy({"applies_to": "merchant", "max_quote": 9}),
     [[moved(AD, "USDT", "1", deed="ad", product="c2c", side="SELL", quote_value=D(1))]], False),
    ("an ad that buys", policy({"applies_to": "merchant", "max_quote": 9}),
     [[moved(AD, "USDT", "1", deed="ad", product="c2c", side="BUY", quote_value=D(1))]], True),
    ("one release each", policy(allow=(RELEASE,)),
     [[moved(RELEASE, "USDT", "1", deed="release", product="c2c", note=number)] for number in "12"], True),
    ("a second release", policy(allow=(RELEASE,)),
     [[moved(RELEASE, "USDT", "1", deed="release", product="c2c", note=number)] for number in "11"], False),
    ("a setting moves nothing", policy(CONTRACTS | {"symbols": ["X"]}),
     [[moved("POST /fapi/v1/leverage", "", "9", deed="setting", product="usdm")]], True),
    ("but names its symbol", policy(CONTRACTS | {"symbols": ["X"]}),
     [[moved("POST /fapi/v1/leverage", "", "9", deed="setting", product="usdm", symbol="Y")]], False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "limited", "requests", "inside"), JUDGED, ids=[one[0].replace(" ", "-") for one in JUDGED]
)
def test_what_lies_inside(
    what: str, limited: dict[str, Any], requests: list[list[Executed]], inside: bool
) -> None:
    oracle = Oracle(limited)
    breaches = [breach for entries in requests for breach in oracle.saw(entries)]
    assert (not breaches) is inside, (what, breaches)


def test_the_largest_amount_is_kept_beside_its_bound() -> None:
    oracle = Oracle(policy(BTC))
    for number, quantity in enumerate(("0.2", "0.9", "0.4", "7"), start=1):
        oracle.saw([order(number, quantity, "9")])
    ((name, peak),) = oracle.peaks.items()
    assert name == ("spot; symbols BTCUSDT", "max_quantity")
    assert (peak.largest, peak.bound) == (D("0.9"), D(1))


def test_margin_of_a_position_is_in_its_quote_coin() -> None:
    entry = moved("POST /fapi/v1/positionMargin", "USDT", "5", product="usdm", symbol="BTCUSDT")
    assert [amount_of([entry], measure) for measure in ("quantity", "quote", "contracts")] == [
        None,
        D(5),
        None,
    ]
