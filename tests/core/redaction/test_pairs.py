"""Queries and forms keep their shape; values go unless the keep list has them."""

import re

import pytest

from proxy.core.redaction.name_rules import C2C_PARAMETER, PARAMETER, Location
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.pairs import PairRedactor
from proxy.core.redaction.values import ValueRedactor


def shown(raw: bytes, where: Location = PARAMETER, secrets: tuple[bytes, ...] = ()) -> str:
    text = PairRedactor().redact(raw, where, ValueRedactor(Tagger(b"k" * 32), secrets))
    return re.sub(r":[0-9a-f]{10}(?=[:>])", ":TAG", text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ""),
        (b"symbol=BTCUSDT&limit=5", "symbol=BTCUSDT&limit=5"),
        (b"limit=5&symbol=BTCUSDT&limit=6", "limit=5&symbol=BTCUSDT&limit=6"),  # order and doubles
        (b"symbol=&&symbol", "symbol=&&symbol"),  # empty values, empty pairs, no equals sign
        (b"orderId=28457", "orderId=<order:TAG:5>"),
        (b"orderNumber=1234567890123456789", "orderNumber=<order:TAG:19>"),
        (b"newClientOrderId=my-id_1", "newClientOrderId=<order:TAG:7:.0a>"),
        (b"note=a%20b", "note=<text:TAG:3:as:U5>"),
        (b"note=a+b", "note=<text:TAG:3:+a:p3>"),
        (b"note=a%252Fb", "note=<text:TAG:5:!0Aa:d7>"),
        (b"symbol=%42TCUSDT", "symbol=%42TCUSDT"),  # clear once decoded: shown as it stood
        (b"signature=" + b"ab" * 32, "signature=<sig:hex:64>"),
        (b"sym%62ol=BTCUSDT", "sym%62ol=BTCUSDT"),
        ("×tamp=1795254556378".encode(), r"\xc3\x97tamp=<id:TAG:13>"),
        (b"quantity=0,01", "quantity=0,01"),  # the mistake is worth showing
        (b"amount=0.5", "amount=<amount:0.1>"),
        (b"ip=203.0.113.7", "ip=<ip:TAG:v4>"),
        (b"email=a%40example.test", "email=<person:TAG:latin:9-16>"),
        (b"\xff\xfe\xfd=\xff", "<name:TAG:3:u>=<text:TAG:1:u:r1>"),
        # Without a value a name may be one itself.
        (b"symbol&recvWindow&orderid", "symbol&recvWindow&orderid"),
        (b"symbol=&price==", "symbol=&price=<text:TAG:1:=>"),
        (b"jane=1&jane&jane=", "jane=<amount:1.0>&<name:TAG:4:a>&<name:TAG:4:a>="),
        (b"MzcxNzkyNDI2", "<name:TAG:12:0Aa>"),
        (b"QWJwZWV4bSBEYm5iZHdleg==", "<name:TAG:22:0Aa>=<text:TAG:1:=>"),
        (b"QWJwZWV4bSBEYm5iZHdleg%3D%3D", "<name:TAG:28:!0Aa>"),
        (b"GM3TCNZZGI2DENQ=", "<name:TAG:15:0A>="),
        (b"GM3TCNZZGI2DENQ=%3D", "<name:TAG:15:0A>=<text:TAG:1:=:U3>"),
    ],
)
def test_pairs(raw: bytes, expected: str) -> None:
    assert shown(raw) == expected


def test_json_in_a_parameter_keeps_its_structure() -> None:
    raw = b"batchOrders=%5B%7B%22symbol%22%3A%22BTCUSDT%22%2C%22newClientOrderId%22%3A%22x1%22%7D%5D"
    assert shown(raw) == (
        'batchOrders=[{"symbol":"BTCUSDT","newClientOrderId":"<order:TAG:2:0a>"}]<json:U76>'
    )


def test_in_c2c_requests_another_list_holds() -> None:
    assert shown(b"side=BUY", C2C_PARAMETER) == "side=<text:TAG:3:A>"
    assert shown(b"tradeType=BUY", C2C_PARAMETER) == "tradeType=BUY"


def test_a_loaded_secret_gets_no_tag() -> None:
    secret = b"testsecret" * 5
    assert shown(b"note=%20" + secret, secrets=(secret,)) == "note=<secret:loaded:51:as>"


def test_a_pair_is_remembered_only_where_it_was_clear() -> None:
    machine, values = PairRedactor(), ValueRedactor(Tagger(b"k" * 32), ())
    assert machine.redact(b"side=BUY", PARAMETER, values) == "side=BUY"
    assert machine.redact(b"side=BUY", C2C_PARAMETER, ValueRedactor(Tagger(b"k" * 32), ())) != "side=BUY"


def test_what_was_removed_is_told_for_each_record_anew() -> None:
    machine = PairRedactor()
    for _ in range(2):
        values = ValueRedactor(Tagger(b"k" * 32), ())
        machine.redact(b"orderId=1&note=x", PARAMETER, values)
        assert values.removed == {"order", "text"}


def test_very_many_pairs_are_counted() -> None:
    text = shown(b"&".join([b"limit=1"] * 250))
    assert text.count("limit=1") == 100
    assert text.endswith("&<more:150>")


def test_a_large_form_is_shown_as_a_small_one_and_each_time_alike() -> None:
    machine, form = PairRedactor(), b"side=BUY&note=" + b"%E5%B8%81" * 3000 + b"&limit=5" * 200
    seen = []
    for _ in range(3):
        values = ValueRedactor(Tagger(b"k" * 32), ())
        seen.append((machine.redact(form, PARAMETER, values), frozenset(values.removed)))
    text, removed = seen[0]
    assert text.startswith("side=BUY&note=<text:")
    assert ":9000:u:U27000>&limit=5" in text
    assert text.endswith("&<more:102>")
    assert removed == {"text"}
    assert len(set(seen)) == 1


MORE = [
    (b"=", "="),
    (b"=1", "=<amount:1.0>"),
    (b"&", "&"),
    (b"symbol==", "symbol=<text:TAG:1:=>"),
    (b"symbol=%3D", "symbol=<text:TAG:1:=:U3>"),
    (b"symbol=BTC=USDT", "symbol=<text:TAG:8:=A>"),
    (b"foo=1", "foo=<amount:1.0>"),
    (b"foo", "<name:TAG:3:a>"),
    (b"foo=", "<name:TAG:3:a>="),
    (b"symbol", "symbol"),
    (b"sym%62ol", "sym%62ol"),
    (b"sym%62ol=x", "sym%62ol=<text:TAG:1:a>"),
    (b"1234=x", "<name:TAG:4:0>=<text:TAG:1:a>"),
    (b"%31234=x", "<name:TAG:6:!0>=<text:TAG:1:a>"),
    (b"a%20b=x", "<name:TAG:5:!0a>=<text:TAG:1:a>"),
    (b"note={", "note=<text:TAG:1:!:r1>"),
    (b"note={}", "note={}<json:r2>"),
    (b"note=[]", "note=[]"),
    (b"note=%5B%5D", "note=[]<json:U6>"),
    (b'note={"symbol":"BTCUSDT"}', 'note={"symbol":"BTCUSDT"}<json:r20>'),
    (b"orderId=%5B123456%5D", 'orderId=["<order:TAG:6>"]<json:U12>'),
    (b"note= {}", "note=<text:TAG:3:!s:r3>"),
    (b"note=%ff", "note=<text:TAG:1:u:l3>"),
    (b"recvWindow=5000.5", "recvWindow=5000.5"),
    (b"code=123456", "code=<secret:one_time_code:6:0>"),
    (b"api_key=abc", "api_key=<key:TAG:3:a>"),
    (b"note=-----BEGIN", "note=<secret:private_key:10:.A>"),
]


@pytest.mark.parametrize(("raw", "expected"), MORE)
def test_more_pairs(raw: bytes, expected: str) -> None:
    assert shown(raw) == expected


@pytest.mark.parametrize(
    ("number", "end"), [(99, "limit=1"), (100, "limit=1"), (101, "&<more:1>"), (102, "&<more:2>")]
)
def test_a_hundred_pairs_are_shown(number: int, end: str) -> None:
    text = shown(b"&".join([b"limit=1"] * number))
    assert text.endswith(end)
    assert text.count("limit=1") == min(number, 100)


@pytest.mark.parametrize("length", [400, 511, 512, 513, 600, 5000])
def test_texts_of_every_length_are_shown_alike_again_and_again(length: int) -> None:
    """Whole, and with one pair of that length; what was removed is told each time."""
    machine = PairRedactor()
    long = b"note=" + b"x" * (length - 5)
    parts = b"orderId=123456&" + b"limit=12&" * ((length - 15) // 9)
    for raw, removed in ((long, {"text"}), (long + b"&orderId=1", {"text", "order"}), (parts, {"order"})):
        texts = set()
        for _ in range(3):
            values = ValueRedactor(Tagger(b"k" * 32), ())
            texts.add(machine.redact(raw, PARAMETER, values))
            assert values.removed == removed
        assert len(texts) == 1


def test_more_texts_than_are_remembered_are_shown_alike() -> None:
    machine, values = PairRedactor(), ValueRedactor(Tagger(b"k" * 32), ())
    for _ in range(2):
        for number in range(5000):
            assert machine.redact(b"limit=%d" % number, PARAMETER, values) == f"limit={number}"


def test_nothing_is_removed_from_nothing() -> None:
    values = ValueRedactor(Tagger(b"k" * 32), ())
    assert PairRedactor().redact(b"", PARAMETER, values) == ""
    assert PairRedactor().redact(b"symbol=BTCUSDT&limit", PARAMETER, values) == "symbol=BTCUSDT&limit"
    assert values.removed == set()
