"""Taking URLs apart."""

import pytest

from proxy.explain.readers.urls import split_authority, split_url


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        (b"https://API.binance.com/p?a=%41#f", "api.binance.com", None, b"/p?a=%41"),
        (b"http://u:p@h:81?x", "h", 81, b"/?x"),
        (b"h", "h", None, b"/"),
        (b"http://[::1]:8180/p", "[::1]", 8180, b"/p"),
        (b"http://h/p@q:x", "h", None, b"/p@q:x"),
        (b"http://h/\xe5", "h", None, b"/\xe5"),
    ],
)
def test_parts(url: bytes, host: str, port: int | None, target: bytes) -> None:
    place = split_url(url)
    assert place is not None
    assert (place.host, place.port, place.target) == (host, port, target)


@pytest.mark.parametrize("url", [b"", b"http://", b"/p", b"http://a b/"])
def test_no_host_is_no_url(url: bytes) -> None:
    assert split_url(url) is None


def test_authority() -> None:
    place = split_url(b"https://h:443/")
    assert place is not None
    assert place.authority == b"h"
    assert split_authority(b" h:81 ") == ("h", 81)
    assert split_authority(b"") == (None, None)
