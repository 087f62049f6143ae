"""Answers are decompressed within a bound, or not looked into."""

import gzip
import zlib

import pytest

from proxy.core.decompress import UndecodedError, decompressed

TEXT = b'{"code":-1022}' * 50
LIMIT = 1024


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
    assert decompressed(body, coding, LIMIT) == (TEXT, True)


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (TEXT, b"br", "br"),
        (TEXT, b"zstd", "zstd"),
        (TEXT, b"made-up", "coding"),
        (TEXT, b"gzip, br", "coding"),
        (TEXT, b"gzip", "malformed"),
        (b"\xff\xff\xff", b"deflate", "malformed"),
        (zlib.compress(TEXT, wbits=-15), b"gzip", "malformed"),
    ],
)
def test_what_is_not_looked_into(body: bytes, coding: bytes, reason: str) -> None:
    with pytest.raises(UndecodedError) as told:
        decompressed(body, coding, LIMIT)
    assert told.value.reason == reason


@pytest.mark.parametrize(
    ("octets", "given", "whole"),
    [(1023, 1023, True), (1024, 1024, True), (1025, 1024, False), (99_999, 1024, False)],
)
@pytest.mark.parametrize("coding", [None, b"gzip", b"deflate"])
def test_no_more_than_the_limit_comes_out_and_it_is_told(
    octets: int, given: int, whole: bool, coding: bytes | None
) -> None:
    plain = b"0" * octets
    body = {None: plain, b"gzip": gzip.compress(plain, mtime=0), b"deflate": zlib.compress(plain)}[coding]
    assert decompressed(body, coding, LIMIT) == (b"0" * given, whole)


def test_a_body_that_was_cut_gives_what_there_is() -> None:
    text = bytes(range(256)) * 3
    begun, _ = decompressed(gzip.compress(text, compresslevel=0, mtime=0)[:-300], b"gzip", LIMIT)
    assert begun
    assert text.startswith(begun)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, b""),
        (TEXT, b" IDENTITY\t"),
        (gzip.compress(TEXT, mtime=0), b"deflate"),  # told apart by its first octets
        (zlib.compress(TEXT), b"gzip"),
        (zlib.compress(TEXT), b" Deflate "),
    ],
)
def test_codings_in_odd_spellings(body: bytes, coding: bytes) -> None:
    assert decompressed(body, coding, LIMIT) == (TEXT, True)


def test_an_empty_body_is_empty() -> None:
    assert decompressed(gzip.compress(b"", mtime=0), b"gzip", LIMIT) == (b"", True)
    assert decompressed(b"", None, LIMIT) == (b"", True)


@pytest.mark.parametrize("wbits", [31, 15, -15])
@pytest.mark.parametrize(("octets", "whole"), [(1024, True), (1025, False), (1024 + 258, False)])
def test_the_limit_holds_for_every_form_of_deflate(wbits: int, octets: int, whole: bool) -> None:
    body = zlib.compress(b"0" * octets, wbits=wbits)
    assert decompressed(body, b"deflate", LIMIT) == (b"0" * LIMIT, whole)


@pytest.mark.parametrize("wbits", [31, 15])
def test_damage_behind_the_limit_leaves_what_stands_before_it(wbits: int) -> None:
    body = zlib.compress(b"0" * (LIMIT + 1), wbits=wbits)
    spoilt = body[:-1] + bytes(
        [body[-1] ^ 1]
    )  # the checksum, which is met right behind the octet over the limit
    assert decompressed(spoilt, b"deflate", LIMIT) == (b"0" * LIMIT, False)
