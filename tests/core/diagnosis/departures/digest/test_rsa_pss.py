"""alg-rsa-pss: verified with the public half; a right signature and other texts are not claimed."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from proxy.core.diagnosis.departures.digest.rsa_pss import RULE
from tests.core.diagnosis.keys import QUERY, ed25519_key, rsa_key

TEXT = QUERY.encode()


def test_the_scheme_is_recognised() -> None:
    signature = rsa_key().sign(TEXT, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    assert any(scheme.verify(rsa_key().public_key(), signature, TEXT) for scheme in RULE.schemes)


def test_right_signatures_and_other_keys_are_not_claimed() -> None:
    right = rsa_key().sign(TEXT, padding.PKCS1v15(), hashes.SHA256())
    other = ed25519_key().sign(TEXT)
    for key, signature in ((rsa_key(), right), (ed25519_key(), other), (rsa_key(), other)):
        assert not any(scheme.verify(key.public_key(), signature, TEXT) for scheme in RULE.schemes)
