"""Findings keep their proof: lengths and position of the raw texts, and both texts redacted."""

import re

from proxy.core.diagnosis.evidence import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.redaction.record import FindingRecord
from tests.core.redaction.flows import make_flow, record_of


def _record(proof: Proof | None) -> FindingRecord:
    flow = make_flow("GET", b"/api/v3/order?symbol=BTCUSDT&orderId=123456")
    finding = Finding(
        "space-as-plus",
        Strength.PROVEN,
        "A space travelled as plus.",
        "Use %20.",
        (("name", "note"), ("at", 7)),
        proof,
    )
    flow.diagnosis = Diagnosis(
        Verdict.MISTAKEN, SignatureState.INVALID, (finding,), tried=42, notes=("look at +",)
    )
    record = record_of(flow)
    assert (record.verdict, record.signature, record.tried, record.notes) == (
        "mistaken",
        "invalid",
        42,
        ["look at +"],
    )
    return record.findings[0]


def test_a_finding_is_kept_as_it_was_concluded() -> None:
    found = _record(None)
    assert (found.rule, found.strength, found.says, found.remedy) == (
        "space-as-plus",
        "proven",
        "A space travelled as plus.",
        "Use %20.",
    )
    assert found.facts == {"name": "note", "at": 7}
    assert found.proof is None


def test_a_proof_is_kept_redacted() -> None:
    signed = b"symbol=BTCUSDT&orderId=123456&note=a+b&timestamp=1784801696801"
    expected = b"symbol=BTCUSDT&orderId=123456&note=a%20b&timestamp=1784801696801"
    proof = _record(Proof(signed, expected, 36)).proof
    assert proof is not None
    assert (proof.signed_octets, proof.expected_octets, proof.first_difference) == (62, 64, 36)
    assert proof.difference_in == "note"
    shape = re.sub(r":[0-9a-f]{10}", "", proof.signed)
    assert shape == "symbol=BTCUSDT&orderId=<order:6>&note=<text:3:+a:p3>&timestamp=1784801696801"


def test_equal_texts_have_no_difference() -> None:
    """A wrong key or digest: the text was right."""
    proof = _record(Proof(b"symbol=BTCUSDT", b"symbol=BTCUSDT", None)).proof
    assert proof is not None
    assert (proof.first_difference, proof.difference_in) == (None, "")


def test_texts_that_are_more_than_pairs() -> None:
    """Path or URL in front, JSON behind: the parts are told apart."""
    url = b"https://api.binance.com/api/v3/order?symbol=BTCUSDT"
    body = b'timestamp=1784801696801{"asset":"USDT","payee":"Jane Example"}'
    proof = _record(Proof(url, body, 0)).proof
    assert proof is not None
    assert proof.signed == "https://api.binance.com/api/v3/order?symbol=BTCUSDT"
    assert proof.expected.startswith('timestamp=1784801696801{"asset":"USDT","payee":"<person:')
    assert "Jane" not in proof.expected
