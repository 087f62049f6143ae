"""The independent scan finds a secret in every encoding, and nothing in a clean export."""

import base64
from pathlib import Path

import pytest

from proxy.core.errors import GatewayError
from proxy.core.redaction import encode_record
from proxy.core.secret import Secret
from proxy.evidence.leak_scan import refuse_secrets
from tests.core.redaction.flows import API_KEY, SECRET
from tests.evidence.records import exported, write_journal
from tests.support.canaries import ENCODINGS

HIDDEN = "tEst/Secret+of=40&Signs-abcdefg0123456789"


@pytest.fixture
def clean(tmp_path: Path) -> bytes:
    write_journal(tmp_path)
    return b"\n".join(encode_record(one) for one in exported(tmp_path))


def test_a_clean_export_passes(clean: bytes) -> None:
    refuse_secrets(clean, [Secret(HIDDEN.encode()), Secret(SECRET)])
    refuse_secrets(clean, [])


@pytest.mark.parametrize("encoding", [name for name in ENCODINGS if name != "case swapped"])
def test_a_planted_secret_is_found(clean: bytes, encoding: str) -> None:
    planted = clean.replace(b'"attempts":1', b'"note":"%b"' % ENCODINGS[encoding](HIDDEN).encode(), 1)
    assert planted != clean
    with pytest.raises(GatewayError, match="nothing was written"):
        refuse_secrets(planted, [Secret(HIDDEN.encode())])


def test_two_coats_are_taken_off(clean: bytes) -> None:
    coat = base64.b64encode(HIDDEN.encode()).decode()
    planted = clean + f'{{"x":"{{\\"y\\":\\"{coat}\\"}}"}}'.encode()
    with pytest.raises(GatewayError):
        refuse_secrets(planted, [Secret(HIDDEN.encode())])


def test_case_does_not_matter(clean: bytes) -> None:
    with pytest.raises(GatewayError):
        refuse_secrets(clean + HIDDEN.swapcase().encode(), [Secret(HIDDEN.encode())])


@pytest.mark.parametrize(
    "planted", [API_KEY.encode(), b"ab" * 32, b"-----BEGIN PRIVATE KEY-----", b"-----BEGIN EC PRIVATE KEY"]
)
def test_the_form_of_a_secret_is_enough(clean: bytes, planted: bytes) -> None:
    """Also one that is not loaded here."""
    with pytest.raises(GatewayError, match="of the form of"):
        refuse_secrets(clean + planted, [])


def test_any_line_of_a_pem_is_found(clean: bytes) -> None:
    lines = [base64.b64encode(bytes([7 * i % 251, i]) * 16).decode()[:42] for i in range(26)]
    pem = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"])
    for line in lines:
        with pytest.raises(GatewayError):
            refuse_secrets(clean + b'{"x":"%b"}' % line.encode(), [Secret(pem.encode())])


def test_the_path_of_a_home_is_found(clean: bytes) -> None:
    refuse_secrets(clean, [], "/home/jane")
    refuse_secrets(clean + b"/", [], "/")
    with pytest.raises(GatewayError, match="home directory"):
        refuse_secrets(clean + b"see /home/jane/x", [], "/home/jane")


def test_the_refusal_does_not_repeat_what_it_found(clean: bytes) -> None:
    with pytest.raises(GatewayError) as told:
        refuse_secrets(clean + HIDDEN.encode(), [Secret(HIDDEN.encode())])
    assert HIDDEN not in str(told.value) + told.value.hint
