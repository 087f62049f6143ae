"""The last check of a line finds every encoding of a secret."""

import base64

import pytest

from proxy.core.redaction.secret_scan import SecretScan, needles_of
from proxy.core.secret_forms import parts
from tests.support.canaries import ENCODINGS

SECRET = "tEstSecret/With+Odd=Signs&0123456789abcdefXYZ"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_found(encoding: str) -> None:
    line = f'{{"x":"before {ENCODINGS[encoding](SECRET)} after"}}'.encode()
    assert SecretScan([SECRET.encode()]).finds(line)
    assert not SecretScan([b"another secret of the process"]).finds(line)


@pytest.mark.parametrize("before", range(7))
def test_base64_of_a_longer_text_is_found_at_every_offset(before: int) -> None:
    line = base64.b64encode(b"x" * before + SECRET.encode() + b"and what follows")
    assert SecretScan([SECRET.encode()]).finds(line)


def test_stray_white_space_of_a_secret_does_not_hide_it() -> None:
    assert SecretScan([b" " + SECRET.encode() + b"\n"]).finds(SECRET.encode())


def test_of_a_pem_the_inner_lines_are_looked_for() -> None:
    lines = [base64.b64encode(bytes([i]) * 48).decode() for i in range(26)]
    pem = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"]).encode()
    assert SecretScan([pem]).finds(b"".join(pem.split()))
    assert not SecretScan([pem]).finds(b"-----BEGIN PRIVATE KEY-----")
    found = [line for line in lines if line.lower().encode() in set(needles_of(pem))]
    assert 1 < len(found) <= 6


def test_nothing_is_found_in_an_ordinary_line() -> None:
    line = b'{"type":"flow","in":{"query":"symbol=BTCUSDT&signature=<sig:hex:64>"}}'
    assert not SecretScan([SECRET.encode(), b"short"]).finds(line)


def test_a_very_short_secret_is_not_looked_for() -> None:
    """It would be found in ordinary text, and no flow would be recorded any more."""
    assert not SecretScan([b"flow"]).finds(b'{"type":"flow"}')


@pytest.mark.parametrize("length", [13, 20, 32, 39, 40, 41, 43, 63, 64, 65, 128])
def test_secrets_of_every_length_are_found_in_every_encoding(length: int) -> None:
    """Lines without a long run of letters are passed quickly; no secret may pass with them."""
    secret = "".join("aB3/x-Z_9+"[at % 10] for at in range(length))
    scan = SecretScan([secret.encode(), b"another, quite long secret of the process that has blanks in it"])
    for encoding, encode in ENCODINGS.items():
        for line in (f'{{"x":"{encode(secret)}"}}', f'{{"x":"letters{encode(secret)}more"}}'):
            assert scan.finds(line.encode()), (encoding, line)


def test_a_secret_with_blanks_is_found() -> None:
    secret = b"correct horse battery staple of the owner, for ever and a day"
    assert SecretScan([secret]).finds(b'{"x":"' + secret.upper() + b'"}')
    assert not SecretScan([secret]).finds(b'{"x":"correct horse battery"}')


PEM_LINES = [base64.b64encode(bytes([number]) * 48).decode() for number in range(12)]


@pytest.mark.parametrize(
    ("lines", "looked_for"),
    [
        (1, [0]),
        (5, [0, 1, 2, 3, 4]),
        (6, [0, 1, 2, 3, 4, 5]),
        (7, [0, 2, 4, 6]),
        (12, [0, 2, 4, 6, 8, 10]),
    ],
)
def test_of_a_pem_up_to_six_lines_are_looked_for_evenly_spread(lines: int, looked_for: list[int]) -> None:
    text = "\n".join(
        ["-----BEGIN PRIVATE KEY-----", *PEM_LINES[:lines], "short", "-----END PRIVATE KEY-----", ""]
    )
    needles = set(needles_of(b"  " + text.replace("\n", " \r\n").encode()))
    found = [at for at, line in enumerate(PEM_LINES) if line.lower().encode() in needles]
    assert found == looked_for


PARTS = [
    (b"12345678", [b"12345678"]),
    (b"1234567", []),
    (b" 12345678\t", [b"12345678"]),
    (b"", []),
    (b"a\n" + b"x" * 15, []),
    (b"a\n" + b"x" * 16, [b"x" * 16]),
    (b"--" + b"x" * 16 + b"\nb", []),
]


@pytest.mark.parametrize(("secret", "expected"), PARTS)
def test_parts_of_a_secret(secret: bytes, expected: list[bytes]) -> None:
    assert parts(secret, shortest=8) == expected


SHORT_ENCODINGS = {
    # `ab+/ c"\1`, made by hand
    "raw": b'ab+/ c"\\1',
    "percent": b"ab%2B%2F%20c%22%5C1",
    "percent, lower": b"ab%2b%2f%20c%22%5c1",
    "double percent": b"ab%252B%252F%2520c%2522%255C1",
    "full percent": b"%61%62%2b%2f%20%63%22%5c%31",
    "double full percent": b"%2561%2562%252b%252f%2520%2563%2522%255c%2531",
    "plus": b"ab%2B%2F+c%22%5C1",
    "double plus": b"ab%252B%252F+c%2522%255C1",
    "unicode": rb"\u0061\u0062\u002b\u002f\u0020\u0063\u0022\u005c\u0031",
    "double unicode": rb"\\u0061\\u0062\\u002b\\u002f\\u0020\\u0063\\u0022\\u005c\\u0031",
    "json": rb"ab+/ c\"\\1",
    "double json": rb"ab+/ c\\\"\\\\1",
    "html": b"ab+/ c&quot;\\1",
    "html, decimal": b"&#97;&#98;&#43;&#47;&#32;&#99;&#34;&#92;&#49;",
    "html, hexadecimal": b"&#x61;&#x62;&#x2b;&#x2f;&#x20;&#x63;&#x22;&#x5c;&#x31;",
    "hex": b"61622b2f2063225c31",
    "hex, upper": b"61622B2F2063225C31",
    "base64": b"YWIrLyBjIlwx",
    "base64, one octet later": base64.b64encode(b"x" + b'ab+/ c"\\1')[2:],
    "base64, two octets later": base64.b64encode(b"xy" + b'ab+/ c"\\1')[3:],
}


@pytest.mark.parametrize("encode", SHORT_ENCODINGS)
def test_every_encoding_of_a_short_secret_is_found(encode: str) -> None:
    scan = SecretScan([b'ab+/ c"\\1'])
    line = SHORT_ENCODINGS[encode]
    assert scan.finds(line)
    assert scan.finds(b'{"x":"y ' + line + b' z"}')
    assert not scan.finds(line[: len(line) // 2])


def test_the_url_safe_base64_is_found_too() -> None:
    secret = b"\xfb\xff\xfe\xfb\xff\xfe\xfb\xff\xfe\xfb\xff\xfe"
    assert base64.urlsafe_b64encode(secret) == b"-__--__--__--__-"
    assert SecretScan([secret]).finds(b"x-__--__--__--__-x")
    assert SecretScan([secret]).finds(b"x+//++//++//++//+x")


@pytest.mark.parametrize("length", [*range(36, 44), *range(60, 70)])
def test_runs_of_every_length_around_the_bounds(length: int) -> None:
    """A line without a run of 40 is asked for short secrets only, one without a run of 64 not for the longest."""
    secrets = {size: ("Ab1" * 30)[:size].swapcase().encode() for size in (39, 40, 41, 63, 64, 65)}
    for size, secret in secrets.items():
        line = b'{"x":"' + ("Ab1" * 30)[:length].swapcase().encode() + b'"}'
        assert SecretScan([secret]).finds(line) is (length >= size), (size, length)


def test_one_of_many_secrets_is_enough() -> None:
    secrets = [b"short-one", b"S" * 45, b"L" * 70]
    scan = SecretScan(secrets)
    for secret in secrets:
        assert scan.finds(b'{"x":"' + secret.lower() + b'"}')
    assert not scan.finds(b'{"x":"' + b"T" * 80 + b'"}')
    assert not SecretScan([]).finds(b'{"x":"' + b"T" * 80 + b'"}')
