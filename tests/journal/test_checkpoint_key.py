"""The key that signs checkpoints, held against the vectors of RFC 8032, section 7.1."""

import base64
import subprocess
import sys

import pytest

from proxy.journal.checkpoint_key import LIBRARY, CheckpointKey, is_signed
from tests.support.children import ROOT, bare_environment

SEED = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
PUBLIC = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
SIGNATURE = bytes.fromhex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)
MESSAGE = bytes.fromhex("af82")
"""Test 3."""


def text(public: bytes) -> str:
    return base64.b64encode(public).decode()


def test_it_signs_as_the_rfc_does() -> None:
    key = CheckpointKey(SEED)
    assert key.public == text(PUBLIC)
    assert key.sign(MESSAGE) == SIGNATURE
    assert is_signed(key.public, SIGNATURE, MESSAGE)


@pytest.mark.parametrize(
    ("public", "signature", "message"),
    [
        (text(PUBLIC), SIGNATURE, MESSAGE + b"x"),
        (text(PUBLIC), SIGNATURE[:-1] + b"\0", MESSAGE),
        (text(PUBLIC), b"", MESSAGE),
        (text(bytes(32)), SIGNATURE, MESSAGE),
        (text(PUBLIC[:31]), SIGNATURE, MESSAGE),
        ("", SIGNATURE, MESSAGE),
        ("no key", SIGNATURE, MESSAGE),
        ("ключ", SIGNATURE, MESSAGE),
    ],
)
def test_what_does_not_fit_is_not_signed(public: str, signature: bytes, message: bytes) -> None:
    assert not is_signed(public, signature, message)


def test_its_seed_is_not_shown() -> None:
    assert repr(CheckpointKey(SEED)) == str(CheckpointKey(SEED)) == "CheckpointKey(***)"


def test_the_library_is_loaded_at_the_first_use() -> None:
    script = f"""
import sys
from proxy.journal import Journal
from proxy.journal.checkpoint_key import CheckpointKey
key = CheckpointKey(bytes(32))
assert not key.ready and {LIBRARY!r} not in sys.modules
key.sign(b"")
assert key.ready
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=bare_environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
