"""HMAC-SHA256 against the RFC's own vectors, and against the standard library for every length that could matter."""

import hashlib
import hmac
import random

import pytest

from proxy.core.hmacs import Hmac, HmacSha256, first_key, hash_named, hmac_once

VECTORS = [  # RFC 4231, sections 4.2, 4.3, 4.4, 4.7 and 4.8
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        b"\xaa" * 131,
        b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
        b"hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
]


@pytest.mark.parametrize(("key", "message", "digest"), VECTORS)
def test_the_vectors_of_the_rfc(key: bytes, message: bytes, digest: str) -> None:
    assert HmacSha256(key).hexdigest(message) == digest
    assert HmacSha256(key).digest(message).hex() == digest
    assert hmac_once(key, message).hex() == digest


@pytest.mark.parametrize("length", range(201))
def test_every_length_of_key_as_the_standard_library_has_it(length: int) -> None:
    key = random.Random(length).randbytes(length)  # octets, no secret
    keyed = HmacSha256(key)
    for message in (
        b"",
        b"a",
        *(b"symbol=LTCBTC" * n for n in (4, 5, 9, 10, 100)),
        *(b"x" * n for n in range(50, 80)),
    ):
        expected = hmac.new(key, message, hashlib.sha256).digest()
        assert keyed.digest(message) == expected
        assert keyed.hexdigest(message) == expected.hex()
        assert hmac_once(key, message) == expected


def test_one_key_serves_many_messages_in_any_order() -> None:
    keyed = HmacSha256(b"test")
    first = keyed.digest(b"one")
    assert keyed.digest(b"two") != first
    assert keyed.digest(b"one") == first


def test_the_first_message_whose_digest_is_wanted() -> None:
    keyed = HmacSha256(b"test")
    messages = [b"one", b"two", b"three"]
    digests = [hmac.new(b"test", message, hashlib.sha256).digest() for message in messages]
    assert keyed.first(messages, {digests[2], digests[1]}) == b"two"
    assert keyed.first(iter(messages), {digests[2]}) == b"three"
    assert keyed.first(messages, {hmac.new(b"Test", b"one", hashlib.sha256).digest()}) is None
    assert keyed.first((), digests) is None


@pytest.mark.parametrize(
    "name",
    ["md5", "sha1", "sha224", "sha384", "sha512", "sha512_256", "sha3_256", "sha3_512", "blake2s"],
)
def test_any_other_hash_as_the_standard_library_has_it(name: str) -> None:
    for length in (0, 1, 63, 64, 65, 71, 72, 73, 127, 128, 129, 135, 136, 137, 300):
        key = random.Random(length).randbytes(length)  # octets, no secret
        keyed = Hmac(key, hash_named(name))
        for message in (b"", b"a", b"symbol=LTCBTC" * 40):
            expected = hmac.new(key, message, name).digest()
            assert keyed.digest(message) == expected
            assert hmac_once(key, message, hash_named(name)) == expected


def test_a_hash_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match="none-such"):
        hash_named("none-such")


def test_the_first_key_under_which_the_digest_is_wanted() -> None:
    keys = [b"test", b"Test", b"a longer key than one block" * 3]
    digests = [hmac.new(key, b"one", hashlib.sha256).digest() for key in keys]
    assert first_key(keys, b"one", {digests[2], digests[1]}) == keys[1]
    assert first_key(iter(keys), b"one", {digests[2]}) == keys[2]
    assert first_key(keys, b"two", set(digests)) is None
    assert first_key((), b"one", set(digests)) is None
