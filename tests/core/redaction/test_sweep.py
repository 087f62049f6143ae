"""The last look at a line finds every dress of a secret."""

import base64

import pytest

from proxy.core.redaction.sweep import Sweep, parts
from tests.support.canaries import ENCODINGS

SECRET = "tEstSecret/With+Odd=Signs&0123456789abcdefXYZ"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_found(encoding: str) -> None:
    line = f'{{"x":"before {ENCODINGS[encoding](SECRET)} after"}}'.encode()
    assert Sweep([SECRET.encode()]).finds(line)
    assert not Sweep([b"another secret of the process"]).finds(line)


@pytest.mark.parametrize("before", range(7))
def test_base64_of_a_longer_text_is_found_at_every_offset(before: int) -> None:
    line = base64.b64encode(b"x" * before + SECRET.encode() + b"and what follows")
    assert Sweep([SECRET.encode()]).finds(line)


def test_stray_white_space_of_a_secret_does_not_hide_it() -> None:
    assert Sweep([b" " + SECRET.encode() + b"\n"]).finds(SECRET.encode())


def test_of_a_pem_the_inner_lines_are_looked_for() -> None:
    lines = [base64.b64encode(bytes([i]) * 48).decode() for i in range(26)]
    pem = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"]).encode()
    assert Sweep([pem]).finds(b"".join(pem.split()))
    assert not Sweep([pem]).finds(b"-----BEGIN PRIVATE KEY-----")
    assert len(parts(pem)) <= 6


def test_nothing_is_found_in_an_ordinary_line() -> None:
    line = b'{"type":"flow","in":{"query":"symbol=BTCUSDT&signature=<sig:hex:64>"}}'
    assert not Sweep([SECRET.encode(), b"short"]).finds(line)


def test_a_very_short_secret_is_not_looked_for() -> None:
    """It would be found in ordinary text, and no flow would be recorded any more."""
    assert not Sweep([b"flow"]).finds(b'{"type":"flow"}')


@pytest.mark.parametrize("length", [13, 20, 32, 39, 40, 41, 43, 63, 64, 65, 128])
def test_secrets_of_every_length_are_found_in_every_encoding(length: int) -> None:
    """Lines without a long run of letters are passed quickly; no secret may pass with them."""
    secret = "".join("aB3/x-Z_9+"[at % 10] for at in range(length))
    sweep = Sweep([secret.encode(), b"another, quite long secret of the process that has blanks in it"])
    for encoding, dress in ENCODINGS.items():
        for line in (f'{{"x":"{dress(secret)}"}}', f'{{"x":"letters{dress(secret)}more"}}'):
            assert sweep.finds(line.encode()), (encoding, line)


def test_a_secret_with_blanks_is_found() -> None:
    secret = b"correct horse battery staple of the owner, for ever and a day"
    assert Sweep([secret]).finds(b'{"x":"' + secret.upper() + b'"}')
    assert not Sweep([secret]).finds(b'{"x":"correct horse battery"}')
