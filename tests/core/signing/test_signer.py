"""Where the added pairs go, and that signing is a function."""

import hashlib
import hmac

import msgspec
import pytest

from proxy.core.catalogue import Needs
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, finish, prepare, sign
from proxy.core.signing.algorithms import load_private_key
from proxy.core.wire import BodyKind
from tests.core.signing.vectors import rest_vectors

KEY = HmacKey(Secret(b"test-secret"))


def _signature(payload: bytes) -> bytes:
    return hmac.new(b"test-secret", payload, hashlib.sha256).hexdigest().encode()


PLACES = [
    # query, form -> signed query before the signature
    (b"", b"", b"recvWindow=5000&timestamp=9"),
    (b"a=1", b"", b"a=1&recvWindow=5000&timestamp=9"),
    (b"a=1&", b"", b"a=1&recvWindow=5000&timestamp=9"),
    (b"a=1&recvWindow=7&b=2", b"", b"a=1&recvWindow=7&b=2&timestamp=9"),
    (b"", b"a=1", b"recvWindow=5000&timestamp=9"),
    (b"", b"recvWindow=7&a=1", b"timestamp=9"),
    (b"a=1&timestamp=5&signature=x", b"b=2&signature=y", b"a=1&recvWindow=5000&timestamp=9"),
]


@pytest.mark.parametrize(("query", "form", "expected"), PLACES)
def test_added_pairs_end_the_query(query: bytes, form: bytes, expected: bytes) -> None:
    prepared = prepare(query, form, BodyKind.FORM if form else BodyKind.EMPTY, signed=True)
    signed = sign("POST", b"/p", prepared, KEY, timestamp_ms=9, recv_window_ms=5000)
    assert signed.payload == expected + prepared.body
    assert signed.query == expected + b"&signature=" + _signature(signed.payload)
    assert signed.target == b"/p?" + signed.query


def test_json_body_is_sent_but_not_signed() -> None:
    body = b'{"asset":"USDT"}'
    signed = sign(
        "POST",
        b"/p",
        prepare(b"", body, BodyKind.JSON, signed=True),
        KEY,
        timestamp_ms=9,
        recv_window_ms=5000,
    )
    assert signed.body == body
    assert signed.payload == b"recvWindow=5000&timestamp=9"


@pytest.mark.parametrize("name", ["own-ed25519-ascii-query", "own-rsa-non-ascii-symbol"])
def test_base64_signatures_are_percent_encoded_once(name: str) -> None:
    key = next(vector.key for vector in rest_vectors() if vector.name == name)
    for stamp in range(20):  # enough for `+` and `/` to occur
        prepared = prepare(b"", b"", BodyKind.EMPTY, signed=True)
        signed = sign("GET", b"/p", prepared, key, timestamp_ms=stamp, recv_window_ms=5000)
        signature = signed.query.rpartition(b"&signature=")[2]
        assert not set(signature) & set(b"+/=")
        assert b"%25" not in signature
        assert signature.endswith(b"%3D")


def test_signing_the_same_twice_gives_the_same() -> None:
    prepared = prepare(b"a=1", b"", BodyKind.EMPTY, signed=True)
    one, two = (sign("GET", b"/p", prepared, KEY, timestamp_ms=9, recv_window_ms=5) for _ in range(2))
    assert one == two


def test_endpoints_that_are_not_signed_get_nothing_added() -> None:
    request = finish("GET", b"/p", prepare(b"a=1&timestamp=1", b"", BodyKind.EMPTY, signed=False), Needs.KEY)
    assert (request.target, request.payload, request.timestamp_ms) == (b"/p?a=1", b"", None)


def test_a_wrong_passphrase_is_told_without_the_key() -> None:
    from proxy.core.errors import ConfigError

    with pytest.raises(ConfigError, match="cannot be read"):
        load_private_key(
            Secret(b"-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n"), None
        )


def test_what_goes_out_is_told_whole() -> None:
    prepared = prepare(b"a=1", b"b=2", BodyKind.FORM, signed=True)
    signed = sign("PUT", b"/api/v3/order", prepared, KEY, timestamp_ms=1_784_801_696_789, recv_window_ms=6000)
    assert (signed.method, signed.path, signed.body, signed.needs) == (
        "PUT",
        b"/api/v3/order",
        b"b=2",
        Needs.SIGNED,
    )
    assert (signed.timestamp_ms, signed.recv_window_ms) == (1_784_801_696_789, 6000)
    assert signed.payload == b"a=1&recvWindow=6000&timestamp=1784801696789b=2"
    assert signed.query == (
        b"a=1&recvWindow=6000&timestamp=1784801696789&signature=" + _signature(signed.payload)
    )


def test_a_recv_window_of_the_caller_is_not_called_ours() -> None:
    prepared = prepare(b"recvWindow=7", b"", BodyKind.EMPTY, signed=True)
    signed = sign("GET", b"/p", prepared, KEY, timestamp_ms=9, recv_window_ms=5000)
    assert signed.recv_window_ms is None
    assert signed.payload == b"recvWindow=7&timestamp=9"


@pytest.mark.parametrize(
    ("query", "payload"),
    [
        (b"", b"newClientOrderId=x-1&recvWindow=5000&timestamp=9"),
        (b"a=1", b"a=1&newClientOrderId=x-1&recvWindow=5000&timestamp=9"),
        (b"a=1&recvWindow=7", b"a=1&recvWindow=7&newClientOrderId=x-1&timestamp=9"),
    ],
)
def test_an_id_of_ours_stands_before_the_window(query: bytes, payload: bytes) -> None:
    prepared = msgspec.structs.replace(
        prepare(query, b"", BodyKind.EMPTY, signed=True), added=b"newClientOrderId=x-1"
    )
    signed = sign("POST", b"/p", prepared, KEY, timestamp_ms=9, recv_window_ms=5000)
    assert signed.payload == payload
    assert signed.query == payload + b"&signature=" + _signature(payload)


@pytest.mark.parametrize("needs", [Needs.NONE, Needs.KEY])
def test_a_request_that_is_not_signed_is_told_whole(needs: Needs) -> None:
    prepared = prepare(b"", b"b=2", BodyKind.FORM, signed=False)
    done = finish("POST", b"/p", prepared, needs)
    assert (done.method, done.path, done.query, done.body, done.needs) == ("POST", b"/p", b"", b"b=2", needs)
    assert (done.payload, done.timestamp_ms, done.recv_window_ms) == (b"", None, None)
    assert done.target == b"/p"


def test_nobody_touches_a_request_afterwards() -> None:
    prepared = prepare(b"a=1&signature=x", b"", BodyKind.EMPTY, signed=True)
    signed = sign("GET", b"/p", prepared, KEY, timestamp_ms=9, recv_window_ms=5000)
    for value, name in ((prepared, "query"), (prepared.cuts[0], "name"), (signed, "query")):
        with pytest.raises(AttributeError):
            setattr(value, name, b"")
