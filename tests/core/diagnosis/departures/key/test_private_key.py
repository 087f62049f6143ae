"""secret-is-private-key: a PEM file as HMAC secret, in the spellings in which it gets into a program."""

import hashlib
import hmac
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace

from proxy.core.diagnosis.departures.base import KeyMaterial
from proxy.core.diagnosis.departures.key.private_key import RULE
from proxy.core.diagnosis.examination import engine
from proxy.core.findings import Diagnosis, SignatureState
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import PrivateKey
from proxy.core.signing.known_key import KnownKey
from tests.core.diagnosis.checks import KEY, request
from tests.core.diagnosis.keys import QUERY, ed25519_key, sent

PEM = ed25519_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PAIR = KnownKey("pair", KEY, PrivateKey(ed25519_key(), Secret(PEM)))


def signed_by_hmac(secret: bytes, text: str = QUERY) -> Diagnosis:
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    observation = request(f"POST /api/v3/order?{QUERY}&signature={signature}", code=-1022)
    return engine.diagnose(replace(observation, keys=(PAIR,)))


@pytest.mark.parametrize(
    "change",
    [
        bytes,
        bytes.strip,
        lambda pem: pem.replace(b"\n", b"\r\n"),
        lambda pem: pem.strip().replace(b"\n", b"\\n"),
        lambda pem: pem.strip().split(b"\n")[1],
    ],
)
def test_a_private_key_as_secret_is_proven(change: Callable[[bytes], bytes]) -> None:
    found = signed_by_hmac(change(PEM))
    assert (found.findings[0].rule, found.findings[0].strength) == ("secret-is-private-key", "proven")
    assert found.signature is SignatureState.INVALID


def test_beside_another_mistake_it_is_proven_too() -> None:
    rules = {finding.rule for finding in signed_by_hmac(PEM, "?" + QUERY).findings if finding.proof}
    assert rules == {"secret-is-private-key", "scope-leading-question-mark"}


def test_an_hmac_of_something_else_is_only_likely_to_be_the_wrong_kind() -> None:
    found = signed_by_hmac(b"another secret")
    assert (found.findings[0].rule, found.findings[0].strength) == ("alg-hmac-for-key-pair", "likely")
    assert not any(finding.proof for finding in found.findings)


def test_a_right_signature_of_the_pair_is_not_accused() -> None:
    right = sent(ed25519_key(), ed25519_key().sign(QUERY.encode()), code=None)
    found = engine.diagnose(replace(right, keys=(PAIR,)))
    assert (found.signature, found.findings) == (SignatureState.VALID, ())


def test_without_a_private_key_nothing_is_tried() -> None:
    assert list(RULE.keys(KeyMaterial(b"own", b"key", b"key"))) == []


def test_what_is_no_pem_is_tried_as_it_is() -> None:
    assert b"!" in set(RULE.keys(KeyMaterial(b"", None, None, (), b"!")))
