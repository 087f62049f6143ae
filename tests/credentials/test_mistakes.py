"""Each thing people get wrong has its own line, and right values are left alone."""

import string

import pytest

from proxy.core.secret import Secret
from proxy.credentials.mistakes import DOCUMENTED, check_api_key, check_hmac_secret, check_pem

KEY = ("testKEY9" * 8).encode()
SECRET = ("testSEC7" * 8).encode()
ED25519 = b"-----BEGIN PRIVATE KEY-----\nTESTTESTTEST\n-----END PRIVATE KEY-----"
EC = "-----BEGIN PUBLIC KEY-----\nTESTTESTTEST\n-----END PUBLIC KEY-----"

PLACEHOLDERS = [
    *("undefined", "null", "None", "nil", "NaN", "xxx", "XXXXXXXX", "********", "...", "changeme"),
    *(
        "YOUR_API_SECRET",
        "YOUR_SECRET_KEY",
        "your_api_secret",
        "your_secret_key",
        "YOUR_SECRET",
        "YOUR_API_KEY",
    ),
    *(
        "API_SECRET",
        "SECRET_KEY",
        "secret",
        "binance-api-secret",
        "api-key",
        "apiKey",
        "insert_your_api_key_here",
    ),
    *(
        "your-api-key-here",
        "{{binance-api-secret}}",
        "{{ secret }}",
        "${BINANCE_API_SECRET}",
        "<your-secret>",
    ),
    *("$BINANCE_API_SECRET", "%BINANCE_API_SECRET%", "$(cat secret)"),
]
"""As seen in public bug reports of client libraries."""


def _secret(value: bytes, *, strict: bool = True, production: bool = True) -> str | None:
    verdict = check_hmac_secret(Secret(value), KEY, strict=strict, production=production)
    return verdict[0] if verdict else None


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_a_placeholder_is_told_as_one(placeholder: str, strict: bool) -> None:
    said = _secret(placeholder.encode(), strict=strict)
    assert said in ("is a placeholder", "is a template that was never filled in")
    key_verdict = check_api_key(placeholder.encode(), strict=strict, production=True)
    assert key_verdict is not None
    assert key_verdict[0] == said


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"", "is empty"),
        (b'"' + SECRET + b'"', "has quotation marks around it"),
        (b"'" + SECRET + b"'", "has quotation marks around it"),
        (SECRET + b" ", "begins or ends with white space or a line break"),
        (b" " + SECRET, "begins or ends with white space or a line break"),
        (SECRET + b"\n", "begins or ends with white space or a line break"),
        (SECRET + b"\r", "begins or ends with white space or a line break"),
        (b"\xef\xbb\xbf" + SECRET, "begins with a byte order mark"),
        (SECRET.decode().encode("utf-16"), "begins with a byte order mark"),
        (SECRET[:32] + b" " + SECRET[32:], "holds white space or a line break"),
        (SECRET[:32] + b"\n" + SECRET[32:], "holds white space or a line break"),
        (b"BINANCE_API_SECRET=" + SECRET, "is a line of the form NAME=value"),
        (b"secret: " + SECRET, "is a line of the form NAME=value"),
        (SECRET[:63], "has 63 characters, and Binance's have 64"),
        (SECRET + b"x", "has 65 characters, and Binance's have 64"),
        (SECRET * 2, "has 128 characters, and Binance's have 64"),
        (SECRET[:63] + b"-", "holds other characters than letters and digits"),
        ("é".encode() + SECRET[:62], "holds a character outside ASCII"),
        (KEY, "is the same text as the API key"),
        (ED25519, "is a PEM key, but the HMAC secret is expected here"),
        (EC.encode(), "is a public key, but the HMAC secret is expected here"),
    ],
)
def test_a_wrong_secret_is_told_by_what_is_wrong(value: bytes, says: str) -> None:
    assert _secret(value) == says


@pytest.mark.parametrize(
    "value", [SECRET, b"0123456789abcdef" * 4, b"k" * 64, b"secrets!"[:7] * 9 + b"z", b"nullnull" * 8]
)
def test_a_secret_of_the_right_form_is_left_alone(value: bytes) -> None:
    assert _secret(value) is None


def test_every_letter_and_digit_may_stand_in_a_secret() -> None:
    letters = (string.ascii_letters + string.digits + "ab").encode()
    assert _secret(letters) is None


@pytest.mark.parametrize("value", sorted(DOCUMENTED))
def test_published_examples_are_refused_on_production_and_only_there(value: bytes) -> None:
    assert _secret(value) == "is the published example of Binance's documentation, known to everyone"
    assert check_api_key(value, strict=True, production=True) is not None
    assert _secret(value, production=False) is None
    assert check_api_key(value, strict=True, production=False) is None


@pytest.mark.parametrize("value", [b"k", b"sandbox-key-1", b"a_b" * 40])
def test_the_sandbox_takes_shorter_keys(value: bytes) -> None:
    assert _secret(value, strict=False, production=False) is None
    assert _secret(value) is not None


@pytest.mark.parametrize("value", [b"k" * 129, b"k.k", b"k/k"])
def test_and_still_not_anything(value: bytes) -> None:
    assert _secret(value, strict=False, production=False) is not None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf" + ED25519, "begins with a byte order mark"),
        (EC.encode(), "is the public half of a key, and the private half is expected"),
        (
            b"-----BEGIN CERTIFICATE-----\nTEST\n-----END CERTIFICATE-----",
            "is a certificate, and a private key is expected",
        ),
        (
            ED25519.replace(b"PRIVATE", b"OPENSSH PRIVATE"),
            "is an OpenSSH key",
        ),
        (SECRET, "is an HMAC secret, but a PEM private key is expected here"),
        (SECRET + b"\n", "is an HMAC secret, but a PEM private key is expected here"),
        (ED25519.replace(b"\n", b"\\n"), "has its line breaks written as \\n"),
        (b'"' + ED25519 + b'"', "has quotation marks around it"),
        (ED25519[:-20], "is not a whole PEM file"),
        (b"\x30\x2e\x02\x01\x00", "is not a whole PEM file"),
    ],
)
def test_a_wrong_private_key_is_told_by_what_is_wrong(value: bytes, says: str) -> None:
    verdict = check_pem(Secret(value))
    assert verdict is not None
    assert verdict[0].startswith(says)


def test_a_pem_is_left_alone_here() -> None:
    assert check_pem(Secret(ED25519)) is None
    assert check_pem(Secret(b"comment\r\n" + ED25519.replace(b"\n", b"\r\n") + b"\r\n")) is None


@pytest.mark.parametrize(
    "value", [b"CANARY" * 4, b'"CANARYCANARY"', b"CANARY CANARY", b"A=CANARY", b"{{CANARY}}", ED25519]
)
def test_no_verdict_holds_any_part_of_the_value(value: bytes) -> None:
    verdicts = [
        check_api_key(value, strict=True, production=True),
        check_hmac_secret(Secret(value), KEY, strict=True, production=True),
        check_pem(Secret(value)),
    ]
    assert not any(
        "CANARY" in text or "TESTTEST" in text for verdict in verdicts if verdict for text in verdict
    )
