"""Marks become words that may stand anywhere in a URL or in JSON."""

import pytest

from proxy.evidence.placeholders import Placeholders


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("orderId=<order:1a2b3c4d5e:19>", "orderId=YOUR_ORDER_1"),
        ("a=<order:1a2b3c4d5e:19>&b=<order:1a2b3c4d5e:19>", "a=YOUR_ORDER_1&b=YOUR_ORDER_1"),
        ("a=<order:1a2b3c4d5e:19>&b=<order:2a2b3c4d5e:19>", "a=YOUR_ORDER_1&b=YOUR_ORDER_2"),
        ("a=<amount:4.8>&b=<person:a105f9e146:latin:9-16>", "a=YOUR_AMOUNT_1&b=YOUR_PERSON_1"),
        ("<bool>", "YOUR_BOOL_1"),
        ("a<b and c>d", "a<b and c>d"),
        ("<text:1a2b3c4d5e:3:a!:U9", "<text:1a2b3c4d5e:3:a!:U9"),
        ("", ""),
    ],
)
def test_a_word_stands_for_each(text: str, filled: str) -> None:
    assert Placeholders().filled(text) == filled


def test_they_are_told() -> None:
    words = Placeholders()
    words.filled("a=<order:1a2b3c4d5e:19>&b=<amount:1.0>&c=<order:1a2b3c4d5e:19>")
    assert words.words() == ["YOUR_ORDER_1", "YOUR_AMOUNT_1"]
