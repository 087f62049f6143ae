"""JSON keeps its structure and its names."""

import json
import re

import pytest

from proxy.core.redaction.name_rules import C2C_RESPONSE, RESPONSE, Location
from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.structure import redact_json, skimmed
from proxy.core.redaction.values import ValueRedactor


def shown(value: object, where: Location = RESPONSE) -> object:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    text = redact_json(body, where, ValueRedactor(Tagger(b"k" * 32), ()))
    assert text is not None
    return json.loads(re.sub(r":[0-9a-f]{10}(?=[:>])", ":TAG", text))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"symbol": "BTCUSDT", "price": "0.10", "status": "NEW"},
            {"symbol": "BTCUSDT", "price": "0.10", "status": "NEW"},
        ),
        ({"orderId": 28457000001}, {"orderId": "<order:TAG:11>"}),
        ({"free": "4723846.89208129"}, {"free": "<amount:7.8>"}),
        ({"uid": 354937868}, {"uid": "<person:TAG:digits:9-16>"}),
        ({"note": None, "x": "", "y": [], "z": {}}, {"note": None, "x": "", "y": [], "z": {}}),
        ({"canTrade": True, "kycVerified": True}, {"canTrade": True, "kycVerified": "<bool>"}),
        ({"secretKey": "s" * 64}, {"secretKey": "<secret:api_secret:64:a>"}),
        (
            [{"asset": "BTC"}, {"asset": "ETH"}, {"asset": "BNB"}],
            [{"asset": "BTC"}, {"asset": "ETH"}, {"asset": "BNB"}],
        ),
        ({"Alice Example": 1}, {"<name:TAG:13:Aas>": "<amount:1.0>"}),
        ("just text", "<text:TAG:9:as>"),
        (354937868, "<id:TAG:9>"),
    ],
)
def test_values(value: object, expected: object) -> None:
    assert shown(value) == expected


def test_numbers_keep_their_digits() -> None:
    text = redact_json(b'{"price":0.10,"time":1795254556378}', RESPONSE, ValueRedactor(Tagger(b"k" * 32), ()))
    assert text == '{"price":0.10,"time":1795254556378}'


def test_payment_methods_of_a_c2c_order() -> None:
    """Field names are localised, so a list of names is not enough: every fieldValue goes."""
    methods = [{"payMethodName": "Bank", "fields": [{"fieldName": "Имя", "fieldValue": "Иван Примеров"}]}]
    found = shown({"code": "000000", "data": {"payMethods": methods}}, C2C_RESPONSE)
    assert isinstance(found, dict)
    fields = found["data"]["payMethods"][0]["fields"][0]
    assert fields == {"fieldName": "<text:TAG:6:u>", "fieldValue": "<person:TAG:cyrillic:9-16>"}


def test_json_in_json_is_looked_into() -> None:
    found = shown({"data": json.dumps({"listenKey": "k" * 60, "symbol": "BTCUSDT"})})
    assert isinstance(found, dict)
    assert json.loads(found["data"]) == {"listenKey": "<bearer:TAG:60:a>", "symbol": "BTCUSDT"}


@pytest.mark.parametrize("body", [b"", b"{", b"[1,", b'{"a":\xff}', b"nonsense", b"[" * 100_000])
def test_what_is_no_json_is_told_apart(body: bytes) -> None:
    assert redact_json(body, RESPONSE, ValueRedactor(Tagger(b"k" * 32), ())) is None


def test_the_error_of_a_parser_names_no_octet_of_the_body() -> None:
    with pytest.raises(ValueError, match=r"\A\w+\Z"):
        skimmed(b'{"secret-in-here')


def test_deep_and_wide_values_are_cut() -> None:
    deep: object = "x"
    for _ in range(40):
        deep = {"a": deep}
    assert "<deep>" in json.dumps(shown(deep))
    wide = shown(
        {f"field{'abcdefghijklmnopqrstuvwxyz'[i % 26]}{'xyz'[i % 3] * (i // 26 + 1)}": i for i in range(500)}
    )
    assert isinstance(wide, dict)
    assert len(wide) <= 61
    assert wide["<more>"] >= 400


VALUES = [
    # booleans and nothing
    ({"canTrade": False}, {"canTrade": False}),
    ({"canTrade": None}, {"canTrade": None}),
    ({"kycVerified": False}, {"kycVerified": "<bool>"}),
    (True, "<bool>"),
    (None, None),
    ("", ""),
    # a name of the keep list shows its shape alone
    ({"canTrade": "true"}, {"canTrade": "true"}),
    ({"canTrade": 1}, {"canTrade": "<amount:1.0>"}),
    ({"canTrade": "yes"}, {"canTrade": "<text:TAG:3:a>"}),
    ({"limit": 1234567}, {"limit": 1234567}),
    ({"limit": 12345678}, {"limit": "<id:TAG:8>"}),
    ({"limit": -1}, {"limit": "<amount:-1.0>"}),
    ({"price": "1e5"}, {"price": "1e5"}),  # the mistake is worth showing
    ({"price": "cheap"}, {"price": "<text:TAG:5:a>"}),
    # numbers with a point, digit by digit
    ({"free": 1.50}, {"free": "<amount:1.1>"}),
    ({"uid": 1.5}, {"uid": "<person:TAG:digits:1-4>"}),
    # names
    ({"": 1}, {"": "<amount:1.0>"}),
    ({"symbol": {"symbol": "BTCUSDT"}}, {"symbol": {"symbol": "BTCUSDT"}}),
    ({"symbol": ["BTCUSDT"]}, {"symbol": ["BTCUSDT"]}),
    ({"symbol": [["BTCUSDT"]]}, {"symbol": [["BTCUSDT"]]}),
    ({"symbol": ["BTCUSDT", "hello"]}, {"symbol": ["BTCUSDT", "<text:TAG:5:a>"]}),
    # a list whose items lose nothing is kept whole, as far as there is room; one that loses something is cut there
    ({"symbol": ["BTCUSDT", "hello", "ETHUSDT"]}, {"symbol": ["BTCUSDT", "<text:TAG:5:a>", "<more:1>"]}),
    ([{"symbol": "A", "price": "1"}] * 30, [{"symbol": "A", "price": "1"}] * 20 + ["<more:10>"]),
    ([{"symbol": "A", "uid": 354937868}] * 3, [{"symbol": "A", "uid": "<person:TAG:digits:9-16>"}, "<more:2>"]),
    ([{"symbol": "A", "canTrade": True, "price": None}] * 2, [{"symbol": "A", "canTrade": True, "price": None}] * 2),
    ([[["BTC"]]] * 2, [[["<text:TAG:3:A>"]], "<more:1>"]),
    ([{"symbol": ["A"] * 9}] * 30, [{"symbol": ["A"] * 9}] * 7 + ["<more:23>"]),
    ({"orderId": [123456]}, {"orderId": ["<order:TAG:6>"]}),
    ({"secretKey": ["abc"]}, {"secretKey": ["<secret:api_secret:3:a>"]}),
    ({"users": [{"uid": 354937868, "symbol": "BTCUSDT"}]}, {"users": [{"uid": "<person:TAG:digits:9-16>", "symbol": "BTCUSDT"}]}),
    ([], []),
    ({}, {}),
    ([1, 2], ["<amount:1.0>", "<more:1>"]),
    ([[1]], [["<amount:1.0>"]]),
    # texts of errors are judged word by word, but not inside of a text
    ({"msg": "Order does not exist."}, {"msg": "Order does not exist."}),
    ({"message": "Order of Jane"}, {"message": "Order of <text:TAG:4:Aa>"}),
    ({"errorMessage": "Order"}, {"errorMessage": "Order"}),
    ({"messageDetail": "Order"}, {"messageDetail": "Order"}),
    ({"rejectReason": "Order"}, {"rejectReason": "Order"}),
    ({"Msg": "Order"}, {"Msg": "<text:TAG:5:Aa>"}),
    ({"note": "Order"}, {"note": "<text:TAG:5:Aa>"}),
    ({"msg": {"msg": "Order"}}, {"msg": {"msg": "Order"}}),
    ({"msg": ["Order"]}, {"msg": ["Order"]}),
    ({"msg": 5}, {"msg": "<amount:1.0>"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), VALUES)
def test_more_values(value: object, expected: object) -> None:
    for _ in range(2):
        assert shown(value) == expected


def inside(value: object) -> object:
    """What is shown of a value that stands as JSON in a text."""
    found = shown({"data": json.dumps(value)})
    assert isinstance(found, dict)
    return json.loads(found["data"])


def test_a_sentence_inside_of_a_text_is_no_message_of_binances() -> None:
    """A text may hold what somebody wrote; so there a message goes as any text does."""
    assert inside({"msg": "Order does not exist."}) == {"msg": "<text:TAG:21:.Aas>"}
    assert inside({"symbol": "BTCUSDT", "message": "Order"}) == {
        "symbol": "BTCUSDT",
        "message": "<text:TAG:5:Aa>",
    }
    assert inside([{"rejectReason": "Order"}]) == [{"rejectReason": "<text:TAG:5:Aa>"}]


def test_json_is_looked_into_three_texts_deep() -> None:
    value: object = {"symbol": "BTCUSDT"}
    for _ in range(4):
        value = {"data": json.dumps(value)}
    found = shown(value)
    for _ in range(3):
        assert isinstance(found, dict)
        found = json.loads(found["data"])
    assert isinstance(found, dict)
    assert found["data"].startswith("<text:TAG:")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "<text:TAG:1:!>"),
        ("[", "<text:TAG:1:!>"),
        ("{}", "{}"),
        ("[]", "[]"),
        ("[1]", '["<amount:1.0>"]'),
        (' {"a":1}', "<text:TAG:8:!0as>"),
        ("{'a':1}", "<text:TAG:7:!0a>"),
        ('"{}"', "<text:TAG:4:!>"),
        ("1", "<amount:1.0>"),
    ],
)
def test_what_is_json_in_a_text(text: str, expected: str) -> None:
    assert shown({"data": text}) == {"data": expected}


def test_items_of_a_list_in_a_text_bear_its_name() -> None:
    assert shown({"orderId": "[123456]"}) == {"orderId": '["<order:TAG:6>"]'}
    assert shown({"secretKey": '["abc"]'}) == {"secretKey": '["<secret:api_secret:3:a>"]'}


@pytest.mark.parametrize(("levels", "cut"), [(11, False), (12, True), (13, True), (30, True)])
def test_twelve_levels_are_shown(levels: int, cut: bool) -> None:
    """The outermost value is level 0; what stands at level 12 is no longer looked into."""
    for wrap, inner in ((lambda one: {"a": one}, {}), (lambda one: [one], [])):
        value: object = inner
        for _ in range(levels):
            value = wrap(value)
        assert ("<deep>" in json.dumps(shown(value))) is cut
        text = json.dumps(shown(value))
        assert text.count("[") + text.count("{") == min(levels + 1, 12)


def test_sixty_fields_of_an_object_are_shown() -> None:
    for number, more in ((60, None), (61, 1), (500, 440)):
        value = {
            f"order{'abcdefghij'[n // 50]}{'abcdefghijklmnopqrstuvwxy'[n % 25]}{'ab'[n // 25 % 2]}": n
            for n in range(number)
        }
        assert len(value) == number
        found = shown(value)
        assert isinstance(found, dict)
        assert found.get("<more>") == more
        assert len(found) == (60 if more is None else 61)


def test_eighty_values_of_an_answer_are_shown() -> None:
    """In objects beside each other: of the last one only so many fields as are left, and of those behind it none."""
    words = ("price", "limit", "symbol", "asset", "status", "type", "side", "interval", "count", "pair")
    value = {f"order{'abcdefghijk'[n]}": dict.fromkeys(words, None) for n in range(11)}
    found = shown(value)
    assert isinstance(found, dict)
    whole = [name for name, one in found.items() if isinstance(one, dict) and len(one) == 10]
    assert whole == [f"order{letter}" for letter in "abcdefgh"]
    assert found["<more>"] == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"price":0.10}', '{"price":0.10}'),
        ('{"price":[0.10]}', '{"price":[0.10]}'),
        ('{"price":-1.50}', '{"price":-1.50}'),
        ('{"price":1E5}', '{"price":1E5}'),
        ('{"time":1795254556378}', '{"time":1795254556378}'),
        ('{"time":123456789012345678901234567890}', None),
    ],
)
def test_clear_numbers_keep_their_own_digits(text: str, expected: str | None) -> None:
    found = redact_json(text.encode(), RESPONSE, ValueRedactor(Tagger(b"k" * 32), ()))
    assert found is not None
    if expected is None:
        assert re.search(r'"<(text|id|amount):', found)
    else:
        assert found == expected


def test_what_was_removed_is_told_each_time() -> None:
    body = json.dumps({"orderId": 1, "note": "x", "free": "1.5", "canTrade": True, "uid": 5}).encode()
    for _ in range(2):
        values = ValueRedactor(Tagger(b"k" * 32), ())
        for _ in range(2):
            values.next_record()
            redact_json(body, RESPONSE, values)
            assert values.removed == {"order", "text", "amount", "person"}


def test_a_number_and_a_text_of_the_same_signs_are_shown_alike() -> None:
    found = shown({"orderId": [{"orderId": 1}], "a": "1", "b": 1, "status": "1", "type": 1})
    assert found == {
        "orderId": [{"orderId": "<order:TAG:1>"}],
        "a": "<amount:1.0>",
        "b": "<amount:1.0>",
        "status": "1",
        "type": 1,
    }


def test_the_parser_reads_what_json_is() -> None:
    assert skimmed(b' {"a" : [1, true, null]} ')["a"] is not None
    assert skimmed('{"a":"é"}'.encode()) == {"a": "é"}
    for body in (b'{"a":"\xff"}', b'[{"a":"\xff"}]', b'{"a":[[["\xff"]]]}', b'[{"a":tru}]', b"{} {}", b"NaN"):
        with pytest.raises(ValueError, match=r"\A\w+\Z"):
            skimmed(body)
