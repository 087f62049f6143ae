"""What makes two orders the same."""

import json

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.parameters import Role, parameters_of
from proxy.core.repeats import is_repeatable, order_mark
from proxy.core.repeats.sameness import IDS
from proxy.core.signing import PreparedRequest, prepare
from proxy.core.wire import body_kind

ORDER = "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=5"
PYTHON_BINANCE = ("x-HNA2TXFJ0a1b2c3d4e5f60718293a4", "x-Cb7ytekJ1b2c3d4e5f60718293a4")
CCXT = (
    "x-TKT5PX2F22ecb58eb9074fb1be018c",
    "x-cvBPrNm922ecb58eb9074fb1be018c",
    "x-xcKtGhcu4b3e3d8515dd4dc5ba9ccc",
)
BINANCE_JS = ("x-U5D79M5BV1StGXR8_Z5jdHi6B-myTg", "x-15PC4ZJy_uQ7hLkP0cVn2xW9aTe4-m")
BINANCE_NET = ("x-VICEW9VVJKq8Zk1LmN0pRs7TuV3wXy5Az2", "x-d63tKbx3JKABCDEFGHIJKLMNOPQRSTUVWX")
NOT_AN_ID = {"cancelOrigClientOrderId", "cancelNewClientOrderId"}


def prepared(query: str = "", body: str = "") -> PreparedRequest:
    raw = body.encode()
    return prepare(query.encode(), raw, body_kind(raw, None), signed=True)


def mark(query: str = "", body: str = "") -> bytes | None:
    return order_mark(prepared(query, body))


def batch(*orders: dict[str, str]) -> str:
    return f"batchOrders={json.dumps(orders)}"


def test_a_mark_is_short_and_says_nothing() -> None:
    found = mark(ORDER)
    assert found is not None
    assert len(found) == 16


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", ORDER),
        ("symbol=BTCUSDT&side=BUY", "type=LIMIT&quantity=1&price=5"),
        ("&".join(reversed(ORDER.split("&"))), ""),
        (f"{ORDER}&", ""),
        (f"{ORDER}&recvWindow=3000", ""),
        (f"{ORDER}&timestamp=1&signature=ab", ""),
        (ORDER.replace("LIMIT", "%4cIMI%54"), ""),
        *(
            (f"{ORDER}&newClientOrderId={one}", "")
            for one in (*PYTHON_BINANCE, *CCXT, *BINANCE_JS, *BINANCE_NET)
        ),
        (f"{ORDER}&clientAlgoId={CCXT[0]}", ""),
        (f"{ORDER}&cancelNewClientOrderId={CCXT[0]}", ""),
    ],
)
def test_the_same(query: str, body: str) -> None:
    assert mark(query, body) == mark(ORDER)


@pytest.mark.parametrize(
    "query",
    [
        ORDER.replace("BUY", "SELL"),
        ORDER.replace("quantity=1", "quantity=1.0"),
        f"{ORDER}&price=5",
        f"{ORDER}&cancelOrigClientOrderId={CCXT[0]}",
        f"{ORDER}&strategyId=7",
        f"{ORDER}&newClientOrderId=",
    ],
)
def test_another(query: str) -> None:
    assert mark(query) not in (None, mark(ORDER))


@pytest.mark.parametrize("name", sorted(one.decode() for one in IDS))
@pytest.mark.parametrize(
    "value",
    [
        "a",
        "x-short",
        "x-HNA2TXFJmy-own-order-0001",
        f"{CCXT[0]}-",
        "2",
        f"y{CCXT[0]}",
        "x-U5D79M5Bmy-own-order-0001",
        f"{BINANCE_JS[1]}x",
        "x-HNA2TXFJ_uQ7hLkP0cVn2xW9aTe4-m",
        "x-VICEW9VVJKmine1",
    ],
)
def test_an_id_of_the_clients_own(name: str, value: str) -> None:
    assert mark(f"{ORDER}&{name}={value}") is None
    assert mark(ORDER, f"{name.replace('C', '%43')}={value}") is None


def test_a_batch_is_the_clients_own_if_each_order_is() -> None:
    one = {"side": "BUY", "quantity": "1"}
    bare, drawn, own = (
        {"side": "BUY"},
        {"side": "BUY", "newClientOrderId": CCXT[1]},
        {"newClientOrderId": "mine"},
    )
    assert mark(batch(bare, bare)) == mark(batch(drawn, bare))
    assert mark(batch(bare)) != mark(batch(bare, bare))
    assert mark(batch(one, bare)) == mark(batch(dict(reversed(one.items())), bare))
    assert mark(batch(own, bare)) is not None
    assert mark(batch(own, own)) is None
    assert mark(f"batchOrders={json.dumps([own]).replace('[', '%5B')}") is None
    assert mark("batchOrders=[not json") is not None
    assert mark("batchOrders=" + "[" * 20_000) is not None
    assert mark("batchOrders=[]") is not None


def test_a_json_body() -> None:
    assert mark(body='{"a":1}') == mark(body='{ "a": 1 }')
    assert mark(body='{"a":1}') != mark(body='{"a":2}')
    assert mark(body='{"a":1,"b":{"c":2,"d":3}}') == mark(body='{"b":{"d":3,"c":2},"a":1}')
    assert mark(body='{"a":[1,2]}') != mark(body='{"a":[2,1]}')
    assert mark(body='{"a":1,"clientOrderId":"mine"}') is None
    assert mark(body=f'{{"a":1,"clientOrderId":"{CCXT[0]}"}}') == mark(body='{"a":1}')


def test_every_order_of_the_catalogue_is_named_by_ids_that_are_known_here() -> None:
    placing = [one for one in Catalogue.builtin() if is_repeatable(one)]
    assert len(placing) == 39
    for endpoint in placing:
        ids = {
            name.rpartition("[].")[2]
            for name, one in parameters_of(endpoint.method, endpoint.path).items()
            if one.role is Role.CLIENT_ORDER_ID
        }
        assert {name.encode() for name in ids - NOT_AN_ID} <= IDS, endpoint.name
