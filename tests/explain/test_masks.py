"""Stars for secrets."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from proxy.core.secret import Secret
from proxy.explain.masks import Masks

SECRET = b"testSecretTESTsecret0123456789testSecretTESTsecret0123456789abcd"
MASKS = Masks([Secret(SECRET)])


def test_every_form_of_a_secret_is_starred_at_its_length() -> None:
    for form in (
        SECRET,
        SECRET.lower(),
        SECRET.upper(),
        SECRET[::-1],
        base64.b64encode(SECRET).rstrip(b"="),
        SECRET.hex().encode(),
        SECRET.hex().upper().encode(),
    ):
        assert MASKS.octets(b"a=" + form + b"&b") == b"a=" + b"*" * len(form) + b"&b"


def test_text_survives() -> None:
    assert MASKS.text(f"币\udcff{SECRET.decode()}") == "币\udcff" + "*" * len(SECRET)


def test_the_lines_of_a_pem_are_secrets() -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    body = pem.splitlines()[1]
    assert Masks([Secret(pem)]).octets(b"x" + body) == b"x" + b"*" * len(body)
    assert Masks([Secret(pem)]).octets(b"-----BEGIN PRIVATE KEY-----") == b"-----BEGIN PRIVATE KEY-----"


def test_words_and_nothing_are_no_secrets() -> None:
    assert Masks([Secret(b"abc"), Secret(b"")]).octets(b"abc") == b"abc"
    assert Masks().text("abc") == "abc"
    assert SECRET.decode() not in repr(MASKS)
