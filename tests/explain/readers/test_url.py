"""URLs alone."""

import pytest

from proxy.explain.finder import find_anywhere
from proxy.explain.readers.methods import GUESSED


@pytest.mark.parametrize(
    ("text", "method", "target", "sure"),
    [
        ("https://api.binance.com/api/v3/account?timestamp=1", "GET", b"/api/v3/account?timestamp=1", True),
        ("  <https://api.binance.com/api/v3/time>", "GET", b"/api/v3/time", True),
        ("POST https://api.binance.com/api/v3/order?a=1", "POST", b"/api/v3/order?a=1", True),
        ("https://api.binance.com/api/v3/order?side=BUY", "POST", b"/api/v3/order?side=BUY", False),
        ("https://api.binance.com/api/v3/order?orderId=1", "GET", b"/api/v3/order?orderId=1", False),
        ("https://api.binance.com/api/v3/order/test?side=BUY", "POST", b"/api/v3/order/test?side=BUY", True),
        ("/api/v3/account?timestamp=1#x", "GET", b"/api/v3/account?timestamp=1", True),
        ("https://example.com", "GET", b"/", False),
    ],
)
def test_forms(text: str, method: str, target: bytes, sure: bool) -> None:
    (seen,) = find_anywhere(text)
    assert (seen.request.method, seen.request.target) == (method, target)
    assert seen.remarks == (() if sure else (GUESSED.format(method),))
    assert not seen.headers_seen


def test_one_a_line() -> None:
    assert len(find_anywhere("https://a/b\n\nsee http://c\nhttps://d/e\n")) == 2  # a host alone is no request


@pytest.mark.parametrize("text", ["", "http://", "ftp://a/b", "a/b/c", "C:\\api\\v3"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert find_anywhere(text) == []
