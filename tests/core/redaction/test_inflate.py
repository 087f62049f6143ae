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


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, b""),
        (TEXT, b" IDENTITY\t"),
        (gzip.compress(TEXT, mtime=0), b"deflate"),  # told apart by its first octets
        (zlib.compress(TEXT), b"gzip"),
        (zlib.compress(TEXT), b" Deflate "),
        (gzip.compress(b"", mtime=0), b"gzip"),
    ],
)
def test_codings_in_odd_spellings(body: bytes, coding: bytes) -> None:
    assert inflate(body, coding) in {TEXT, b""}


@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
@pytest.mark.parametrize("wbits", [31, 15, -15])
def test_the_bound_holds_for_every_coding(coding: bytes, wbits: int) -> None:
    if (coding, wbits) == (b"gzip", -15):
        return
    more = 1 if wbits > 0 else 258  # without a checksum at its end, the last repetition may be cut unseen
    for octets, fits in ((LARGEST, True), (LARGEST + more, False)):
        body = zlib.compress(b"0" * octets, wbits=wbits)
        if fits:
            assert len(inflate(body, coding)) == octets
        else:
            with pytest.raises(UndecodedError, match="oversized"):
                inflate(body, coding)


def test_the_bound_is_one_mebibyte() -> None:
    assert LARGEST == 1_048_576


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (TEXT, b"BR", "br"),
        (TEXT, b" zstd ", "zstd"),
        (TEXT, b"compress", "coding"),
        (b"", b"x-gzip2", "coding"),
    ],
)
def test_reasons(body: bytes, coding: bytes, reason: str) -> None:
    with pytest.raises(UndecodedError) as told:
        inflate(body, coding)
    assert (told.value.reason, str(told.value)) == (reason, reason)
    assert told.value.__cause__ is None


def test_the_beginning_of_a_compressed_body_is_read_as_far_as_it_goes() -> None:
    body = gzip.compress(TEXT * 100, mtime=0)
    assert (TEXT * 100).startswith(inflate(body[: len(body) // 2], b"gzip"))
