"""The second look at a signature: right ones of each kind, wrong ones, none."""

import hashlib
import hmac
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from proxy.core.probes import Recomputed
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, KeyType, PrivateKey, SigningKey
from proxy.probing.recomputed import recomputed

KEY = HmacKey(Secret(b"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"))
"""The secret, query and signature of the example in binance-spot-api-docs, rest-api.md."""
QUERY = b"symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
SIGNATURE = b"c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


def request(query: bytes, body: bytes = b"", fields: bytes = b"") -> bytes:
    return b"POST /api/v3/order?" + query + b" HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n" + body


def test_the_published_example_is_right_in_either_case_of_letters() -> None:
    assert recomputed(request(QUERY + b"&signature=" + SIGNATURE), KEY) is Recomputed.RIGHT
    assert recomputed(request(QUERY + b"&signature=" + SIGNATURE.upper()), KEY) is Recomputed.RIGHT


@pytest.mark.parametrize(
    "query",
    [
        QUERY + b"&signature=" + b"0" * 64,
        QUERY.replace(b"0.1", b"0.2") + b"&signature=" + SIGNATURE,
        QUERY + b"&signature=",
    ],
)
def test_another_one_is_wrong(query: bytes) -> None:
    assert recomputed(request(query), KEY) is Recomputed.WRONG


@pytest.mark.parametrize(
    "query", [QUERY, b"signature=" + SIGNATURE, QUERY + b"&signature=" + SIGNATURE + b"&a=1"]
)
def test_without_one_at_the_end_nothing_is_said(query: bytes) -> None:
    assert recomputed(request(query), KEY) is Recomputed.UNCHECKED


class Foreign:
    """A key in a device, say: it signs, and nobody here can make the signature again."""

    key_type = KeyType.HMAC

    def sign(self, payload: bytes) -> str:
        return payload.hex()

    def verify(self, payload: bytes, signature: str) -> bool:
        return True


def test_of_a_key_of_another_kind_nothing_is_said() -> None:
    assert recomputed(request(QUERY + b"&signature=" + SIGNATURE), Foreign()) is Recomputed.UNCHECKED


def test_a_form_is_signed_and_a_json_body_is_not() -> None:
    def signed(payload: bytes) -> bytes:
        return hmac.new(KEY.secret.reveal(), payload, hashlib.sha256).hexdigest().encode()

    over_both = b"timestamp=1&signature=" + signed(b"timestamp=1" + b"a=1")
    over_query = b"timestamp=1&signature=" + signed(b"timestamp=1")
    assert recomputed(request(over_both, b"a=1", FORM), KEY) is Recomputed.RIGHT
    assert recomputed(request(over_query, b"a=1", FORM), KEY) is Recomputed.WRONG
    assert (
        recomputed(request(over_query, b"{}", b"Content-Type: application/json\r\n"), KEY) is Recomputed.RIGHT
    )


@pytest.mark.parametrize(
    "key",
    [
        PrivateKey(ed25519.Ed25519PrivateKey.generate()),
        PrivateKey(rsa.generate_private_key(public_exponent=65537, key_size=2048)),
    ],
    ids=["ed25519", "rsa"],
)
def test_pairs_of_keys(key: SigningKey) -> None:
    signature = quote(key.sign(QUERY), safe="").encode()
    assert recomputed(request(QUERY + b"&signature=" + signature), key) is Recomputed.RIGHT
    assert recomputed(request(b"a=1&" + QUERY + b"&signature=" + signature), key) is Recomputed.WRONG
    assert recomputed(request(QUERY + b"&signature=%FF%00"), key) is Recomputed.WRONG
