"""Which names may be shown."""

import random
import string

import pytest

from proxy.core.catalogue.fields import CLEAR_PARAMETERS, CLEAR_RESPONSE_FIELDS
from proxy.core.redaction.names import decoded, presentable, shown_octets


@pytest.mark.parametrize("name", [*CLEAR_PARAMETERS, *CLEAR_RESPONSE_FIELDS])
def test_every_name_of_the_keep_list_may_be_shown(name: str) -> None:
    assert presentable(name.encode())


@pytest.mark.parametrize(
    "name",
    [
        b"newClientOrderId",
        b"recv_window",
        b"RecvWindow",
        b"timestmap",
        b"cancelInfoList[0].orderId",
        b"symbols[]",
        b"X-MBX-APIKEY",
        b"counterPartNickName",
        b"foo",
        b"fooBarBaz",
        "×tamp".encode(),  # what a web page makes of &timestamp
    ],
)
def test_names_with_and_without_mistakes_are_kept(name: bytes) -> None:
    assert presentable(name)


@pytest.mark.parametrize(
    "name",
    [
        b"",
        b"123456",
        b"+4915112345678",
        b"alice@example.test",
        b"Alice Example",
        b"vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",  # Binance's documented example key
        b"QXltc3FuaSBKYWphbXRpcA",
        "李雷韩梅".encode(),
        b"a" * 41,
        b"a\x1b[31m",
        b"name\n",
    ],
)
def test_what_is_no_name_is_not_shown(name: bytes) -> None:
    assert not presentable(name)


def test_random_letters_do_not_pass_for_a_name() -> None:
    draw = random.Random(20260723)
    drawn = ["".join(draw.choice(string.ascii_letters) for _ in range(16)) for _ in range(5000)]
    assert sum(presentable(text.encode()) for text in drawn) < 10


def test_octets_are_shown_in_ascii() -> None:
    assert shown_octets(b"a\xc3\x97\x1b\\z") == r"a\xc3\x97\x1b\x5cz"


def test_names_are_decoded_once() -> None:
    assert decoded(b"symbols%5B%5D") == b"symbols[]"
    assert decoded(b"%255B") == b"%5B"
