"""Values as they should be, in the block that is shown."""

import pytest

from proxy.core.diagnosis.mending import values
from tests.core.diagnosis.mending.shown import ORDER, in_order, left_out


@pytest.mark.parametrize(
    ("change", "sent", "right"),
    [
        (values.plain_number, "9.6e-05", "0.000096"),
        (values.plain_number, "1E+3", "1000"),
        (values.plain_number, "x", None),
        (values.decimal_point, "0,5", "0.5"),
        (values.decimal_point, ",5", "0.5"),
        (values.decimal_point, "1.234,50", "1234.50"),
        (values.decimal_point, "-1 234,5", "-1234.5"),
        (values.decimal_point, "5", "5"),
        (values.without_noise, "0.30000000000000004", "0.3"),
        (values.without_noise, "1.2999999999999998", "1.3"),
        (values.without_noise, "1.25", "1.25"),
        (values.symbol, "btc/usdt", "BTCUSDT"),
        (values.symbol, "ETH-BTC", "ETHBTC"),
        (values.symbol, "//", None),
        (values.without_quotes, '"BUY"', "BUY"),
        (values.without_quotes, "BUY", "BUY"),
        (values.client_id, "O-20210711-193500-BINANCE-001-001-982", "-20210711-193500-BINANCE-001-001-982"),
        (values.client_id, "my order!", "myorder"),
        (values.client_id, "!!", None),
        (values.json_list, "['BTC', 'ETH']", '["BTC","ETH"]'),
        (values.json_list, "[BTC ETH]", '["BTC","ETH"]'),
        (values.json_list, "1,2", "[1,2]"),
        (values.json_list, "[{'side': 'BUY', 'reduceOnly': True}]", '[{"side":"BUY","reduceOnly":true}]'),
        (values.json_list, "[{'side': BUY}]", None),
        (values.json_list, "[{'side': 'BUY'", None),
        (values.json_list, "[{'a': 'x', 'b': True, 'c': 1.50}]", '[{"a":"x","b":true,"c":1.5}]'),
        (values.json_list, "[{'a': now()}]", None),
        (values.json_list, "[{'a': {1}}]", None),
        (values.whole_number, "5.0", "5"),
        (values.whole_number, "5e2", "500"),
        (values.whole_number, "5.5", None),
        (values.whole_number, "2026-11-20", None),
    ],
)
def test_values(change: object, sent: str, right: str | None) -> None:
    assert change(sent) == right  # type: ignore[operator]  # each takes a text


@pytest.mark.parametrize(
    ("sent", "right", "code"),
    [
        ("price=1e-5", "price=0.00001", -1100),
        ("price=1%2C5", "price=1.5", -1100),
        ("price=0.30000000000000004", "price=0.3", -1111),
        ("side=buy", "side=BUY", -1117),
        ("timeInForce=%22GTC%22", "timeInForce=GTC", -1115),
        ("symbol=btc%2Fusdt", "symbol=BTCUSDT", -1121),
        ("newClientOrderId=a%20b", "newClientOrderId=ab", -1100),
        ("recvWindow=70000", "recvWindow=5000", -1131),
    ],
)
def test_the_block_has_the_right_value_and_keeps_all_else(sent: str, right: str, code: int) -> None:
    assert in_order(sent, code) == {**ORDER, **dict([right.split("=")])}


def test_a_value_that_only_the_caller_knows_leaves_the_block_out() -> None:
    assert left_out("type=BANANA", -1116) == "only you know the right value of type"
    assert left_out("price=nil", -1100) == "only you know the right value of price"
    assert left_out("price=%7B%7Bprice%7D%7D", -1100).startswith("only you know the value that belongs")


def test_a_member_of_a_json_body_is_mended_there() -> None:
    from proxy.core.diagnosis.mending.draft import Draft
    from proxy.core.wire import BodyKind

    draft = Draft("POST", "", b"/x", (), (), b'{"a": "1,5", "id": 12345678901234567890}', BodyKind.JSON)
    assert (
        draft.with_value("a", lambda text: text.replace(",", ".")).body
        == b'{"a":"1.5","id":12345678901234567890}'
    )
