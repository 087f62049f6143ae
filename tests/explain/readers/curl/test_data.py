"""`--data-urlencode` and its kin."""

import pytest

from proxy.explain.readers.curl.data import lower_escapes, urlencoded


@pytest.mark.parametrize(
    ("text", "raw", "from_file"),
    [
        ("a b", b"a+b", False),
        ("=a=b", b"a%3Db", False),
        ("n=é~-._*", b"n=%C3%A9~-._%2A", False),
        ("n@file", b"n=", True),
        ("@file", b"", True),
        ("a@b=c", b"a@b=c", False),
    ],
)
def test_urlencode(text: str, raw: bytes, from_file: bool) -> None:
    assert urlencoded(text) == (raw, from_file)


def test_lower_escapes() -> None:
    assert lower_escapes(b"A%2CB%c3%A9%") == b"A%2cB%c3%a9%"
