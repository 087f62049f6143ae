"""What a request is read as, and what is refused because two readers could read it in two ways."""

import json

import pytest

from tests.core.guard.limits.asking import (
    ADVERT,
    COIN_M,
    ORDER,
    USD_M_BATCH,
    WITHDRAW,
    arguments,
    said,
)

FIAT = "POST /sapi/v2/fiat/withdraw"
LOAN = "POST /sapi/v1/loan/vip/fixed/borrow"

# -- query and form

PLAIN = [
    ("symbol=BTCUSDT", "BTCUSDT"),
    ("symbol=BTC%55SDT", "BTCUSDT"),
    ("%73ymbol=BTCUSDT", "BTCUSDT"),
    ("&&symbol=BTCUSDT&", "BTCUSDT"),
    ("symbol=BTCUSDT=x", "BTCUSDT=x"),
    ("symbol=BTC+USDT", "BTC USDT"),
    ("symbol=BTC%2BUSDT", "BTC+USDT"),
    ("symbol=BTC%2555SDT", "BTC%55SDT"),  # decoded once
    ("symbol=a%3Bb", "a;b"),
    ("symbol", ""),
    ("symbol=", ""),
    ("symbol=%E5%B8%81USDT", "币USDT"),
    ("symbol=%EF%BB%BFBTCUSDT", "\ufeffBTCUSDT"),
]


@pytest.mark.parametrize(("text", "value"), PLAIN)
def test_a_pair_is_read_as_the_exchange_reads_it(text: str, value: str) -> None:
    """Percent-decoding once, `+` a blank: the URL Standard, section "application/x-www-form-urlencoded"."""
    assert said(ORDER, text) == [("symbol", value, None)]
    if "=" in text:
        assert said(ORDER, "", text) == [("symbol", value, None)]


def test_query_and_form_are_one_request_and_what_every_call_has_says_nothing() -> None:
    text = "timestamp=1&symbol=BTCUSDT&recvWindow=5000"
    assert said(ORDER, text, "side=BUY&signature=abc") == [("symbol", "BTCUSDT", None), ("side", "BUY", None)]


UNKNOWN = "`{}` is none that this endpoint is known to take; leave it out"
TWICE = "`{}` stands twice; send it once"

REFUSED = [
    (ORDER, "Symbol=BTCUSDT", UNKNOWN.format("Symbol")),
    (ORDER, "amount=1", UNKNOWN.format("amount")),
    (ORDER, "symbol=BTCUSDT&closePosition=true", UNKNOWN.format("closePosition")),
    (WITHDRAW, "asset=USDT", UNKNOWN.format("asset")),
    (USD_M_BATCH, "batchOrders%5B%5D.quantity=1", UNKNOWN.format("batchOrders[].quantity")),
    (USD_M_BATCH, "batchOrders[0].quantity=1", UNKNOWN.format("batchOrders[0].quantity")),
    (
        ORDER,
        "sym+bol=BTCUSDT",
        "a parameter with an unusual name is none that this endpoint is known to take",
    ),
    (ORDER, "=BTCUSDT", "a parameter with an unusual name is none"),
    (ORDER, "%00symbol=BTCUSDT", "a parameter with an unusual name is none"),
    (ORDER, f"a{'b' * 24}=1", "a parameter with an unusual name is none"),
    (ORDER, f"a{'b' * 23}=1", UNKNOWN.format("a" + "b" * 23)),
    (ORDER, "symbol=BTCUSDT&symbol=BTCUSDT", TWICE.format("symbol")),
    (ORDER, "symbol=BTCUSDT&s%79mbol=ETHUSDT", TWICE.format("symbol")),
    (ORDER, "symbol&symbol=BTCUSDT", TWICE.format("symbol")),
    (ORDER, "quantity=0.1&quantity=0.1", TWICE.format("quantity")),
    (USD_M_BATCH, 'batchOrders=[{"symbol":"A"}]&batchOrders=[{"symbol":"A"}]', TWICE.format("batchOrders")),
    (ORDER, "symbol=BTCUSDT;quantity=9", "it holds a raw `;`"),
    (ORDER, "symbol=BTCUSDT;", "it holds a raw `;`"),
    (ORDER, "symbol=%FF", "it holds octets that are no UTF-8"),
    (ORDER, "symbol=%C0%80", "it holds octets that are no UTF-8"),
    (ORDER, "%FF=1", "it holds octets that are no UTF-8"),
    (ADVERT, "asset=USDT", "`asset` must stand in a JSON body"),
    (FIAT, "accountInfo.accountNumber=1", "a parameter with an unusual name must stand in a JSON body"),
]


@pytest.mark.parametrize(("name", "text", "reason"), REFUSED)
def test_what_could_be_read_in_two_ways_is_refused(name: str, text: str, reason: str) -> None:
    for found in (arguments(name, text), arguments(name, "", text + "&")):
        assert isinstance(found, str)
        assert found.startswith(reason)


def test_the_same_in_query_and_form_stands_twice() -> None:
    assert arguments(ORDER, "symbol=BTCUSDT", "symbol=ETHUSDT") == TWICE.format("symbol")


def test_a_list_may_stand_several_times() -> None:
    assert said("POST /sapi/v1/bswap/liquidityRemove", "asset=BNB&asset=BTC") == [
        ("asset", "BNB", None),
        ("asset", "BTC", None),
    ]


@pytest.mark.parametrize(
    "name", ["POST /sapi/v1/accumulator/product/subscribe", "POST /sapi/v9/nobody/knows"]
)
def test_what_nobody_describes_cannot_be_limited(name: str) -> None:
    assert arguments(name, "") == (
        "nobody says what this endpoint takes, so no line can let it through; name endpoints, not its profile"
    )


def test_what_takes_nothing_may_say_nothing() -> None:
    assert said("POST /sapi/v1/sol-staking/sol/claim", "") == []
    assert said("POST /sapi/v1/c2c/merchant/getOnline", "", "{}") == []


# -- JSON bodies

BODY = {
    "asset": "USDT",
    "initAmount": 1.50,
    "priceType": 1,
    "onlineNow": False,
    "remarks": None,
    "launchCountry": ["DE", None],
    "tradeMethods": [{"payId": 7}, {"payType": "BANK"}, None],
}


def test_a_json_body_is_read_member_by_member_and_null_says_nothing() -> None:
    text = json.dumps(BODY).replace("1.5,", "1.50,")
    assert said(ADVERT, "", text) == [
        ("asset", "USDT", None),
        ("initAmount", "1.50", None),  # as it was written, not as a float
        ("priceType", "1", None),
        ("onlineNow", "false", None),
        ("launchCountry", "DE", None),
        ("tradeMethods[].payId", "7", None),
        ("tradeMethods[].payType", "BANK", None),
    ]


def test_objects_in_objects_are_read_and_free_json_is_there_but_not_read() -> None:
    body = '{"accountInfo":{"accountNumber":"12","agency":null},"ext":{"any":[1,{"a":2}]},"amount":5}'
    assert said(FIAT, "", body) == [
        ("accountInfo.accountNumber", "12", None),
        ("ext", "", None),
        ("amount", "5", None),
    ]


TWINS = "its JSON body cannot be read as JSON in which each name stands once"

BODIES = [
    (ADVERT, '{"asset":"USDT","asset":"BTC"}', TWINS),
    (ADVERT, r'{"asset":"USDT","\u0061sset":"BTC"}', TWINS),
    (ADVERT, '{"tradeMethods":[{"payId":1,"payId":2}]}', TWINS),
    (ADVERT, '{"initAmount":NaN}', TWINS),
    (ADVERT, '{"initAmount":Infinity}', TWINS),
    (ADVERT, '{"initAmount":-Infinity}', TWINS),
    (ADVERT, '{"asset":"USDT"', TWINS),
    (ADVERT, '{"asset":"USDT"}{"asset":"BTC"}', TWINS),
    (ADVERT, '{"asset":' + "[" * 100_000, TWINS),
    (ADVERT, '[{"asset":"USDT"}]', "its JSON body must be an object"),
    (ADVERT, '{"Asset":"USDT"}', UNKNOWN.format("Asset")),
    (ADVERT, '{"tradeMethods":[{"bank":1}]}', UNKNOWN.format("tradeMethods[].bank")),
    (ADVERT, '{"tradeMethods[].payId":1}', UNKNOWN.format("tradeMethods[].payId")),
    (FIAT, '{"accountInfo.agency":"1"}', UNKNOWN.format("accountInfo.agency")),
    (FIAT, '{"accountInfo":{"account.Number":"1"}}', UNKNOWN.format("account.Number")),
    (ADVERT, '{"tradeMethods":[1]}', "`tradeMethods` must hold objects"),
    (FIAT, '{"accountInfo":"12"}', "`accountInfo` must hold objects"),
    (FIAT, '{"accountInfo":[{"accountNumber":"12"}]}', "`accountInfo` must be one value"),
    (ADVERT, '{"tradeMethods":{"payId":1}}', "`tradeMethods` must be a plain value"),
    (ADVERT, '{"asset":["USDT"]}', "`asset` must be one value"),
    (ADVERT, '{"initAmount":[]}', "`initAmount` must be one value"),
    (ADVERT, '{"asset":{"a":1}}', "`asset` must be a plain value"),
    (ADVERT, '{"launchCountry":[["DE"]]}', "`launchCountry` must be a plain value"),
    (ORDER, '{"symbol":"BTCUSDT"}', "`symbol` must stand in the query or a form"),
    (ADVERT, '{"timestamp":1}', "`timestamp` must stand in the query or a form"),
    (ADVERT, b'{"asset":"\xff"}', "it holds octets that are no UTF-8"),
    (ADVERT, r'{"\ud800":1}', "a parameter with an unusual name is none"),
]


@pytest.mark.parametrize(("name", "body", "reason"), BODIES)
def test_a_body_that_could_be_read_in_two_ways_is_refused(name: str, body: str | bytes, reason: str) -> None:
    found = arguments(name, "", body)
    assert isinstance(found, str)
    assert found.startswith(reason)


# -- lists in one value


def test_the_orders_of_a_batch_are_told_apart() -> None:
    orders = '[{"symbol":"A","quantity":0.10},{"symbol":"B","price":null,"reduceOnly":true}]'
    assert said(USD_M_BATCH, f"batchOrders={orders}") == [
        ("batchOrders[].symbol", "A", 0),
        ("batchOrders[].quantity", "0.10", 0),
        ("batchOrders[].symbol", "B", 1),
        ("batchOrders[].reduceOnly", "true", 1),
    ]


LIST = "`batchOrders` must be a JSON list of objects, and not an empty one"
LIST_TWINS = "`batchOrders` cannot be read as JSON in which each name stands once"
BATCHES = [
    ("", LIST_TWINS),
    ("[]", LIST),
    ("{}", LIST),
    ('{"quantity":1}', LIST),
    ("[1]", LIST),
    ("[null]", LIST),
    ('[[{"quantity":1}]]', LIST),
    ('[{"quantity":1},[]]', LIST),
    ('["{}"]', LIST),
    ('[{"quantity":1,"quantity":2}]', LIST_TWINS),
    ('[{"quantity":NaN}]', LIST_TWINS),
    ("[{]", LIST_TWINS),
    ("[" * 100_000, LIST_TWINS),
    ('[{"quantity":[1]}]', "`quantity` must be a plain value"),
    ('[{"quantity":{}}]', "`quantity` must be a plain value"),
    ('[{"Quantity":1}]', "`Quantity` in `batchOrders` is none that is known there; leave it out"),
    (
        '[{"closePosition":true}]',
        "`closePosition` in `batchOrders` is none that is known there; leave it out",
    ),
    ('[{"a b":1}]', "a parameter with an unusual name in `batchOrders` is none that is known there"),
]


@pytest.mark.parametrize(("text", "reason"), BATCHES)
def test_a_batch_is_a_list_of_objects(text: str, reason: str) -> None:
    found = arguments(USD_M_BATCH, f"batchOrders={text}")
    assert isinstance(found, str)
    assert found.startswith(reason)


def test_a_vip_loan_says_its_amounts_inside_a_text() -> None:
    assert said(LOAN, "borrowCoin=USDT&supplyRequest=71:0.05:1000,72:0.06:20.5") == [
        ("borrowCoin", "USDT", None),
        ("supplyRequest[].amount", "1000", 0),
        ("supplyRequest[].amount", "20.5", 1),
    ]


@pytest.mark.parametrize(
    "text", ["", "1", "1:2", "1:2:3,", ",1:2:3", "1:2:3:4", "1::3", ":2:3", "1:2:", "1:2:3;"]
)
def test_any_other_text_is_refused(text: str) -> None:
    found = arguments(LOAN, "supplyRequest=" + text.replace(";", "%3B"))
    if text == "1:2:3;":
        assert not isinstance(found, str)  # the amount is then no plain number: test_amounts
    else:
        assert found == "`supplyRequest` must be requestId:rate:amount, several with commas between"


def test_the_same_names_on_other_endpoints_are_other_parameters() -> None:
    quantity = arguments(COIN_M, "quantity=1")
    assert not isinstance(quantity, str)
    assert quantity[0].role == "contracts"
    assert quantity[0].name == "quantity"
