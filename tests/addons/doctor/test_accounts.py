"""Keys from files."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from addons.doctor.accounts import read_accounts
from proxy.core.errors import ConfigError
from proxy.core.signing.algorithms import HmacKey, PrivateKey, PublicKey
from tests.addons.flows import API_KEY, SECRET


def put(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def pem_of(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem_of(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_no_option_gives_no_key() -> None:
    keys = read_accounts("", [])
    assert keys.known == keys.secrets == ()


def test_a_secret_file_is_one_key_of_any_name(tmp_path: Path) -> None:
    file = put(tmp_path / "secret", SECRET + b"\n")
    keys = read_accounts(str(file), [])
    (key,) = keys.known
    assert (key.name, key.api_key) == ("default", None)
    assert isinstance(key.signing, HmacKey)
    assert key.signing.secret.reveal() == SECRET
    assert [secret.reveal() for secret in keys.secrets] == [SECRET]


def test_accounts_are_pairs_of_files(tmp_path: Path) -> None:
    key_file, secret = put(tmp_path / "key", API_KEY.encode() + b"\r\n", 0o644), put(tmp_path / "s", SECRET)
    (key,) = read_accounts("", [f"main={key_file},{secret}"]).known
    assert (key.name, key.api_key) == ("main", API_KEY)


def test_private_and_public_pem_files_are_told_apart(tmp_path: Path) -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    both = read_accounts(
        str(put(tmp_path / "private.pem", pem_of(private))),
        [f"public={put(tmp_path / 'k', b'x')},{put(tmp_path / 'public.pem', public_pem_of(private), 0o644)}"],
    )
    first, second = both.known
    assert isinstance(first.signing, PrivateKey)
    assert isinstance(second.signing, PublicKey)
    signature = first.signing.sign(b"payload")
    assert second.signing.verify(b"payload", signature)
    assert len(both.secrets) == 1  # a public half is no secret


def test_the_account_of_the_request_comes_first_then_the_one_for_any_key(tmp_path: Path) -> None:
    secret = put(tmp_path / "s", SECRET)
    specs = [f"{name}={put(tmp_path / name, name.encode())},{secret}" for name in ("one", "two")]
    keys = read_accounts(str(secret), specs)
    assert [key.name for key in keys.for_request(b"two")] == ["two", "default", "one"]
    assert [key.name for key in keys.for_request(None)] == ["default", "one", "two"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = put(tmp_path / "secret", SECRET, mode)
    with pytest.raises(ConfigError) as refused:
        read_accounts(str(file), [])
    assert refused.value.hint == f"chmod 600 {file}"


@pytest.mark.parametrize("content", [b"", b" \n", b"-----BEGIN PRIVATE KEY-----\nnonsense", b"x" * 70_000])
def test_unusable_secrets_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ConfigError):
        read_accounts(str(put(tmp_path / "secret", content)), [])


def test_other_kinds_of_public_keys_are_refused(tmp_path: Path) -> None:
    pem = public_pem_of(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(ConfigError, match="neither RSA nor Ed25519"):
        read_accounts(str(put(tmp_path / "pem", pem)), [])


def test_a_secret_given_in_place_of_a_file_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as refused:
        read_accounts(SECRET.decode(), [])
    assert SECRET.decode() not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize(
    "spec", ["main", "main=only-one-file", f"{API_KEY},{SECRET.decode()}", "=a,b", "a=b,c,d"]
)
def test_a_malformed_account_is_refused_without_repeating_it(spec: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_accounts("", [spec])
    assert SECRET.decode() not in refused.value.message


def test_two_accounts_of_one_name_are_refused(tmp_path: Path) -> None:
    spec = f"main={put(tmp_path / 'k', b'key')},{put(tmp_path / 's', SECRET)}"
    with pytest.raises(ConfigError, match="same name"):
        read_accounts("", [spec, spec])


def test_a_key_in_the_place_of_a_name_is_refused_without_repeating_it(tmp_path: Path) -> None:
    key = "tQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0AtQ7xVb2Lm9Rf4Hc8Zp3Kd6Wn5Ys1Jg0A"
    with pytest.raises(ConfigError, match="is no name") as caught:
        read_accounts("", [f"{key}={tmp_path / 'k'},{tmp_path / 's'}"])
    assert key[:8] not in caught.value.message + caught.value.hint
