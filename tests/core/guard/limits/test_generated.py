"""No request fits with less than a naive reader finds in it: one who adds up whatever stands under a name of a quantity.

The reader below shares nothing with the guard but the table of parameters, whose lines it takes as they are.
"""

import csv
import json
import re
from collections import defaultdict
from decimal import Decimal
from urllib.parse import unquote_plus

import pytest
from hypothesis import given, settings, strategies as st

from proxy.core.catalogue.shipped import shipped
from proxy.core.guard.limits import Measure
from tests.core.guard.limits.asking import CATALOGUE, FACTS, MARGIN_OF_TENTH, ask
from tests.support.draws import examples

ROWS: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
for _row in csv.DictReader(shipped("parameters.csv").decode().splitlines()):
    ROWS[f"{_row['method']} {_row['path']}"][_row["name"]] = _row

QUANTITY_ROLES = {"base_quantity", "contracts", "amount"}
VIP_LOAN = "POST /sapi/v1/loan/vip/fixed/borrow"
"""Its amounts stand inside a text."""


def _says_how_much(name: str) -> bool:
    return name == VIP_LOAN or any(row["role"] in QUANTITY_ROLES for row in ROWS[name].values())


WRITES = sorted(one.name for one in CATALOGUE if one.mutates and one.moves_funds and _says_how_much(one.name))
ORDERS = [name for name in WRITES if any("uantity" in key for key in ROWS[name])]
LISTS = {
    "batchOrders": "batchOrders[].",
    "orders": "orders[].",
    "legs": "legs[].",
    "orderArgs": "orderArgs[].",
}
BATCHES = [name for name in WRITES if name == VIP_LOAN or ROWS[name].keys() & LISTS.keys()]
ORDER_LISTS = [name for name in WRITES if "workingQuantity" in ROWS[name]]
VALUES = {
    "symbol": ["BTCUSDT", "BTCUSD_PERP", "BTC-C", "NOPE"],
    "side": ["BUY", "SELL", "buy"],
    "order_type": ["LIMIT", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "STOP_MARKET", "LIMIT_MAKER", "limit"],
    "close_all": ["true", "false"],
    "time_in_force": ["GTC", "GTX", "true"],
    "price_match": ["NONE", "QUEUE"],
}
NUMBERS = ["1", "2.5", "0.1", "300", "007", "0.0000000000000001"]
ODD_NUMBERS = ["0", "1e3", "-1", "", "+1", "1,5"]
OTHER = ["BTC", "1", "x"]
UNITS = {
    "/sapi/v1/w3w/": Decimal(10) ** 18,
}
"""By the beginning of a path: how many of its units are one coin (wei; notes of the table)."""


def naive(name: str, text: str, roles: set[str] = QUANTITY_ROLES) -> Decimal:
    """The sum of all plain numbers under names that are quantities of this endpoint, batches looked into."""
    total = Decimal(0)
    for pair in text.split("&"):
        key, _, value = pair.partition("=")
        key, value = unquote_plus(key), unquote_plus(value)
        if key in LISTS:
            members = [(LISTS[key] + inner, v) for order in json.loads(value) for inner, v in order.items()]
        elif key == "supplyRequest":
            members = [("supplyRequest", entry.split(":")[2]) for entry in value.split(",")]
        else:
            members = [(key, value)]
        for member, number in members:
            row = ROWS[name].get(member)
            role = row["role"] if row else ""
            if role in roles or member == "supplyRequest":
                total += Decimal(number) if re.fullmatch(r"[0-9.]+", str(number)) else 0
    return total


@st.composite
def _members(draw: st.DrawFn, name: str, prefix: str) -> list[tuple[str, str]]:
    """Some of what an endpoint takes, the quantities more often than the rest."""
    found = []
    for key, row in ROWS[name].items():
        inner = key.removeprefix(prefix)
        if not key.startswith(prefix) or "[" in inner or row["role"] in ("common", "batch"):
            continue
        likely = row["role"] in QUANTITY_ROLES or row["required"] == "yes"
        if draw(st.integers(0, 9)) < (9 if likely else 2):
            numbers = NUMBERS if row["type"] == "DECIMAL" or row["role"] in QUANTITY_ROLES else OTHER
            odd = draw(st.integers(0, 40)) == 0
            found.append(
                (inner, draw(st.sampled_from(ODD_NUMBERS if odd else VALUES.get(row["role"], numbers))))
            )
    return found


def _spelt(draw: st.DrawFn, text: str) -> str:
    """The same, some of it percent-encoded."""
    return "".join(f"%{ord(c):02X}" if not c.isalnum() or draw(st.integers(0, 15)) == 0 else c for c in text)


@st.composite
def _requests(draw: st.DrawFn) -> tuple[str, str, str]:
    """Method and path, query, form."""
    name = draw(st.one_of(*map(st.sampled_from, (WRITES, ORDERS, ORDER_LISTS, BATCHES))))
    pairs = draw(_members(name, ""))
    for key, row in ROWS[name].items():
        if row["role"] != "batch":
            continue
        if key == "supplyRequest":
            amounts = draw(st.lists(st.sampled_from(["1", "2.5", "1000"]), min_size=1, max_size=3))
            pairs.append((key, ",".join(f"7:0.1:{amount}" for amount in amounts)))
        elif key in LISTS:
            orders = draw(st.lists(_members(name, LISTS[key]), min_size=draw(st.integers(1, 3)), max_size=3))
            pairs.append((key, json.dumps([dict(order) for order in orders])))
    if pairs and draw(st.integers(0, 7)) == 0:
        pairs.append(draw(st.sampled_from(pairs)))
    if draw(st.integers(0, 11)) == 0:
        extra = ["amount", "quantity", "Quantity", "qty", "quantity ", "batchOrders[0].quantity"]
        pairs.append((draw(st.sampled_from(extra)), "9000"))
    if draw(st.booleans()):
        pairs = draw(st.permutations(pairs))
    spelt = [f"{_spelt(draw, key)}={_spelt(draw, value)}" for key, value in pairs]
    cut = draw(st.integers(0, len(spelt)))
    return name, "&".join(spelt[:cut]), "&".join(spelt[cut:])


def _is_of_the_table(name: str, text: str) -> bool:
    """Whether each name stands once and is one that the endpoint takes."""
    keys = [unquote_plus(pair.partition("=")[0]) for pair in text.split("&") if pair]
    return len(set(keys)) == len(keys) and all(key in ROWS[name] for key in keys)


@settings(max_examples=examples(400))
@given(_requests(), st.sampled_from([None, MARGIN_OF_TENTH]))
def test_nothing_counts_for_less_than_a_naive_reader_finds(
    request: tuple[str, str, str], margin: Decimal | None
) -> None:
    name, query, form = request
    text = "&".join(filter(None, (query, form)))
    for measure in Measure:
        judged = ask(name, query, {f"max_{measure}_per_day": 1e90}, body=form, facts=FACTS, margin=margin)
        if not judged.fits:
            continue
        counted = judged.fits[0].amounts[measure]
        assert _is_of_the_table(name, text), (name, text)
        if name.endswith("/amend/keepPriority"):
            continue  # it can only lower what was counted before
        if measure is Measure.QUOTE:
            assert counted >= naive(name, text, {"quote_quantity"}), (name, text)
            continue
        unit = next((size for path, size in UNITS.items() if path in name), Decimal(1))
        contracts = any(row["role"] == "contracts" for row in ROWS[name].values())
        if measure is Measure.QUANTITY and contracts:
            continue  # a contract is worth more or less than a coin: test_amounts
        assert counted * unit >= naive(name, text), (name, text)


def test_the_reader_reads() -> None:
    assert naive("POST /api/v3/order", "symbol=A&quan%74ity=2&quantity=3&price=9") == 5
    assert (
        naive("POST /fapi/v1/batchOrders", 'batchOrders=[{"quantity":"2"},{"quantity":"3","price":"4"}]') == 5
    )
    assert naive(VIP_LOAN, "supplyRequest=7:0.1:2,7:0.1:3") == 5
    assert len(WRITES) > 90


@pytest.mark.parametrize("name", WRITES)
def test_every_write_that_says_a_quantity_is_judged_by_it(name: str) -> None:
    """A plain request with one quantity of 3 each: it fits with no less, or not at all."""
    rows = ROWS[name]
    if any(row["in"] == "json" for row in rows.values()):
        quantities = {key: "3" for key, row in rows.items() if row["role"] in QUANTITY_ROLES}
        query, body = "", json.dumps(quantities)
    elif batches := [key for key in rows if key in LISTS]:
        inner = {key.removeprefix(LISTS[batches[0]]): "3" for key in rows if key.endswith("uantity")}
        query, body = (
            f"{batches[0]}={json.dumps([inner, inner])}&productType=UM".removesuffix(
                "" if "productType" in rows else "&productType=UM"
            ),
            "",
        )
    else:
        keys = [key for key, row in rows.items() if row["role"] in QUANTITY_ROLES]
        query, body = "&".join(f"{key}=3" for key in keys), ""
    contracts = any(row["role"] == "contracts" for row in rows.values())
    measure = Measure.CONTRACTS if contracts else Measure.QUANTITY
    judged = ask(name, query, {f"max_{measure}_per_day": 1e90}, body=body)
    for fit in judged.fits:
        unit = Decimal(10) ** 18 if "/w3w/" in name and "withdraw" not in name else Decimal(1)
        if not name.endswith("/amend/keepPriority"):
            assert fit.amounts[measure] * unit >= 3
