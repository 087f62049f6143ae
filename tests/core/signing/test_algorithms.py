"""Keys: what they sign, what they take for right, and what is never told of them."""

import base64
import copy
import hashlib
import hmac
import pickle

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)

from proxy.core.errors import ConfigError
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, KeyType, PrivateKey
from proxy.core.signing.algorithms import load_private_key

BLOCK = 64
"""Octets of SHA-256: a longer key is hashed first (RFC 2104 section 2)."""

PAYLOAD_LENGTHS = sorted({0, 1, 200, 1000} | {n * BLOCK + by for n in (1, 2, 3) for by in range(-10, 3)})
"""With those at which the padding of the hash (9 octets at least) needs a block more."""


def test_a_keyed_hmac_is_that_of_the_standard_library() -> None:
    """For key lengths on both sides of the block, and payloads that end around the edges of blocks."""
    for length in range(201):
        secret = bytes((7 * at + length) % 256 for at in range(length))
        key = HmacKey(Secret(secret))
        for octets in PAYLOAD_LENGTHS:
            payload = bytes((13 * at + octets) % 256 for at in range(octets))
            right = hmac.new(secret, payload, hashlib.sha256).hexdigest()
            assert key.sign(payload) == right, (length, octets)
            assert key.verify(payload, right), (length, octets)


def test_test_case_2_of_rfc_4231() -> None:
    right = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert HmacKey(Secret(b"Jefe")).sign(b"what do ya want for nothing?") == right


RIGHT = hmac.new(b"k", b"a=1", hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("signature", "right"),
    [
        (RIGHT, True),
        (RIGHT.upper(), True),  # Binance takes both
        (RIGHT[:-1], False),
        (RIGHT + "0", False),
        (" " + RIGHT, False),
        (RIGHT[:-1] + ("0" if RIGHT[-1] != "0" else "1"), False),
        ("", False),
        ("é" * 64, False),
        ("\U0001f642", False),
    ],
)
def test_hex_signatures_compare_without_case(signature: str, right: bool) -> None:
    assert HmacKey(Secret(b"k")).verify(b"a=1", signature) is right


def test_a_key_signs_any_number_of_times() -> None:
    key = HmacKey(Secret(b"k"))
    assert [key.sign(b"a=1"), key.sign(b"b=2"), key.sign(b"a=1")][::2] == [RIGHT, RIGHT]


@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_key_is_not_copied(act: object) -> None:
    assert callable(act)
    with pytest.raises(TypeError, match="not copied"):
        act(HmacKey(Secret(b"k")))


# -- RSA and Ed25519


def pem(key: object, passphrase: bytes | None = None) -> Secret:
    assert isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey)
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))


def text_of(signature: bytes) -> str:
    return base64.b64encode(signature).decode("ascii")


def rsa_of(one: tuple[int, int], other: tuple[int, int]) -> rsa.RSAPrivateKey:
    """The key of two primes, each written as (n, c) for 2 ** n - c; n and c from a table of such primes."""
    p, q = (2**power - below for power, below in (one, other))
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


RSA_2047 = rsa_of((1024, 105), (1023, 361))
RSA_2048 = rsa_of((1024, 105), (1024, 179))
RSA_4096 = rsa_of((2048, 1557), (2048, 2543))
RSA_4097 = rsa_of((2049, 1449), (2048, 1557))
ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.mark.parametrize(("key", "bits"), [(RSA_2048, 2048), (RSA_4096, 4096)])
def test_rsa_keys_of_2048_to_4096_bits_are_taken(key: rsa.RSAPrivateKey, bits: int) -> None:
    loaded = load_private_key(pem(key), None)
    assert loaded.key_type is KeyType.RSA
    assert isinstance(loaded.private, rsa.RSAPrivateKey)
    assert loaded.private.key_size == bits


@pytest.mark.parametrize(("key", "bits"), [(RSA_2047, 2047), (RSA_4097, 4097)])
def test_shorter_and_longer_ones_are_refused(key: rsa.RSAPrivateKey, bits: int) -> None:
    with pytest.raises(ConfigError) as told:
        load_private_key(pem(key), None)
    assert told.value.message == f"the RSA key has {bits} bits"
    assert told.value.hint == "Binance takes 2048 to 4096: signing-proxy keygen rsa"


def test_an_rsa_signature_is_pkcs_1_v1_5_with_sha_256_in_base64() -> None:
    key = PrivateKey(RSA_2048)
    signature = key.sign(b"a=1")
    assert base64.b64decode(signature) == RSA_2048.sign(b"a=1", PKCS1v15(), SHA256())
    assert (key.key_type, key.public().key_type) == (KeyType.RSA, KeyType.RSA)
    for half in (key, key.public()):
        assert half.verify(b"a=1", signature)
        assert not half.verify(b"a=2", signature)
        assert not half.verify(b"a=1", text_of(RSA_2048.sign(b"a=1", PSS(MGF1(SHA256()), 32), SHA256())))
        assert not half.verify(b"a=1", text_of(RSA_2048.sign(b"a=1", PKCS1v15(), SHA512())))


def test_an_ed25519_signature_is_64_octets_in_base64() -> None:
    key = PrivateKey(ED25519)
    signature = key.sign(b"a=1")
    assert base64.b64decode(signature) == ED25519.sign(b"a=1")
    assert (key.key_type, key.public().key_type) == (KeyType.ED25519, KeyType.ED25519)
    for half in (key, key.public()):
        assert half.verify(b"a=1", signature)
        assert not half.verify(b"a=2", signature)


@pytest.mark.parametrize("private", [RSA_2048, ED25519], ids=["rsa", "ed25519"])
def test_what_is_no_base64_is_no_signature(private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> None:
    key = PrivateKey(private)
    signature = key.sign(b"a=1")
    for text in (
        "",
        signature[:-1],
        signature + "\n",
        f" {signature}",
        f"*{signature}",
        signature.swapcase(),
        "é",
    ):
        assert not key.verify(b"a=1", text), text


def test_a_private_key_shows_its_kind_only() -> None:
    assert repr(PrivateKey(ED25519)) == "PrivateKey(ed25519)"
    assert repr(PrivateKey(RSA_2048)) == "PrivateKey(rsa)"
    assert f"{PrivateKey(ED25519)}" == "PrivateKey(ed25519)"


@pytest.mark.parametrize("private", [RSA_2048, ED25519], ids=["rsa", "ed25519"])
def test_the_public_half_to_register_is_a_pem_of_the_usual_kind(
    private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
) -> None:
    text = PrivateKey(private).public_pem()
    assert text.startswith("-----BEGIN PUBLIC KEY-----\n")
    assert load_pem_public_key(text.encode()) == private.public_key()


def refusal(private: Secret, passphrase: Secret | None = None) -> tuple[str, str]:
    with pytest.raises(ConfigError) as told:
        load_private_key(private, passphrase)
    assert told.value.__suppress_context__ or told.value.__cause__ is None
    return told.value.message, told.value.hint


PEM_HINT = "it must be a PEM file (PKCS#8) that begins with -----BEGIN PRIVATE KEY-----"


def test_an_encrypted_key_needs_its_passphrase() -> None:
    locked = pem(ED25519, b"right words")
    assert load_private_key(locked, Secret(b"right words")).sign(b"a") == PrivateKey(ED25519).sign(b"a")
    assert refusal(locked) == (
        "the private key is encrypted and no passphrase was given",
        "set BINANCE_PRIVATE_KEY_PASSPHRASE_FILE to a file that holds it",
    )
    assert refusal(locked, Secret(b"wrong words")) == (
        "the private key cannot be read, or its passphrase is wrong",
        PEM_HINT,
    )
    assert refusal(pem(ED25519), Secret(b"right words")) == (
        "a passphrase was given but the private key is not encrypted",
        "remove the passphrase",
    )


def test_what_is_no_pem_is_told_without_a_word_of_it() -> None:
    assert refusal(Secret(b"not a key")) == ("the private key cannot be read", PEM_HINT)
    assert refusal(Secret(b"")) == ("the private key cannot be read", PEM_HINT)


def test_keys_of_other_kinds_are_refused() -> None:
    said = ("the private key is neither RSA nor Ed25519", "make one with: signing-proxy keygen ed25519")
    assert refusal(pem(ec.generate_private_key(ec.SECP256R1()))) == said


def test_a_kind_that_the_library_does_not_know_is_refused() -> None:
    """A PKCS#8 frame around the object identifier 1.2.3.4, made by hand."""
    frame = bytes.fromhex("3010020100300506032a0304040400000000")
    text = b"-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(frame) + b"\n-----END PRIVATE KEY-----\n"
    assert refusal(Secret(text)) == (
        "the private key is of a kind that cannot be read",
        "make one with: signing-proxy keygen ed25519",
    )
