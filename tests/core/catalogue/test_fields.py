"""The keep list: what is shown, and, more important, what is not."""

import string

import pytest
from hypothesis import given, strategies as st

from proxy.core.catalogue.fields import (
    CLEAR_C2C_FIELDS,
    CLEAR_PARAMETERS,
    CLEAR_REQUEST_HEADERS,
    CLEAR_RESPONSE_FIELDS,
    CLEAR_RESPONSE_HEADERS,
    Where,
    is_clear,
    shape_of,
)

NAMES = {
    Where.PARAMETER: sorted(CLEAR_PARAMETERS),
    Where.RESPONSE: sorted(CLEAR_RESPONSE_FIELDS),
    Where.C2C_PARAMETER: sorted(CLEAR_C2C_FIELDS),
    Where.C2C_RESPONSE: [*sorted(CLEAR_C2C_FIELDS), "code", "success"],
    Where.REQUEST_HEADER: sorted(CLEAR_REQUEST_HEADERS),
    Where.RESPONSE_HEADER: [*sorted(CLEAR_RESPONSE_HEADERS), "x-mbx-used-weight-1m", "x-mbx-order-count-10s"],
}
EVERYWHERE = [(where, name) for where, names in NAMES.items() for name in names]
KEY_CHARACTERS = string.ascii_letters + string.digits


@given(
    st.sampled_from(EVERYWHERE),
    st.one_of(
        st.text(KEY_CHARACTERS, min_size=64, max_size=64),
        st.text(string.hexdigits, min_size=24, max_size=64),
        st.text(string.ascii_uppercase, min_size=24, max_size=64),
        st.text(string.digits, min_size=24, max_size=64),
    ),
)
def test_a_key_is_never_clear_under_any_name(place: tuple[Where, str], key: str) -> None:
    where, name = place
    assert not is_clear(name, key, where=where)
    assert not is_clear(name, f'"{key}"', where=where)
    assert not is_clear(name, f" {key}\n", where=where)


@given(st.sampled_from(EVERYWHERE), st.text(KEY_CHARACTERS + "_-.", min_size=64, max_size=64))
def test_a_key_with_separators_is_not_clear_either(place: tuple[Where, str], key: str) -> None:
    assert not is_clear(place[1], key, where=place[0])


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (Where.PARAMETER, "symbol", "BTCUSDT"),
        (Where.PARAMETER, "timestamp", "1764000000000"),
        (Where.PARAMETER, "recvWindow", "60001"),
        (Where.PARAMETER, "quantity", "0.001"),
        (Where.PARAMETER, "type", "LIMIT"),
        (Where.RESPONSE, "code", "-1022"),
        (Where.RESPONSE, "enableWithdrawals", "false"),
        (Where.RESPONSE, "executedQty", "1.00000000"),
        (Where.C2C_PARAMETER, "tradeType", "BUY"),
        (Where.C2C_PARAMETER, "rows", "20"),
        (Where.C2C_RESPONSE, "code", "000000"),
        (Where.C2C_RESPONSE, "fiatUnit", "USD"),
        (Where.REQUEST_HEADER, "Content-Type", "application/json"),
        (Where.REQUEST_HEADER, "clientType", "web"),
        (Where.RESPONSE_HEADER, "X-MBX-USED-WEIGHT-1M", "20"),
        (Where.RESPONSE_HEADER, "x-sapi-used-uid-weight-1m", "180000"),
        (Where.RESPONSE_HEADER, "Retry-After", "120"),
    ],
)
def test_what_a_diagnosis_needs_is_clear(where: Where, name: str, value: str) -> None:
    assert is_clear(name, value, where=where)


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (Where.PARAMETER, "signature", "a" * 20),
        (Where.PARAMETER, "SYMBOL", "BTCUSDT"),  # names are compared exactly
        (Where.PARAMETER, "orderId", "28457"),
        (Where.PARAMETER, "newClientOrderId", "MYBOT"),
        (Where.PARAMETER, "amount", "100"),  # of a transfer or withdrawal
        (Where.PARAMETER, "code", "123456"),  # a second factor
        (Where.PARAMETER, "address", "BTC"),
        (Where.PARAMETER, "listenKey", "A"),
        (Where.PARAMETER, "email", "A"),
        (Where.RESPONSE, "free", "1.0"),
        (Where.RESPONSE, "locked", "1.0"),
        (Where.RESPONSE, "walletBalance", "1.0"),
        (Where.RESPONSE, "positionAmt", "1.0"),
        (Where.RESPONSE, "uid", "1"),
        (Where.RESPONSE, "orderId", "1"),
        (Where.RESPONSE, "clientOrderId", "A"),
        (Where.RESPONSE, "msg", "OK"),
        (Where.C2C_PARAMETER, "code", "123456"),
        (Where.C2C_PARAMETER, "payId", "1"),
        (Where.C2C_PARAMETER, "adsNo", "1"),
        (Where.C2C_PARAMETER, "authType", "SMS"),
        (Where.C2C_PARAMETER, "symbol", "BTCUSDT"),  # the general list does not apply under C2C
        (Where.C2C_RESPONSE, "totalPrice", "1"),
        (Where.C2C_RESPONSE, "surplusAmount", "1"),
        (Where.C2C_RESPONSE, "sellerName", "A"),
        (Where.C2C_RESPONSE, "fieldValue", "A"),
        (Where.C2C_RESPONSE, "createTime", "1764000000000"),
        (Where.REQUEST_HEADER, "X-MBX-APIKEY", "A"),
        (Where.REQUEST_HEADER, "Cookie", "a"),
        (Where.REQUEST_HEADER, "Authorization", "a"),
        (Where.REQUEST_HEADER, "X-Forwarded-For", "127.0.0.1"),
        (Where.RESPONSE_HEADER, "Set-Cookie", "a"),
        (Where.RESPONSE_HEADER, "x-mbx-used-weight-secret", "1"),
        (Where.RESPONSE_HEADER, "x-mbx-order-count-10s-x", "1"),
    ],
)
def test_what_is_not_on_the_list_is_not_clear(where: Where, name: str, value: str) -> None:
    assert not is_clear(name, value, where=where)


FORBIDDEN = {
    "signature", "apiKey", "secretKey", "listenKey", "listenToken", "chatWssUrl", "buyerName", "sellerName",
    "realName", "nickName", "buyerMobilePhone", "mobile", "phone", "email", "idNumber", "userNo", "merchantNo",
    "userId", "uid", "payAccount", "accountNo", "iban", "payBank", "payId", "selectedPayId", "id", "remark",
    "remarks", "content",
    "imageUrl", "address", "addressTag", "googleVerifyCode", "orderNumber", "adOrderNo", "advNo", "adsNo", "orderNo",
    "orderId", "orderListId", "clientOrderId", "tradeId", "free", "locked", "balance", "ip",
}  # fmt: skip


@pytest.mark.parametrize("where", list(Where))
def test_no_name_of_a_person_a_secret_an_id_or_a_balance_is_on_any_list(where: Where) -> None:
    """The names are those that Binance's documentation and C2C clients use for such values."""
    assert not [name for name in FORBIDDEN if shape_of(name, where=where)]


def test_the_second_factor_is_clear_nowhere_in_requests() -> None:
    assert shape_of("code", where=Where.PARAMETER) is None
    assert shape_of("code", where=Where.C2C_PARAMETER) is None
