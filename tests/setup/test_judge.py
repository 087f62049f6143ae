"""What may be written: the mistakes that people make when they paste, told without the value."""

import pytest

from proxy.core.secret import Secret
from proxy.credentials.generate import generate
from proxy.setup import judge
from proxy.setup.answers import KeyType
from proxy.setup.judge import Judge

KEY, SECRET = "testKEY9" * 8, "testSEC7" * 8
ED25519, RSA = generate("ed25519"), generate("rsa")
LOCKED = generate("ed25519", passphrase=Secret(b"test phrase"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (KEY, ""),
        (KEY[:-1], "has 63 characters"),
        (f'"{KEY}"', "has quotation marks around it"),
        ("", "is empty"),
        (ED25519.private_pem.reveal().decode(), "is a PEM key, but the API key is expected"),
        (f"BINANCE_API_KEY={KEY}", "is a line of the form NAME=value"),
        ("ключ", "holds a character outside ASCII"),
    ],
)
def test_an_api_key(text: str, told: str) -> None:
    said = Judge("production").api_key(text)
    assert told in said
    assert bool(said) is bool(told)
    assert not text or text not in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SECRET, ""),
        (KEY, "is the same text as the API key"),
        (RSA.private_pem.reveal().decode(), "is a PEM key, but the HMAC secret is expected"),
        ("changeme", "is a placeholder"),
    ],
)
def test_a_secret(text: str, told: str) -> None:
    said = Judge("production").hmac_secret(Secret(text.encode()), KEY)
    assert told in said
    assert bool(said) is bool(told)


@pytest.mark.parametrize(
    ("pem", "phrase", "kind", "told"),
    [
        (ED25519.private_pem, None, "ed25519", ""),
        (RSA.private_pem, None, "rsa", ""),
        (LOCKED.private_pem, Secret(b"test phrase"), "ed25519", ""),
        (ED25519.private_pem, None, "rsa", "is of the kind ed25519, and rsa was chosen"),
        (Secret(ED25519.public_pem.encode()), None, "ed25519", "is the public half of a key"),
        (Secret(SECRET.encode()), None, "ed25519", "is an HMAC secret, but a PEM private key is expected"),
        (LOCKED.private_pem, Secret(b"test other"), "ed25519", "passphrase"),
        (LOCKED.private_pem, None, "ed25519", "passphrase"),
    ],
)
def test_a_private_key(pem: Secret, phrase: Secret | None, kind: KeyType, told: str) -> None:
    said = Judge("production").private_key(pem, phrase, kind)
    assert told in said
    assert bool(said) is bool(told)
    assert judge.is_locked(pem) is (pem is LOCKED.private_pem)


def test_the_sandbox_takes_keys_of_any_length() -> None:
    assert Judge("sandbox").api_key("short") == ""
    assert Judge("production").api_key("short") != ""


@pytest.mark.parametrize(
    ("text", "good"), [("spot", True), ("spot, merchant", True), ("", False), (",", False), ("spot,x", False)]
)
def test_profiles(text: str, good: bool) -> None:
    assert (judge.wrong_profiles(text) == "") is good


@pytest.mark.parametrize(
    ("name", "told"), [("main", ""), ("a b", "it must be letters"), (KEY, "this is no name")]
)
def test_a_name(name: str, told: str) -> None:
    said = judge.wrong_name(name)
    assert said.startswith(told)
    assert bool(said) is bool(told)
    assert KEY not in said
