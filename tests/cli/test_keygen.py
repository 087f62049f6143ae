"""`keygen`: the public half on stdout, the private half in a file, words on stderr."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from tests.cli.conftest import Run


def _halves_match(private: bytes, public: bytes, passphrase: bytes | None = None) -> bool:
    key = load_pem_private_key(private, passphrase).public_key()
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return key.public_bytes(*form) == load_pem_public_key(public).public_bytes(*form)


@pytest.mark.parametrize(
    ("words", "name", "bits"),
    [
        (["ed25519"], "binance-ed25519.pem", None),
        (["rsa"], "binance-rsa.pem", 2048),
        (["rsa", "--bits", "3072", "--out", "my.pem"], "my.pem", 3072),
    ],
)
def test_a_pair_is_made(run: Run, words: list[str], name: str, bits: int | None) -> None:
    said = run("keygen", *words)
    assert said.code == 0
    path = Path(name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert _halves_match(path.read_bytes(), said.out.encode())
    assert getattr(load_pem_public_key(said.out.encode()), "key_size", None) == bits
    assert f"BINANCE_PRIVATE_KEY_FILE={name}" in said.err
    assert "PRIVATE KEY" not in said.out


def test_the_new_key_is_what_the_gateway_takes(run: Run) -> None:
    run("keygen", "ed25519")
    said = run(
        "config", "check", BINANCE_API_KEY="testKEY9" * 8, BINANCE_PRIVATE_KEY_FILE="binance-ed25519.pem"
    )
    assert said.out.endswith("account default (default): ed25519 key, production\n")


def test_a_passphrase_file_locks_it(run: Run) -> None:
    phrase = Path("phrase")
    phrase.write_text("test phrase with blanks\n")
    phrase.chmod(0o600)
    said = run("keygen", "ed25519", "--passphrase-file", "phrase")
    assert said.code == 0
    private = Path("binance-ed25519.pem").read_bytes()
    assert _halves_match(private, said.out.encode(), b"test phrase with blanks")
    assert "test phrase" not in said.out + said.err


def test_nothing_is_overwritten(run: Run) -> None:
    run("keygen", "ed25519")
    before = Path("binance-ed25519.pem").read_bytes()
    said = run("keygen", "ed25519")
    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("error: binance-ed25519.pem: exists already and is never overwritten\n")
    assert Path("binance-ed25519.pem").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["ed25519", "--bits", "2048"], 2, "--bits is for rsa"),
        (["rsa", "--bits", "1024"], 2, "'1024' is not one of"),
        (["dsa"], 2, "'dsa' is not one of"),
        (
            ["ed25519", "--out", "nowhere/x.pem"],
            3,
            "nowhere/x.pem: there is no folder nowhere\nhint: mkdir -m 700 -p nowhere",
        ),
        (["ed25519", "--passphrase-file", "nowhere"], 3, "nowhere: does not exist (--passphrase-file)"),
    ],
)
def test_what_cannot_be_made_is_told(run: Run, words: list[str], code: int, message: str) -> None:
    said = run("keygen", *words)
    assert (said.code, said.out) == (code, "")
    assert message in said.err
    assert not list(Path().iterdir())
