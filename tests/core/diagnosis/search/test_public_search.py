"""RSA and Ed25519 signatures: departures are proven with the public half."""

import hashlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from proxy.core.diagnosis.examination import engine
from proxy.core.findings import SignatureState, Strength
from tests.core.diagnosis.checks import NOW
from tests.core.diagnosis.keys import QUERY, ed25519_key, rsa_key, sent

TEXT = QUERY.encode()


def rsa(text: bytes, algorithm: hashes.HashAlgorithm | None = None) -> bytes:
    return rsa_key().sign(text, padding.PKCS1v15(), algorithm or hashes.SHA256())


@pytest.mark.parametrize("change", [lambda text: text], ids=["right"])
def test_right_signatures_verify(change: Callable[[bytes], bytes]) -> None:
    for observation in (
        sent(rsa_key(), rsa(change(TEXT))),
        sent(ed25519_key(), ed25519_key().sign(change(TEXT))),
    ):
        diagnosis = engine.diagnose(observation)
        assert diagnosis.signature is SignatureState.VALID
        assert not any(f.proof for f in diagnosis.findings)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("scope-path-included", b"/api/v3/order?" + TEXT),
        ("scope-leading-question-mark", b"?" + TEXT),
        ("scope-trailing-newline", TEXT + b"\n"),
        ("order-sorted-signed-unsorted-sent", b"&".join(sorted(TEXT.split(b"&")))),
        ("scope-timestamp-taken-twice", TEXT.replace(b"%d" % NOW, b"%d" % (NOW - 7))),
        ("scope-param-added-after-signing", TEXT.replace(b"&type=MARKET", b"")),
    ],
)
def test_departures_of_the_text_are_proven(rule: str, text: bytes) -> None:
    for observation in (sent(rsa_key(), rsa(text)), sent(ed25519_key(), ed25519_key().sign(text))):
        finding = engine.diagnose(observation).findings[0]
        assert (finding.rule, finding.strength) == (rule, Strength.PROVEN)


def test_pss_padding_is_proven() -> None:
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH)
    signature = rsa_key().sign(TEXT, scheme, hashes.SHA256())
    assert engine.diagnose(sent(rsa_key(), signature)).findings[0].rule == "alg-rsa-pss"


def test_another_rsa_hash_is_proven() -> None:
    assert (
        engine.diagnose(sent(rsa_key(), rsa(TEXT, hashes.SHA512()))).findings[0].rule == "alg-rsa-other-hash"
    )


def test_a_prehashed_ed25519_message_is_proven() -> None:
    signature = ed25519_key().sign(hashlib.sha256(TEXT).hexdigest().encode())
    assert engine.diagnose(sent(ed25519_key(), signature)).findings[0].rule == "alg-prehashed-message"


def test_a_signature_that_was_encoded_twice_is_proven() -> None:
    observation = sent(rsa_key(), rsa(TEXT), write=lambda text: quote(quote(text, safe=""), safe=""))
    assert engine.diagnose(observation).findings[0].rule == "alg-signature-encoded-twice"


def test_raw_plus_signs_are_named() -> None:
    observation = sent(rsa_key(), rsa(TEXT), write=lambda text: text)
    assert engine.diagnose(observation).findings[0].rule == "alg-rsa-base64-not-encoded"


def test_blanks_where_plus_signs_were_are_read_back() -> None:
    observation = sent(rsa_key(), rsa(TEXT), write=lambda text: quote(text.replace("+", " "), safe=""))
    assert engine.diagnose(observation).findings[0].rule == "alg-rsa-base64-not-encoded"
