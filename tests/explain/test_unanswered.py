"""Faults on the way are told as such, and nothing else is."""

import hmac

import pytest

from proxy.core.findings import SignatureState, Verdict
from proxy.explain.masks import Masks
from proxy.explain.present import Page, as_text
from proxy.explain.reading import read_requests
from proxy.explain.unanswered import UNKNOWN, fault_in
from proxy.explain.verdict import explain
from tests.explain.pastes import explained

URL = "https://api.binance.com/api/v3/account?timestamp=1795824100137&signature=ab"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f'Get "{URL}": dial tcp: lookup api.binance.com: no such host', "DNS"),
        (f"urllib3.exceptions.SSLError: {URL} [SSL: CERTIFICATE_VERIFY_FAILED]", "TLS"),
        (f"Error: connect ECONNREFUSED 10.0.0.1:443 {URL}", "no connection"),
        (f"Access to fetch at '{URL}' has been blocked by CORS policy", "CORS"),
        (f"GET {URL} net::ERR_NAME_NOT_RESOLVED", "DNS"),
        (
            f"ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden')) {URL}",
            "proxy",
        ),
        (f"curl: (56) CONNECT tunnel failed, response 403 {URL}", "proxy"),
        (f"request to {URL} failed, reason: unable to verify the first certificate", "TLS"),
        (f'error [-1022] Error Domain=NSURLErrorDomain Code=-1022 "App Transport Security" {URL}', "TLS"),
        (f'Error Domain=NSURLErrorDomain Code=-1001 "The request timed out." {URL}', "executed all the same"),
        (f"TypeError: Failed to fetch {URL}", "CORS"),
        (f"{URL} curl: (28) Operation timed out after 10001 milliseconds", "executed all the same"),
        (f"{URL}: Read timed out. (read timeout=10)", "executed all the same"),
    ],
)
def test_a_fault_stands_with_the_only_request(text: str, word: str) -> None:
    said = fault_in(text)
    assert said is not None
    assert word in said
    (seen,) = read_requests(text.encode())
    assert seen.fault == said
    told = explain(seen, ())
    assert told.diagnosis.verdict is not Verdict.CORRECT
    assert "Nothing is wrong" not in as_text(told, Masks(()), Page())


def test_a_right_request_is_not_called_right_under_an_error() -> None:
    """The signature is, and says so; the headline is the error."""
    query = "timestamp=1795955000123"
    signature = hmac.new(b"test", query.encode(), "sha256").hexdigest()
    text = f"ECONNREFUSED https://api.binance.com/api/v3/account?{query}&signature={signature}"
    (told,) = explained(text, "test")
    assert (told.diagnosis.verdict, told.diagnosis.signature) == (Verdict.UNKNOWN, SignatureState.VALID)
    shown = as_text(told, Masks(()), Page())
    assert "No answer of Binance is in the text: no connection was made" in shown
    assert "Nothing is wrong" not in shown


@pytest.mark.parametrize(
    "text",
    [
        URL,
        "my timeout is 10",
        "unable to get local issuer certificate (20), continuing anyway.",
        f"{URL} 400 Bad Request Read timed out",
    ],
)
def test_what_was_answered_or_is_no_fault_gets_none(text: str) -> None:
    answered = "400" in text
    assert (fault_in(text) is None) is not answered
    for seen in read_requests(text.encode()) if URL in text else ():
        assert seen.fault is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Error: Unexpected token < in JSON at position 0", True),
        ("json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)", True),
        ("GET net::ERR_FAILED", True),
        ("except ValueError: retry()", False),
        ("raise SomeError: x", False),
        ("no error here", False),
    ],
)
def test_an_error_that_is_not_known_is_said_so(text: str, *, told: bool) -> None:
    (seen,) = read_requests(f"{text}\n{URL}".encode())
    assert (seen.fault == UNKNOWN) is told
