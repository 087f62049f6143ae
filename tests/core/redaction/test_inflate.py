"""Answers are decompressed within a bound, or not looked into."""

import gzip
import zlib

import pytest

from proxy.core.redaction.inflate import LARGEST, UndecodedError, inflate

TEXT = b'{"code":-1022}' * 50


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, None),
        (TEXT, b"identity"),
        (gzip.compress(TEXT, mtime=0), b"gzip"),
        (gzip.compress(TEXT, mtime=0), b" X-GZIP "),
        (zlib.compress(TEXT), b"deflate"),
        (zlib.compress(TEXT, wbits=-15), b"deflate"),
    ],
)
def test_known_codings(body: bytes, coding: bytes | None) -> None:
    assert inflate(body, coding) == TEXT


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (TEXT, b"br", "br"),
        (TEXT, b"zstd", "zstd"),
        (TEXT, b"made-up", "coding"),
        (TEXT, b"gzip, br", "coding"),
        (TEXT, b"gzip", "malformed"),
        (b"\xff\xff\xff", b"deflate", "malformed"),
        (gzip.compress(b"0" * (LARGEST + 1), mtime=0), b"gzip", "oversized"),
    ],
)
def test_what_is_not_looked_into(body: bytes, coding: bytes, reason: str) -> None:
    with pytest.raises(UndecodedError) as told:
        inflate(body, coding)
    assert told.value.reason == reason


def test_the_largest_body_is_still_read() -> None:
    assert len(inflate(gzip.compress(b"0" * LARGEST), b"gzip")) == LARGEST
