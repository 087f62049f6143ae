"""Values of the right form stand where marks stood."""

import json
from decimal import Decimal
from typing import Any

import pytest

from proxy.sandbox.recorded.stand_ins import filled

VALUES: list[tuple[str, Any]] = [
    ("<order:1a2b3c4d5e:11>", 11),
    ("<order:1a2b3c4d5e:15>", 15),
    ("<order:1a2b3c4d5e:16>", "16"),
    ("<id:0000000000:7>", 7),
    ("<order:1a2b3c4d5e:8:.0a>", "8"),
    ("<text:1a2b3c4d5e:3:a>", "3"),
    ("<key:f060413a51:64:0Aa>", "64"),
    ("<person:a105f9e146:latin:9-16>", "10"),
    ("<text:1a2b3c4d5e:999999999:a>", "128"),
]


@pytest.mark.parametrize(("mark", "length"), VALUES)
def test_as_long_and_of_the_type_that_it_had(mark: str, length: Any) -> None:
    value = json.loads(filled(json.dumps({"a": mark})))["a"]
    assert type(value) is type(length)
    assert len(str(value)) == int(length)
    assert value == json.loads(filled(json.dumps([mark])))[0]


@pytest.mark.parametrize(
    ("mark", "value"),
    [
        ("<amount:4.8>", "1000.00000000"),
        ("<amount:1.0>", "1"),
        ("<amount:0.8>", "0.00000000"),
        ("<amount:-2.8>", "0.00000000"),
        ("<amount:99.99>", "100000000000000.000000000000000"),
        ("<amount:odd>", "0"),
        ("<bool>", True),
        ("<ip:4be01c22d9:v4>", "192.0.2.1"),
        ("<ip:4be01c22d9:v6>", "2001:db8::1"),
        ("<deep>", "deep"),
        ("request ip: <ip:4be01c22d9:v4>", "request ip: 192.0.2.1"),
        ("BTCUSDT", "BTCUSDT"),
        (1.5, 1.5),
        (None, None),
    ],
)
def test_one_value(mark: Any, value: Any) -> None:
    assert json.loads(filled(json.dumps([mark]))) == [value]
    if isinstance(value, str) and str(mark).startswith("<amount"):
        Decimal(value)


def test_other_marks_are_other_values() -> None:
    one, other = json.loads(filled('["<order:1a2b3c4d5e:11>","<order:5e4d3c2b1a:11>"]'))
    assert one != other


def test_a_list_has_its_length_again() -> None:
    text = '{"data":[{"orderId":"<order:1a2b3c4d5e:11>"},"<more:3>"],"none":["<more:4>"],"<more>":7}'
    found = json.loads(filled(text))
    assert [len(found["data"]), found["none"], set(found)] == [4, [], {"data", "none"}]
    assert len(json.loads(filled('[1,"<more:999999999>"]'))) == 1001


def test_what_is_no_json_keeps_its_words() -> None:
    assert filled("Forbidden <amount:1.0>") == "Forbidden 1"
    deep = "[" * 100 + "]" * 100
    assert json.loads(filled(deep))
