"""JSON keeps its structure and its names."""

import json
import re

import pytest

from proxy.core.redaction.notation import Tagger
from proxy.core.redaction.plans import C2C_RESPONSE, RESPONSE, Place
from proxy.core.redaction.structure import read_json, redact_json
from proxy.core.redaction.veil import Veil


def shown(value: object, where: Place = RESPONSE) -> object:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    text = redact_json(body, where, Veil(Tagger(b"k" * 32), ()))
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
        ([{"asset": "BTC"}, {"asset": "ETH"}, {"asset": "BNB"}], [{"asset": "BTC"}, "<more:2>"]),
        ({"Alice Example": 1}, {"<name:TAG:13:Aas>": "<amount:1.0>"}),
        ("just text", "<text:TAG:9:as>"),
        (354937868, "<id:TAG:9>"),
    ],
)
def test_values(value: object, expected: object) -> None:
    assert shown(value) == expected


def test_numbers_keep_their_digits() -> None:
    text = redact_json(b'{"price":0.10,"time":1795254556378}', RESPONSE, Veil(Tagger(b"k" * 32), ()))
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
    assert redact_json(body, RESPONSE, Veil(Tagger(b"k" * 32), ())) is None


def test_the_error_of_a_parser_names_no_octet_of_the_body() -> None:
    with pytest.raises(ValueError, match=r"\A\w+\Z"):
        read_json(b'{"secret-in-here')


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
