"""New keys: in the form Binance registers, in a file nobody else could ever read, never over another one."""

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from proxy.core.secret import Secret
from proxy.core.signing.algorithms import PrivateKey, load_private_key
from proxy.credentials.generate import KeyKind, generate, write_private


@pytest.mark.parametrize(("kind", "bits", "length"), [("ed25519", 2048, 88), ("rsa", 2048, 344)])
def test_the_two_halves_belong_together(kind: KeyKind, bits: int, length: int) -> None:
    pair = generate(kind, bits=bits)
    signing = load_private_key(pair.private_pem, None)
    assert signing.public_pem() == pair.public_pem
    assert len(signing.sign(b"payload")) == length
    assert pair.private_pem.reveal().startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert pair.public_pem.startswith("-----BEGIN PUBLIC KEY-----\n")
    load_pem_public_key(pair.public_pem.encode())


def test_a_passphrase_locks_the_private_half() -> None:
    pair = generate("ed25519", passphrase=Secret(b"test phrase"))
    assert pair.private_pem.reveal().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    with pytest.raises(TypeError):
        load_pem_private_key(pair.private_pem.reveal(), None)
    assert isinstance(load_private_key(pair.private_pem, Secret(b"test phrase")), PrivateKey)


def test_the_size_of_an_rsa_key_is_as_asked() -> None:
    key = load_pem_private_key(generate("rsa", bits=3072).private_pem.reveal(), None)
    assert getattr(key, "key_size", None) == 3072


def test_the_file_has_mode_0600_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(str(tmp_path / "open.pem"), Secret(b"test"))
        os.umask(0o777)
        write_private(str(tmp_path / "closed.pem"), Secret(b"test"))
    finally:
        os.umask(before)
    for name in ("open.pem", "closed.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert (tmp_path / name).read_bytes() == b"test"


def test_nothing_is_ever_overwritten_and_nothing_left_behind(tmp_path: Path) -> None:
    target = tmp_path / "key.pem"
    target.write_text("precious")
    (tmp_path / "dangling.pem").symlink_to(tmp_path / "nowhere")
    for name in ("key.pem", "dangling.pem"):
        with pytest.raises(FileExistsError):
            write_private(str(tmp_path / name), Secret(b"test"))
    assert target.read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dangling.pem", "key.pem"]
