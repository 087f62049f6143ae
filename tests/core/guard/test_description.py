"""What a person sees of a request is what it does: every value, none of them changed, none that nobody should read."""

import json
import time
from urllib.parse import quote

import pytest

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.errors import RefusedError
from proxy.core.guard.description import LONGEST, LONGEST_TEXT, MOST_LETTERS, MOST_VALUES, STARS, describe
from proxy.core.signing import PreparedRequest, prepare
from proxy.core.wire import BodyKind, body_kind

CATALOGUE = Catalogue.builtin()
WITHDRAW = "POST /sapi/v1/capital/withdraw/apply"
RELEASE = "POST /sapi/v1/c2c/orderMatch/releaseCoin"
BATCH = "POST /fapi/v1/batchOrders"
FIAT = "POST /sapi/v2/fiat/withdraw"
SUB_ACCOUNT_KEY = "POST /sapi/v1/sub-account/subAccountApi"
KEY_RIGHTS = "POST /sapi/v1/broker/subAccountApi/permission"
NOBODY_KNOWS = "POST /sapi/v1/not/in/the/table"


def shown(name: str, query: str = "", body: bytes | str = b"") -> list[tuple[str, str, str]]:
    octets = body.encode() if isinstance(body, str) else body
    return described(name, request(query, octets))


def described(name: str, prepared: PreparedRequest) -> list[tuple[str, str, str]]:
    return [(one.role, one.name, one.shown) for one in describe(endpoint_of(name), prepared)]


def endpoint_of(name: str) -> Endpoint:
    method, path = name.split(" ")
    endpoint = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert endpoint is not None
    return endpoint


def request(query: str, octets: bytes = b"") -> PreparedRequest:
    return prepare(query.encode(), octets, body_kind(octets, None), signed=True)


def refused(name: str, query: str = "", body: bytes | str = b"") -> bool:
    return bool(refusal(name, query, body))


def refusal(name: str, query: str = "", body: bytes | str = b"") -> str:
    """What is said of it; "" if it is shown."""
    try:
        shown(name, query, body)
    except RefusedError as error:
        told = error.refusal
        return told.message if (told.status, told.token) == (403, "confirmation_impossible") else ""
    return ""


def test_a_withdrawal_by_role() -> None:
    query = "coin=USDT&network=TRX&address=TXmyOwnAddress&addressTag=104857&amount=250.10"
    assert shown(WITHDRAW, query) == [
        ("coin", "coin", "USDT"),
        ("network", "network", "TRX"),
        ("address", "address", "TXmyOwnAddress"),
        ("address_tag", "addressTag", "104857"),
        ("amount", "amount", "250.10"),
    ]


def test_query_and_form_in_the_order_of_the_wire_doubles_and_strangers_too() -> None:
    assert shown(WITHDRAW, "amount=1&amount=1000&&new=x", "coin=BTC&flag") == [
        ("amount", "amount", "1"),
        ("amount", "amount", "1000"),
        ("unknown", "new", "x"),
        ("coin", "coin", "BTC"),
        ("unknown", "flag", ""),
    ]


def test_what_signing_adds_is_left_out() -> None:
    query = "coin=BTC&%72ecvWindow=5000&timestamp=1&signature=abc"
    assert shown(WITHDRAW, query) == [("coin", "coin", "BTC")]


def test_values_are_read_as_binance_reads_them() -> None:
    assert shown(WITHDRAW, "name=a+b%20c%2Bd&%63oin=B%54C") == [
        ("free_text", "name", "a\\x20b c+d"),
        ("coin", "coin", "BTC"),
    ]


@pytest.mark.parametrize(
    ("pair", "shows"),
    [
        ("address=%D0%90bc", "\\u0410bc"),  # a Cyrillic letter
        ("amount=%EF%BC%91", "\\uff11"),  # a full-width digit
        ("address=a%1B%5B2Jb", "a\\x1b[2Jb"),
        ("name=x%E2%80%AEy", "x\\u202ey"),  # turns the reading round
        ("name=%0Aamount%20%201", "\\namount\\x20\\x201"),
        ("name=+a+b+", "\\x20a\\x20b\\x20"),
        ("name=%20a%20b%20", "\\x20a b\\x20"),
        ("name=a%2Bb", "a+b"),
        ("name=a%E2%A0%80%E3%85%A4b", "a\\u2800\\u3164b"),  # drawn as nothing
        ("note=%D0%90", "\\u0410"),  # nobody knows what it is: it may be an address
        ("name=a%5Cnb", "a\\\\nb"),  # a backslash of its own
        ("name=%E5%B8%81", "\u5e01"),
        ("coin=%E5%B8%81", "\u5e01"),  # there are coins of that name
    ],
)
def test_nothing_moves_the_cursor_or_passes_for_something_else(pair: str, shows: str) -> None:
    ((_, _, value),) = shown(WITHDRAW, pair)
    assert value == shows


def test_names_are_shown_in_ascii() -> None:
    assert shown(WITHDRAW, "%D0%B0mount=1&a%0Ab=2") == [
        ("unknown", '"\\u0430mount"', "1"),
        ("unknown", '"a\\nb"', "2"),
    ]


def test_codes_credentials_and_people_are_stars() -> None:
    body = {
        "orderNumber": "20260101",
        "authType": "GOOGLE",
        "code": "123456",
        "googleVerifyCode": {"a": "654321"},
    }
    found = shown(RELEASE, body=json.dumps(body))
    assert ("code_2fa", "code", STARS) in found
    assert ("code_2fa", "googleVerifyCode", STARS) in found
    assert "20260101" in {value for _, _, value in found}
    assert not {"123456", "654321"} & {value for _, _, value in found}
    assert shown("POST /sapi/v1/giftcard/redeemCode", "code=0033002327977405") == [
        ("credential", "code", STARS)
    ]
    assert shown("POST /sapi/v1/localentity/withdraw/apply", "questionnaire=%7B%22name%22:%22Ann%22%7D") == [
        ("person", "questionnaire", STARS)
    ]


def test_where_no_role_is_known_a_name_that_speaks_of_a_credential_is_enough() -> None:
    body = '{"deal": {"code": "1", "secretKey": "2", "amount": 3}, "Signature": {"deep": "4"}}'
    assert shown(NOBODY_KNOWS, "listenKey=5&price=6", body) == [
        ("unknown", "listenKey", STARS),
        ("unknown", "price", "6"),
        ("unknown", "deal.code", STARS),
        ("unknown", "deal.secretKey", STARS),
        ("unknown", "deal.amount", "3"),
        ("unknown", "Signature", STARS),
    ]


def test_a_batch_is_shown_by_its_members() -> None:
    orders = (
        '[{"symbol":"BTCUSDT","side":"BUY","quantity":"0.001","price":"9"},{"symbol":"ETHUSDT","odd":true}]'
    )
    assert shown(BATCH, f"batchOrders={quote(orders)}") == [
        ("symbol", "batchOrders[0].symbol", "BTCUSDT"),
        ("side", "batchOrders[0].side", "BUY"),
        ("base_quantity", "batchOrders[0].quantity", "0.001"),
        ("price", "batchOrders[0].price", "9"),
        ("symbol", "batchOrders[1].symbol", "ETHUSDT"),
        ("unknown", "batchOrders[1].odd", "true"),
    ]


def test_what_only_begins_like_json_is_shown_as_it_stands() -> None:
    assert shown(WITHDRAW, "name=%5B%7B%22symbol%22") == [("free_text", "name", '[{"symbol"')]
    assert shown(WITHDRAW, "name=%5BNaN%5D") == [("free_text", "name", "[NaN]")]


@pytest.mark.parametrize("text", ["[NaN]", '[{"symbol"', "[{'symbol':'BTCUSDT'}]", '[{"price":"1}]'])
def test_a_batch_whose_orders_cannot_be_told_apart_is_refused(text: str) -> None:
    assert "cannot be read" in refusal(BATCH, f"batchOrders={quote(text)}")


def test_a_value_longer_than_anything_that_could_be_shown_is_refused_before_it_is_read() -> None:
    assert "more than" in refusal(BATCH, "batchOrders=[" + '"' * 3 * MOST_LETTERS)
    began = time.perf_counter()
    assert refused(BATCH, "batchOrders=[" + "%22%5C" * (MOST_LETTERS // 3))
    assert time.perf_counter() - began < 2  # by a quadratic search it takes a minute


def test_a_name_that_would_hide_its_value_where_the_names_are_known_is_refused() -> None:
    assert "may read it otherwise" in refusal(WITHDRAW, "coin=BTC&newSecretAddress=T")
    assert not refused(WITHDRAW, "coin=BTC&newAddress=T")


def test_a_json_body_keeps_its_digits_its_doubles_and_its_depth() -> None:
    body = (
        '{"currency":"BRL","amount":0.10000000000000000555,"amount":1e400,'
        '"accountInfo":{"accountNumber":"12","more":[1,[],{}]},"ext":null}'
    )
    assert shown(FIAT, body=body) == [
        ("coin", "currency", "BRL"),
        ("amount", "amount", "0.10000000000000000555"),
        ("amount", "amount", "1e400"),
        ("recipient", "accountInfo.accountNumber", "12"),
        ("unknown", "accountInfo.more[0]", "1"),
        ("unknown", "accountInfo.more[1]", "[]"),
        ("unknown", "accountInfo.more[2]", "{}"),
        ("other", "ext", "null"),
    ]


def test_a_key_cannot_pass_for_a_way() -> None:
    assert shown(FIAT, body='{"accountInfo.accountNumber":"9"}') == [
        ("unknown", '"accountInfo.accountNumber"', "9")
    ]


def test_a_list_or_a_bare_value_at_the_root() -> None:
    assert shown(NOBODY_KNOWS, body='[{"a":1},2]') == [("unknown", "[0].a", "1"), ("unknown", "[1]", "2")]


@pytest.mark.parametrize(
    "body",
    [b'{"a":', b'{"a":"\xff"}', b'{"a":NaN}', b"[" * 30_000 + b"]" * 30_000],
    ids=["cut", "not utf-8", "no number", "deep"],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes) -> None:
    assert refused(FIAT, body=body)


def test_a_body_of_no_kind_is_refused() -> None:
    with pytest.raises(RefusedError):
        described(FIAT, PreparedRequest(b"", b"\x00", BodyKind.OTHER, None, (), escaped=False))


def test_what_is_too_much_to_be_read_is_refused_and_never_cut() -> None:
    assert len(shown(WITHDRAW, "&".join(["a=1"] * MOST_VALUES))) == MOST_VALUES
    assert refused(WITHDRAW, "&".join(["a=1"] * (MOST_VALUES + 1)))
    whole = "&".join(["a=" + "x" * (LONGEST - 1)] * (MOST_LETTERS // LONGEST))
    assert refused(WITHDRAW, f"{whole}&b={'x' * (MOST_LETTERS % LONGEST)}")
    assert not refused(WITHDRAW, f"{whole}&b={'x' * (MOST_LETTERS % LONGEST - 1)}")


@pytest.mark.parametrize(
    ("endpoint", "name", "most"),
    [
        (WITHDRAW, "note", LONGEST),
        (WITHDRAW, "address", LONGEST),
        (WITHDRAW, "name", LONGEST_TEXT),
        (SUB_ACCOUNT_KEY, "publicKey", LONGEST_TEXT),
        (SUB_ACCOUNT_KEY, "ipAddress", LONGEST),
    ],
)
def test_a_value_that_fills_a_screen_is_refused_by_name(endpoint: str, name: str, most: int) -> None:
    assert shown(endpoint, f"{name}={'x' * most}")[0][2] == "x" * most
    for value in ("x" * (most + 1), "%E2%A0%80" * (most // 6 + 1)):  # U+2800 takes six characters
        assert f"its {name} has more characters" in refusal(endpoint, f"{name}={value}")


def test_a_name_that_is_not_plain_is_not_repeated() -> None:
    for name in ("n" * (LONGEST + 1), "n" * 33 + "=" + "x" * LONGEST, "a.b=" + "x" * (LONGEST + 1)):
        said = refusal(WITHDRAW, name + "x")
        assert "one of its values or names has more characters" in said
        assert "nn" not in said
    long_price = json.dumps([{"price": "9" * (LONGEST + 1)}])
    assert "its batchOrders[].price has" in refusal(BATCH, f"batchOrders={quote(long_price)}")


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("name=rent;address=TXthief&address=TXowner", ""),
        ("", "name=rent;address=TXthief&address=TXowner"),
        ("a;b", ""),
        ("name=100%", ""),
        ("name=%zz", ""),
        ("na%me=1", ""),
        ("coin=%FF", ""),
        ("co%FFin=1", ""),
        ("name=%C0%AF", ""),
        ("name=%ED%A0%80", ""),
        ("a+b=1", ""),
        ("name=%EF%BF%BF", ""),
        (f"batchOrders={quote('[{')}%22a+b%22:1%7D%5D", ""),
        (f"batchOrders={quote(json.dumps([chr(0xFFFF)]))}", ""),
        ("", '{"a":"\uffff"}'),
        ("", '{"a":"\\uFFFF"}'),
    ],
)
def test_what_the_exchange_may_read_otherwise_is_refused(query: str, body: str) -> None:
    assert "may read it otherwise" in refusal(WITHDRAW, query, body)


def test_a_semicolon_that_is_encoded_or_stands_in_json_has_one_reading() -> None:
    assert shown(WITHDRAW, "name=a%3Bb%25") == [("free_text", "name", "a;b%")]
    assert shown(FIAT, body='{"ext":"a;b%+"}') == [("other", "ext", "a;b%+")]


def test_a_plus_in_json_is_a_blank_between_words_and_is_marked_in_them() -> None:
    assert shown(BATCH, "batchOrders=%5B%7B%22symbol%22:+%22A+%5C%22B%22,+%22side%22:+1%7D%5D") == [
        ("symbol", "batchOrders[0].symbol", 'A\\x20"B'),
        ("side", "batchOrders[0].side", "1"),
    ]


def test_a_pair_cannot_pass_for_a_member() -> None:
    assert shown(BATCH, "batchOrders%5B0%5D.price=1") == [("unknown", '"batchOrders[0].price"', "1")]


def test_the_keys_that_an_operation_is_about_are_shown() -> None:
    pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA/+=\n-----END PUBLIC KEY-----"
    ((_, _, whole),) = shown(SUB_ACCOUNT_KEY, f"publicKey={quote(pem, safe='')}")
    assert whole == pem.replace("\n", "\\n")
    key = "abcdef" + "0" * 52 + "uvwxyz"
    for endpoint, name in ((KEY_RIGHTS, "subAccountApiKey"), (NOBODY_KNOWS, "apiKey")):
        assert shown(endpoint, f"{name}={key}")[0][2] == "abcdef...uvwxyz (64 characters)"
        assert shown(endpoint, f"{name}=short%20key")[0][2] == "short key"
    assert shown("PUT /api/v3/userDataStream", f"listenKey={key}")[0][2] == STARS


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        *(
            (name, True)
            for name in ("secret", "apiSecret", "password", "passphrase", "xSignature", "code", "otp")
        ),
        *(
            (name, True)
            for name in ("emailVerifyCode", "verificationCode", "verify_code", "my2fa", "smsOtp", "OTP")
        ),
        *(
            (name, False)
            for name in ("toTokenAddress", "fromToken", "tokenId", "promoCode", "footprint", "verified")
        ),
    ],
)
def test_names_that_nobody_knows(name: str, hidden: bool) -> None:
    assert shown(NOBODY_KNOWS, f"{name}=123456") == [("unknown", name, STARS if hidden else "123456")]


def test_what_decides_is_told() -> None:
    values = describe(endpoint_of(WITHDRAW), request("coin=USDT&name=x&address=T&amount=1&new=1"))
    assert [one.name for one in values if one.decides] == ["coin", "address", "amount", "new"]
    values = describe(
        endpoint_of(SUB_ACCOUNT_KEY), request("email=a@b.c&apiName=x&canTrade=true&publicKey=k")
    )
    assert [one.name for one in values if not one.decides] == ["apiName"]  # each flag of a key gives rights
    order = (
        "symbol=BTCUSDT&side=BUY&newClientOrderId=x&timeInForce=GTC&selfTradePreventionMode=NONE&recvWindow=1"
    )
    values = describe(endpoint_of("POST /api/v3/order"), request(order))
    assert [one.name for one in values if not one.decides] == ["newClientOrderId"]


def test_an_empty_request_has_nothing_to_show() -> None:
    assert shown(WITHDRAW) == []
