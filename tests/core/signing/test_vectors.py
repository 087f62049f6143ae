"""Published vectors, one test a step, so that a difference shows where it arises."""

import re

import pytest

from proxy.core.signing import prepare, sign, signature_payload
from proxy.core.wire import BodyKind, body_kind, escape_illegal
from tests.core.signing.vectors import Vector, rest_vectors

VECTORS = rest_vectors()
by_name = pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)


def test_all_verified_rest_vectors_are_here() -> None:
    kinds = [vector.key.key_type.value for vector in VECTORS]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"hmac": 19, "rsa": 4, "ed25519": 4}


@by_name
def test_payload_is_query_and_form_joined(vector: Vector) -> None:
    kind = body_kind(vector.body, vector.content_type)
    form = vector.body if kind is BodyKind.FORM else b""
    assert signature_payload(vector.query, form) == vector.string_to_sign


@by_name
def test_signature_of_the_payload(vector: Vector) -> None:
    assert vector.key.sign(vector.string_to_sign) == vector.expected_signature


@by_name
def test_signature_verifies_and_a_changed_payload_does_not(vector: Vector) -> None:
    assert vector.key.verify(vector.string_to_sign, vector.expected_signature)
    assert not vector.key.verify(vector.string_to_sign + b"&", vector.expected_signature)


def _replayable(vector: Vector) -> bool:
    """Vectors whose own order is ours: recvWindow and timestamp last in the query, nothing to escape."""
    ends = re.search(rb"recvWindow=5000&timestamp=[0-9]+$", vector.query)
    return bool(ends) and escape_illegal(vector.query + vector.body) == vector.query + vector.body


@pytest.mark.parametrize("vector", [v for v in VECTORS if _replayable(v)], ids=lambda vector: vector.name)
def test_whole_signer_reproduces_the_wire(vector: Vector) -> None:
    """Given the unsigned request and the instant, what goes out is the published request, octet for octet."""
    timestamp_ms = int(vector.query.rpartition(b"timestamp=")[2])
    unsigned = re.sub(rb"&?recvWindow=5000&timestamp=[0-9]+$", b"", vector.query)
    kind = body_kind(vector.body, vector.content_type)
    signed = sign(
        "POST",
        b"/api/v3/order",
        prepare(unsigned, vector.body, kind, signed=True),
        vector.key,
        timestamp_ms=timestamp_ms,
        recv_window_ms=5000,
    )
    assert signed.query == vector.query + b"&signature=" + vector.signature_on_wire.encode()
    assert signed.body == vector.body


def test_enough_vectors_reach_the_whole_signer() -> None:
    assert sum(map(_replayable, VECTORS)) == 9  # the others sort, or send all in the form
