"""Findings keep their proof: lengths and position of the raw texts, and both texts redacted."""

import re

import pytest

from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
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


def record_with(*findings: Finding, diagnosed: bool = True) -> list[FindingRecord]:
    flow = make_flow("GET", b"/api/v3/order?symbol=BTCUSDT&orderId=123456")
    if diagnosed:
        flow.diagnosis = Diagnosis(Verdict.MISTAKEN, SignatureState.INVALID, findings)
    else:
        flow.findings = list(findings)
    return record_of(flow).findings


def finding(rule: str, proof: Proof | None = None) -> Finding:
    return Finding(rule, Strength.LIKELY, "says", "remedy", (), proof)


def test_twelve_findings_are_kept() -> None:
    for number in (11, 12, 13):
        found = record_with(*(finding(f"rule-{at}") for at in range(number)))
        assert [one.rule for one in found] == [f"rule-{at}" for at in range(min(number, 12))]


def test_findings_of_the_gateway_follow_those_of_the_doctor_and_none_stands_twice() -> None:
    flow = make_flow()
    flow.findings = [finding("a"), finding("b")]
    flow.diagnosis = Diagnosis(
        Verdict.MISTAKEN, SignatureState.VALID, (finding("b"), finding("c")), stopped_early=True
    )
    record = record_of(flow)
    assert [one.rule for one in record.findings] == ["b", "c", "a"]
    assert record.stopped_early
    flow.diagnosis = None
    record = record_of(flow)
    assert [one.rule for one in record.findings] == ["a", "b"]
    assert (record.verdict, record.signature, record.tried, record.notes) == ("", "", 0, [])


def shape(text: str) -> str:
    return re.sub(r":[0-9a-f]{10}(?=[:>])", ":TAG", text)


TEXTS = [
    (b"", ""),
    (b"symbol=BTCUSDT&orderId=123456", "symbol=BTCUSDT&orderId=<order:TAG:6>"),
    # a path or URL and its question mark
    (b"/api/v3/order?symbol=BTCUSDT", "/api/v3/order?symbol=BTCUSDT"),
    (b"GET/api/v3/order?a=1", "GET/api/v3/order?a=<amount:1.0>"),
    (b"https://api.binance.com/api/v3/order?a=1", "https://api.binance.com/api/v3/order?a=<amount:1.0>"),
    (b"https://jane99999.test/x?a=1", "https://<path:TAG:14:.0a>/x?a=<amount:1.0>"),
    (b"j4ne5678://x/y?a=1", "<path:TAG:8:0a>://x/y?a=<amount:1.0>"),
    (b"/api/4915112345678?a=1", "/api/<path:TAG:13:0>?a=<amount:1.0>"),
    (b"?a=1", "?a=<amount:1.0>"),
    (b"//?", "//?"),
    # a pair before it, or too much, is no path
    (b"note=a?b=1", "note=<text:TAG:5:!0=a>"),
    (b"/" + b"a" * 199 + b"?symbol=BTCUSDT", "/<path:TAG:199:a>?symbol=BTCUSDT"),
    (b"/" + b"a" * 200 + b"?symbol=BTCUSDT", "<name:TAG:208:!/a>=<text:TAG:7:A>"),
    # JSON behind
    (b'a=1{"symbol":"BTCUSDT"}', 'a=<amount:1.0>{"symbol":"BTCUSDT"}'),
    (b'{"symbol":"BTCUSDT"}', '{"symbol":"BTCUSDT"}'),
    (b'a=1{"symbol', "a=<amount:1.0><body:malformed-json:8>"),
    (b'/x?a=1{"note":"hello"}', '/x?a=<amount:1.0>{"note":"<text:TAG:5:a>"}'),
    (b"a={1}", "a=<text:TAG:3:!0:r3>"),
]


@pytest.mark.parametrize(("signed", "shown"), TEXTS)
def test_signed_texts(signed: bytes, shown: str) -> None:
    (found,) = record_with(finding("a", Proof(signed, b"", None)))
    assert found.proof is not None
    assert shape(found.proof.signed) == shown
    (found,) = record_with(finding("a", Proof(b"", signed, None)), diagnosed=False)
    assert found.proof is not None
    assert shape(found.proof.expected) == shown
    assert (found.proof.signed_octets, found.proof.expected_octets) == (0, len(signed))


PLACES = [
    # the pair that holds the octet at which the texts part
    (b"symbol=BTCUSDT&orderId=1", 0, "symbol"),
    (b"symbol=BTCUSDT&orderId=1", 13, "symbol"),
    (b"symbol=BTCUSDT&orderId=1", 14, "symbol"),  # the `&` ends it
    (b"symbol=BTCUSDT&orderId=1", 15, "orderId"),
    (b"symbol=BTCUSDT&orderId=1", 23, "orderId"),
    (b"symbol=BTCUSDT&orderId=1", 24, "orderId"),
    (b"sym%62ol=BTCUSDT", 3, "sym%62ol"),
    (b"symbol", 0, "symbol"),
    (b"jane", 0, ""),
    (b"jane=", 0, ""),
    (b"jane==", 0, ""),
    (b"jane=%3D", 0, ""),
    (b"jane=1", 0, "jane"),
    (b"4915112345678=1", 0, ""),
    (b"", 0, ""),
    (b"a=1&&b=2", 4, ""),
]


@pytest.mark.parametrize(("expected", "at", "name"), PLACES)
def test_in_which_parameter_the_texts_part(expected: bytes, at: int, name: str) -> None:
    (found,) = record_with(finding("a", Proof(b"x", expected, at)))
    assert found.proof is not None
    assert (found.proof.first_difference, found.proof.difference_in) == (at, name)
