"""A shape admits what Binance uses, and little else."""

import json
import re
import time

import pytest
from hypothesis import given, strategies as st

from proxy.core.catalogue import shapes
from proxy.core.catalogue.shapes import Shape

SHAPES = {shape.name: shape for shape in vars(shapes).values() if isinstance(shape, Shape)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("symbol", "BTCUSDT"),
        ("symbol", "1000SHIBUSDT"),
        ("symbol", "1000000MOGUSDT"),
        ("symbol", "BTCUSD_PERP"),
        ("symbol", "BTCUSDT_260626"),
        ("symbol", "BTC-260626-140000-C"),
        ("symbol", "DOGE-260626-0.25-C"),
        ("symbol", "USD1USDT"),
        ("symbol", "ALPHA_118USDT"),
        ("symbol_list", '["BTCUSDT","BNBUSDT"]'),
        ("asset", "1MBABYDOGE"),
        ("enum", "STOP_LOSS_LIMIT"),
        ("enum", "OPPONENT_20"),
        ("enum_or_number", "MAIN_UMFUTURE"),
        ("enum_or_number", "1"),
        ("side", "buy"),
        ("decimal", "0.00001000"),
        ("decimal", "0.30000000000000004"),
        ("decimal", "1e-05"),
        ("decimal", "0,01"),
        ("decimal", "-3"),
        ("timestamp", "1764000000000"),
        ("timestamp", "1764000000000123"),
        ("timestamp", "1764000000"),
        ("timestamp", "1764000000.25"),
        ("recv_window", "9999999"),
        ("recv_window", "5000.125"),
        ("error_code", "-2015"),
        ("c2c_code", "000000"),
        ("c2c_code", "FIAT_ASSET_ILLEGAL"),
        ("interval", "1M"),
        ("media_range", "application/x-www-form-urlencoded; charset=utf-8"),
        ("media_range", "application/json, text/plain, */*"),
        ("codings", "gzip, deflate, br;q=0.9"),
        ("user_agent", "Python/3.12 aiohttp/3.14.5"),
        ("date_header", "Wed, 21 Oct 2026 10:00:00 GMT"),
        ("request_uuid", "3c4b1f0e-5a52-4f6c-9d1f-0c7a0e6f2b11"),
    ],
)
def test_what_clients_and_the_exchange_send_is_admitted(name: str, value: str) -> None:
    assert SHAPES[name].admits(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("symbol", "13800138000"),  # a phone number
        ("symbol", "E12345678"),  # a passport
        ("symbol", "6H9EKF5ECCWFBHGE"),  # a gift code
        ("symbol", "DE89370400440532013000"),  # a bank account
        ("symbol", "ODY4ODA3"),  # a one-time code in base64
        ("symbol", "btcusdt"),
        ("symbol", "BTCUSDT\n"),
        ("asset", "110101199003078"),  # an identity card
        ("enum", "Zhang Wei"),
        ("enum", "anna@example.com"),
        ("enum_or_number", "123456"),  # a second factor
        ("decimal", "8613800138000"),
        ("decimal", "+8613800138000"),
        ("decimal", "4111111111111111"),  # a card
        ("decimal", "1.2.3"),
        ("decimal", "NaN"),
        ("timestamp", "13800138000"),
        ("timestamp", "378282246310005"),
        ("timestamp", "2764000000000"),
        ("error_code", "1234567"),
        ("c2c_code", "JOHN_SMITH"),
        ("count", "203456789"),  # a user id
        ("interval", "100m"),
        ("user_agent", "curl/8.7.1 (token=abc)"),
        ("user_agent", "my-bot-of-anna/1.0"),
        ("media_range", "multipart/form-data; boundary=abc"),
        ("loopback_host", "api.example.com"),
        ("request_uuid", "3C4B1F0E5A524F6C9D1F0C7A0E6F2B11"),
        ("date_header", "yesterday"),
    ],
)
def test_what_is_about_people_or_keys_is_not_admitted(name: str, value: str) -> None:
    assert not SHAPES[name].admits(value)


WORDS = st.text("ABXYZ019", min_size=1, max_size=15)


@given(
    st.one_of(
        st.text("AZ09_.-", min_size=20, max_size=60),
        st.builds(
            str.join,
            st.sampled_from(["_", "-", ".", ",", ", ", ":"]),
            st.lists(WORDS, min_size=2, max_size=8),
        ),
        st.lists(WORDS, min_size=1, max_size=8).map(json.dumps),
        st.decimals(allow_nan=False, allow_infinity=False).map(str),
        st.integers(min_value=10**9).map(str),
    )
)
def test_an_open_shape_never_admits_24_letters_and_digits(value: str) -> None:
    if sum(map(str.isalnum, value)) > 23:
        assert not [name for name, shape in SHAPES.items() if not shape.closed and shape.admits(value)]


@pytest.mark.parametrize("name", list(SHAPES))
def test_no_shape_is_slow_on_hostile_values(name: str) -> None:
    """These ten values take microseconds; with a pattern that backtracks they take minutes."""
    values = [character * 100_000 for character in 'A1a_-["., '] + ["A1" * 60 + "!", '["' + "A" * 120 + "!"]
    begun = time.perf_counter()
    assert not any(SHAPES[name].admits(value) for value in values)
    assert time.perf_counter() - begun < 2


def test_patterns_read_ascii_only() -> None:
    for shape in SHAPES.values():
        assert not shape.admits("１２３")
        assert not shape.pattern.flags & re.DOTALL
