"""Parameters that are misnamed, doubled, empty or should not be there."""

import pytest

from tests.core.diagnosis.checks import SECRET
from tests.core.diagnosis.mending.shown import ORDER, block, in_order, left_out, told


@pytest.mark.parametrize(
    ("sent", "more", "code"),
    [
        ("recv_window=7000", {"recvWindow": "7000"}, -1104),
        ("stopPrice=", {}, -1105),
        ("icebergQty=null", {}, -1100),
        ("symbol=BTCUSDT&symbol=BTCUSDT", {}, -1101),
        ("comment=hello", {}, -1104),
        (f"secret={SECRET}", {}, -1104),
    ],
)
def test_the_block_has_the_right_names(sent: str, more: dict[str, str], code: int) -> None:
    assert in_order(sent, code) == {**ORDER, **more}


def test_an_empty_parameter_that_is_needed_leaves_the_block_out() -> None:
    assert left_out("quantity=", -1105) == "only you know the right value of quantity"


def test_two_values_of_one_name_leave_the_block_out() -> None:
    assert left_out("side=BUY&side=SELL", -1101).startswith("side was sent twice with two values")


def test_a_list_in_brackets_becomes_one_of_json() -> None:
    line = "GET /api/v3/ticker/price?symbols%5B%5D=BTCUSDT&symbols%5B%5D=ETHUSDT"
    assert block(line, -1104)[0] == "GET /api/v3/ticker/price?symbols=%5B%22BTCUSDT%22%2C%22ETHUSDT%22%5D"
    wrong = told("GET /api/v3/myTrades?symbols[]=BTCUSDT&symbols[]=ETHUSDT", -1104)
    assert (wrong.corrected, wrong.left_out) == (None, "this call takes no list of that name")


def test_a_parameter_that_the_order_type_does_not_take_is_left_out() -> None:
    line = "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=2"
    assert block(line, -1106, msg="Parameter 'price' sent when not required.")[0].startswith(
        "POST /api/v3/order?symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&recvWindow=5000&timestamp="
    )


def test_a_c2c_number_has_the_name_of_its_call() -> None:
    shown = block(
        "POST /sapi/v1/c2c/orderMatch/getUserOrderDetail",
        -31002,
        body='{"orderNumber":"22000000000000000001"}',
    )
    assert shown[-1] == '{"adOrderNo":"22000000000000000001"}'


def test_the_key_is_not_a_parameter() -> None:
    line = block("GET /api/v3/account?apiKey=" + "k" * 64, -2014, key=None)[0]
    assert line == "GET /api/v3/account?recvWindow=5000&timestamp=<now in ms>&signature=********"
