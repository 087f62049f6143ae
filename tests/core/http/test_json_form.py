"""A JSON body as the form that goes out: the text of numbers kept, all that has two readings refused."""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, strategies as st

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.errors import Execution, Refusal
from proxy.core.http.json_form import form_of, json_repair, takes_a_form
from tests.support.refusals import decided


def endpoint(name: str) -> Endpoint:
    found = Catalogue.builtin().find(*name.split(" "))
    assert found is not None
    return found


ORDER = endpoint("POST /api/v3/order")
MARGIN = endpoint("POST /sapi/v1/margin/order")
FUTURES = endpoint("POST /fapi/v1/order")


def made(
    body: bytes, where: Endpoint = ORDER, *, agent: bytes | None = None, repair: bool = True
) -> bytes | Refusal:
    return decided(lambda: form_of(body, where, agent, repair=repair))


FORMS = [
    (b"{}", b""),
    (b"  \r\n\t", b""),
    (b"\xef\xbb\xbf{}", b""),
    (b'{"quantity": 0.00001000}', b"quantity=0.00001000"),
    (b'{"quantity": "0.00001000"}', b"quantity=0.00001000"),
    (b'{"orderId": 12345678901234567890123456789012345678901234567890}',
     b"orderId=12345678901234567890123456789012345678901234567890"),
    (b'{"orderId": 1234567890123456789}', b"orderId=1234567890123456789"),
    (b'{"a": 1.10, "b": -0, "c": -1.50, "d": 0}', b"a=1.10&b=-0&c=-1.50&d=0"),
    (b'{"b": "2", "a": "1"}', b"b=2&a=1"),
    (b'\n {\t"symbol" :\r\n "BTCUSDT" }\n', b"symbol=BTCUSDT"),
    (b'\xef\xbb\xbf {"symbol":"BTCUSDT"}', b"symbol=BTCUSDT"),
    ('{"symbol":"币安人生USDT"}'.encode(), b"symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"),
    (b'{"symbol":"\\u5e01USDT"}', b"symbol=%E5%B8%81USDT"),
    (b'{"x":"\\ud83d\\ude00"}', b"x=%F0%9F%98%80"),
    (b'{"email":"a+b@c.com"}', b"email=a%2Bb%40c.com"),
    (b'{"a":"b&c=d e%41"}', b"a=b%26c%3Dd%20e%2541"),
    (b'{"a&b=c":"d"}', b"a%26b%3Dc=d"),
    (b'{"cancelInfoList[0].orderId":"1"}', b"cancelInfoList[0].orderId=1"),
    (b'{"symbols":"[\\"BTCUSDT\\",\\"BNBUSDT\\"]"}', b"symbols=%5B%22BTCUSDT%22%2C%22BNBUSDT%22%5D"),
    (b'{"a":""}', b"a="),
    (b'{"a":"line\\nline"}', b"a=line%0Aline"),
    (b'{"nobodyKnows":true,"norThis":false}', b"nobodyKnows=true&norThis=false"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "form"), FORMS)
def test_a_flat_object_becomes_its_form(body: bytes, form: bytes) -> None:
    assert made(body) == form


REFUSED = [
    (b'{"symbol":"A","symbol":"A"}', "`symbol` stands twice"),
    (b'{"symbol":"A","s\\u0079mbol":"B"}', "`symbol` stands twice"),
    (b'{"price":null}', "`price` is null"),
    (b'{"price":1e-7}', "exponent"),
    (b'{"price":1E5}', "exponent"),
    (b'{"price":1.5e+3}', "exponent"),
    (b'{"symbols":["A","B"]}', "`symbols` is a list or an object"),
    (b'{"order":{"symbol":"A"}}', "`order` is a list or an object"),
    (b'{"order":{}}', "list or an object"),
    (b'{"order":[]}', "list or an object"),
    (b'[{"symbol":"A"}]', "is no object"),
    (b'"symbol"', "is no object"),
    (b"12", "is no object"),
    (b"null", "is no object"),
    (b'{"symbol":"A"', "cannot be read as JSON"),
    (b"{'symbol':'A'}", "cannot be read as JSON"),
    (b'{"symbol":"A",}', "cannot be read as JSON"),
    (b'{"symbol":"A"} x', "cannot be read as JSON"),
    (b'{"price":NaN}', "cannot be read as JSON"),
    (b'{"price":-Infinity}', "cannot be read as JSON"),
    (b'{"price":01}', "cannot be read as JSON"),
    (b'{"price":.5}', "cannot be read as JSON"),
    (b'{"price":+5}', "cannot be read as JSON"),
    (b'{"a":"\n"}', "cannot be read as JSON"),
    (b'{"symbol":"\xff"}', "no UTF-8"),
    (b'{"symbol":"caf\xe9"}', "no UTF-8"),
    ('{"symbol":"A"}'.encode("utf-16-le"), "cannot be read as JSON"),
    (b'{"symbol":"\\ud800"}', "half of a character pair"),
    (b'{"\\udc00":"A"}', "half of a character pair"),
    (b'{"a":' * 20_000, "cannot be read as JSON"),
    (b"[" * 60_000, "cannot be read as JSON"),
]


@pytest.mark.parametrize(("body", "why"), REFUSED)
def test_what_no_form_can_say_is_refused_before_anything_is_sent(body: bytes, why: str) -> None:
    found = made(body)
    assert isinstance(found, Refusal)
    assert (found.status, found.token, found.execution) == (400, "json_body_refused", Execution.NOT_SENT)
    assert why in found.message


def test_ten_thousand_names_take_no_time_to_speak_of() -> None:
    body = json.dumps({f"n{number}": "" for number in range(8000)}).encode()
    assert made(body) == "&".join(f"n{number}=" for number in range(8000)).encode()


TRUTHS = [
    (MARGIN, b'{"isIsolated":"TRUE"}', b"isIsolated=TRUE"),
    (MARGIN, b'{"isIsolated":true}', 'write "TRUE" or "FALSE"'),
    (MARGIN, b'{"isIsolated":false}', 'write "TRUE" or "FALSE"'),
    (MARGIN, b'{"isIsolated":"True"}', 'write "TRUE" or "FALSE"'),
    (FUTURES, b'{"reduceOnly":true}', b"reduceOnly=true"),
    (FUTURES, b'{"reduceOnly":"false"}', b"reduceOnly=false"),
    (FUTURES, b'{"reduceOnly":"True"}', 'write "true" or "false"'),
    (FUTURES, b'{"reduceOnly":"FALSE"}', 'write "true" or "false"'),
    (FUTURES, b'{"newClientOrderId":"True"}', b"newClientOrderId=True"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "body", "wanted"), TRUTHS)
def test_true_and_false_are_spelled_as_binance_takes_them(
    where: Endpoint, body: bytes, wanted: bytes | str
) -> None:
    found = made(body, where)
    if isinstance(wanted, bytes):
        assert found == wanted
    else:
        assert isinstance(found, Refusal)
        assert wanted in found.message


def test_a_name_that_could_be_a_secret_is_not_repeated() -> None:
    found = made(b'{"%b":null}' % (b"k" * 64))
    assert isinstance(found, Refusal)
    assert "kkkk" not in found.message
    assert "a parameter with an unusual name" in found.message


def test_without_repair_nothing_is_made_and_the_line_to_change_is_named() -> None:
    found = made(b'{"symbol":"A"}', agent=b"PostmanRuntime/7.43.0", repair=False)
    assert isinstance(found, Refusal)
    assert "repair: off" in found.message
    assert "x-www-form-urlencoded instead of raw" in found.message
    assert "`new URLSearchParams(data)`" in json_repair(b"axios/1.18.1").remedy


@pytest.mark.parametrize(
    ("name", "takes"),
    [
        ("POST /api/v3/order", True),
        ("DELETE /api/v3/order", True),
        ("PUT /fapi/v1/order", True),
        ("POST /sapi/v1/c2c/ads/search", False),
        ("POST /sapi/v1/c2c/ads/getDetailByNo", False),
        ("POST /sapi/v2/fiat/withdraw", False),
    ],
)
def test_only_where_the_catalogue_knows_of_no_json_body(name: str, takes: bool) -> None:
    assert takes_a_form(endpoint(name)) is takes


def test_an_endpoint_that_nobody_listed_keeps_its_json() -> None:
    unlisted = Catalogue.builtin().unlisted("POST", "/api/v3/made/up")
    assert unlisted is not None
    assert not takes_a_form(unlisted)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.text(st.characters(exclude_categories=["Cs"])),
        max_size=6,
    )
)
def test_every_flat_object_of_texts_is_what_pythons_own_encoder_makes_of_it(content: dict[str, str]) -> None:
    form = made(json.dumps(content).encode(), endpoint("POST /sapi/v1/userListenToken"))
    assert isinstance(form, bytes)
    assert (
        form.replace(b"[", b"%5B").replace(b"]", b"%5D")
        == urlencode(content, quote_via=quote, safe="").encode()
    )
