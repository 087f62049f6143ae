"""Faults on the way are told as such, and nothing else is."""

import pytest

from proxy.explain.reading import read_requests
from proxy.explain.unanswered import fault_in

URL = "https://api.binance.com/api/v3/account?timestamp=1795824100137&signature=ab"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f'Get "{URL}": dial tcp: lookup api.binance.com: no such host', "DNS"),
        (f"urllib3.exceptions.SSLError: {URL} [SSL: CERTIFICATE_VERIFY_FAILED]", "certificate"),
        (f"Error: connect ECONNREFUSED 10.0.0.1:443 {URL}", "no connection"),
        (f"Access to fetch at '{URL}' has been blocked by CORS policy", "CORS"),
        (f"{URL}: Read timed out. (read timeout=10)", "executed all the same"),
    ],
)
def test_a_fault_is_a_remark_on_the_only_request(text: str, word: str) -> None:
    said = fault_in(text)
    assert said is not None
    assert word in said
    (seen,) = read_requests(text.encode())
    assert said in seen.remarks


@pytest.mark.parametrize("text", [URL, "my timeout is 10", f"{URL} 400 Bad Request Read timed out"])
def test_what_was_answered_or_is_no_fault_gets_none(text: str) -> None:
    answered = "400" in text
    assert (fault_in(text) is None) is not answered
    for seen in read_requests(text.encode()) if URL in text else ():
        assert not any("DNS" in one or "executed" in one for one in seen.remarks)
