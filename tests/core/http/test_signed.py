"""What leaves with a key, octet for octet, made by hand here with nothing of the signer."""

import hashlib
import hmac

import pytest

from proxy.core.catalogue import Needs
from proxy.core.head import read_head
from proxy.core.http.outgoing import serialise
from proxy.core.http.signed import signed_request
from proxy.core.secret import Secret
from proxy.core.settings import SigningSettings
from proxy.core.signing import HmacKey, prepare
from proxy.core.wire import BodyKind

SECRET = b"testsecret"
HEAD = read_head("GET", b"/sapi/v1/c2c/ads/getAds?page=1", (1, 1), ((b"Cookie", b"x"),))


def sent(needs: Needs, exchange_ms: int | None, key: HmacKey | None) -> bytes:
    signed, headers = signed_request(
        HEAD, prepare(b"page=1", b"", BodyKind.EMPTY, signed=needs is Needs.SIGNED), needs,
        base="https://api.binance.com", api_key="testkey", key=key, exchange_ms=exchange_ms, content_type=None,
        settings=SigningSettings(recv_window_ms=4000),
    )  # fmt: skip
    return serialise(signed, headers)


def whole(query: bytes, key: bytes = b"X-MBX-APIKEY: testkey\r\n") -> bytes:
    return (
        b"GET /sapi/v1/c2c/ads/getAds?%b HTTP/1.1\r\nHost: api.binance.com\r\n%bUser-Agent: binance-signing-proxy\r\n"
        b"Accept: */*\r\nAccept-Encoding: identity\r\nclientType: web\r\n\r\n" % (query, key)
    )


def test_signed_for_the_time_that_is_given() -> None:
    query = b"page=1&recvWindow=4000&timestamp=1780000000000"
    mac = hmac.new(SECRET, query, hashlib.sha256).hexdigest().encode()
    assert sent(Needs.SIGNED, 1_780_000_000_000, HmacKey(Secret(SECRET))) == whole(
        query + b"&signature=" + mac
    )


@pytest.mark.parametrize(("needs", "key"), [(Needs.KEY, b"X-MBX-APIKEY: testkey\r\n"), (Needs.NONE, b"")])
def test_without_a_time_it_goes_as_it_is(needs: Needs, key: bytes) -> None:
    assert sent(needs, None, HmacKey(Secret(SECRET))) == whole(b"page=1", key)
