"""The verifier against published vectors (tests/data/signing-vectors.json names each one's source)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from proxy.sandbox.keys import KeyKind, SandboxKey
from proxy.sandbox.verify import covers, has_legal_form
from proxy.sandbox.wire import Received

VECTORS = json.loads(
    (Path(__file__).parent.parent / "data" / "signing-vectors.json").read_text(encoding="utf-8")
)
REST = [
    vector
    for vector in VECTORS["vectors"]
    if vector["verified"] and vector["transport"] == "rest" and vector["query"] is not None
]
KINDS: dict[str, KeyKind] = {"HMAC": "hmac", "RSA": "rsa", "ED25519": "ed25519"}


def _key(vector: dict[str, Any]) -> SandboxKey:
    kind, secret = KINDS[vector["key_type"].upper()], vector["secret_or_private_key"]
    if kind != "hmac":
        password = vector["private_key_password"]
        private = load_pem_private_key(secret.encode(), password.encode() if password else None)
        secret = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return SandboxKey("x" * 64, kind, secret)


def _received(vector: dict[str, Any], signature: str) -> Received:
    query = vector["query"]
    target = f"{vector['path'] or '/x'}?{query}{'&' if query else ''}signature={signature}"
    headers = ((b"Content-Type", (vector["content_type"] or "").encode()),)
    return Received("POST", target.encode(), headers, (vector["body"] or "").encode(), "127.0.0.1")


def test_all_algorithms_have_vectors() -> None:
    assert {vector["key_type"].upper() for vector in REST} == {"HMAC", "RSA", "ED25519"}


@pytest.mark.parametrize("vector", REST, ids=lambda vector: vector["name"])
def test_a_published_signature_covers_the_payload(vector: dict[str, Any]) -> None:
    received = _received(vector, vector["signature_on_wire"])
    signature = next(pair.value for pair in received.pairs if pair.name == "signature")
    assert received.payload.decode() == vector["string_to_sign"]
    assert covers(_key(vector), received.payload, signature)


@pytest.mark.parametrize("vector", REST, ids=lambda vector: vector["name"])
def test_the_signature_fails_when_one_octet_of_the_payload_differs(vector: dict[str, Any]) -> None:
    payload = vector["string_to_sign"].encode()
    changed = payload[:-1] + bytes([payload[-1] ^ 1])
    assert not covers(_key(vector), changed, unquote(vector["signature_on_wire"]))


def test_hmac_hex_may_be_in_either_letter_case_but_base64_may_not() -> None:
    by_kind = {vector["key_type"].upper(): vector for vector in REST}
    for kind, verifies in (("HMAC", True), ("RSA", False), ("ED25519", False)):
        vector = by_kind[kind]
        signature = unquote(vector["signature_on_wire"]).upper()
        assert covers(_key(vector), vector["string_to_sign"].encode(), signature) is verifies


@pytest.mark.parametrize("signature", ["not base64!", "", "AAAA", "é"])
def test_what_is_no_base64_is_no_signature(signature: str) -> None:
    vector = next(vector for vector in REST if vector["key_type"].upper() == "ED25519")
    assert not covers(_key(vector), b"timestamp=1", signature)


@pytest.mark.parametrize(
    ("signature", "legal"),
    [("a" * 64, True), ("A" * 64, True), ("a" * 63, False), ("g" * 64, False), ("a" * 65, False)],
)
def test_only_64_hex_digits_are_legal_for_hmac(signature: str, legal: bool) -> None:
    assert has_legal_form(SandboxKey("x" * 64, "hmac", "test"), signature) is legal
