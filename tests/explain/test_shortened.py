"""Lines that were wrapped are put together; dots in the place of a stretch leave it open."""

import hashlib
import hmac

import pytest

from proxy.core.findings import SignatureState, Strength
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey
from proxy.explain.found_request import Part
from proxy.explain.observation import known_keys
from proxy.explain.reading import read_requests
from proxy.explain.shortened import SHORTENED, WRAPPED
from proxy.explain.verdict import Explained, explain
from tests.explain.pastes import Owner

SECRET = "wrappedtestsecret" + "s" * 47
QUERY = "symbol=BTCUSDT&timestamp=1795824100137"
SIGNATURE = hmac.new(SECRET.encode(), QUERY.encode(), hashlib.sha256).hexdigest()
URL = f"https://api.binance.com/api/v3/openOrders?{QUERY}&signature={SIGNATURE}"


def told(text: str) -> Explained:
    owner = Owner("", HmacKey(Secret(SECRET.encode())))
    (seen,) = read_requests(text.encode())
    return explain(seen, known_keys(seen, (owner,), owner))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n    "])
@pytest.mark.parametrize("at", [60, 85, 100, 120])
def test_a_url_that_was_wrapped_is_right(end: str, at: int) -> None:
    found = told(f"curl '{URL[:at]}{end}{URL[at:]}' -H 'X-MBX-APIKEY: {'k' * 64}'")
    assert found.diagnosis.signature is SignatureState.VALID
    assert WRAPPED in found.seen.remarks


def test_a_form_that_was_wrapped_is_right() -> None:
    form = f"{QUERY}&signature={SIGNATURE}"
    url = "https://api.binance.com/api/v3/order/test"
    found = told(f"curl -H 'X-MBX-APIKEY: {'k' * 64}' -d '{form[:20]}\n{form[20:]}' {url}")
    assert found.diagnosis.signature is SignatureState.VALID


@pytest.mark.parametrize("dots", ["...", "…", "[truncated]"])
def test_what_dots_stand_for_is_open(dots: str) -> None:
    found = told(f"curl '{URL[:70]}{dots}{URL[90:]}' -H 'X-MBX-APIKEY: {'k' * 64}'")
    assert {Part.PARAMETERS, Part.SIGNATURE} <= found.seen.unseen
    assert SHORTENED in found.seen.remarks
    assert [one for one in found.diagnosis.findings if one.strength is Strength.PROVEN] == []


def test_a_json_body_keeps_its_lines() -> None:
    body = '{\n  "note": "a...b"\n}'
    (seen,) = read_requests(
        f"POST /sapi/v1/c2c/ads/search HTTP/1.1\nHost: api.binance.com\n\n{body}".encode()
    )
    assert (seen.request.body, seen.remarks) == (body.encode(), ())
