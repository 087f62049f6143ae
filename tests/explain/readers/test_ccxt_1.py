"""Logs of ccxt 1, with the answer that belongs to each request."""

import hashlib
import hmac
from contextlib import suppress

import pytest

from proxy.core.findings import SignatureState, Verdict
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.explain.found_request import UnreadableError
from proxy.explain.observation import known_keys
from proxy.explain.reading import read_requests
from proxy.explain.verdict import explain
from tests.explain.pastes import Owner

SECRET = "ccxtversiononesecret" + "c" * 44
FORM = (
    "timestamp=1795824100137&symbol=ETHBTC&quantity=0.0123456&type=LIMIT&side=BUY&price=0.08&timeInForce=GTC"
)
SIGNED = f"{FORM}&signature={hmac.new(SECRET.encode(), FORM.encode(), hashlib.sha256).hexdigest()}"
URL = "https://api.binance.com/api/v3/order"
SENT = "{'X-MBX-APIKEY': '" + "k" * 64 + "', 'Content-Type': 'application/x-www-form-urlencoded'}"
GOT = "{'Content-Type': 'application/json', 'Date': 'Sat, 28 Nov 2026 00:01:40 GMT'}"
TIME = "https://api.binance.com/api/v3/time"
REFUSED = '{"code":-1013,"msg":"Filter failure: LOT_SIZE"}'

LATER = f"""Request: GET {TIME} {{'User-Agent': 'python-requests/2.26.0'}} None

Response: GET {TIME} 200 {GOT} {{"serverTime":1795824100123}}

Request: POST {URL} {SENT} {SIGNED}

Response: POST {URL} 400 {GOT} {REFUSED}
"""
EARLIER = f"""GET {TIME}
Request: {{'User-Agent': 'python-requests/2.18.4'}} None
GET {TIME}
Response: {GOT} {{"serverTime":1795824100123}}
POST {URL}
Request: {SENT} {SIGNED}
POST {URL}
Response: {GOT} {REFUSED}
"""


@pytest.mark.parametrize("text", [LATER, EARLIER], ids=["1.20", "1.10"])
@pytest.mark.parametrize("end", ["\n", " \r\n"])
def test_each_answer_goes_with_its_request(text: str, end: str) -> None:
    first, second = read_requests(text.replace("\n", end).encode())
    assert (first.request.method, first.request.path, first.request.body) == ("GET", b"/api/v3/time", b"")
    assert second.request.body == SIGNED.encode()
    assert second.request.header(b"X-MBX-APIKEY") == b"k" * 64
    assert second.answer is not None
    assert second.answer.status == 400
    owner = Owner("", HmacKey(Secret(SECRET.encode())))
    diagnosis = explain(second, known_keys(second, (owner,), owner)).diagnosis
    assert diagnosis.signature is SignatureState.VALID
    assert diagnosis.verdict is Verdict.MISTAKEN
    assert diagnosis.findings[0].rule == "filter-lot-size"


def test_an_answer_to_another_place_is_nobodys() -> None:
    first = LATER.partition("Request: POST")[0]
    (seen,) = read_requests(first.replace(f"Response: GET {TIME}", f"Response: GET {URL}").encode())
    assert seen.answer is None


def test_a_log_without_an_answer_is_a_printed_request() -> None:
    (seen,) = read_requests(f"Request: POST {URL} {SENT} {SIGNED}\n".encode())
    assert seen.form == "printed request"
    assert seen.request.body == SIGNED.encode()


@pytest.mark.parametrize("cut", range(100, len(LATER), 37))
def test_a_part_of_it_is_read_or_refused(cut: int) -> None:
    for text in (LATER[:cut], LATER[cut:]):
        with suppress(UnreadableError):
            assert read_requests(text.encode())
