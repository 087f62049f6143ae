"""Headers out and back, from allowlists."""

import pytest

from proxy.core.catalogue import Needs
from proxy.core.guard import read_head
from proxy.core.outgoing import (
    accept_encoding,
    outgoing_headers,
    outgoing_label,
    returning_lines,
    serialise,
)
from proxy.core.signing import SignedRequest
from proxy.core.wire import BodyKind


def request(
    path: bytes = b"/api/v3/account", needs: Needs = Needs.SIGNED, body: bytes = b"", method: str = "GET"
) -> SignedRequest:
    return SignedRequest(method, path, b"a=1", body, needs, b"", None, None)


def headers(
    signed: SignedRequest, *sent: tuple[bytes, bytes], scope: str = "c2c", **more: bytes
) -> dict[bytes, bytes]:
    made = outgoing_headers(
        read_head(signed.method, signed.target, (1, 1), sent),
        signed,
        host="api.binance.com",
        api_key="test-key",
        content_type=more.get("content_type"),
        client_type=scope,  # type: ignore[arg-type]  # a plain string is enough here
    )
    assert len({name.lower() for name, _ in made}) == len(made)
    return dict(made)


def test_only_the_listed_headers_go_out() -> None:
    sent = [
        (b"Host", b"localhost"), (b"Authorization", b"x"), (b"Cookie", b"x"), (b"X-MBX-APIKEY", b"client"),
        (b"x-mbx-apikey", b"client2"), (b"Via", b"x"), (b"TE", b"x"), (b"Connection", b"close, Host"),
        (b"X-Gateway-Account", b"x"), (b"X-Custom", b"x"), (b"User-Agent", b"me"), (b"Referer", b"x"),
    ]  # fmt: skip
    assert headers(request(), *sent) == {
        b"Host": b"api.binance.com",
        b"X-MBX-APIKEY": b"test-key",
        b"User-Agent": b"binance-signing-proxy",
        b"Accept": b"*/*",
        b"Accept-Encoding": b"identity",
    }


def test_public_endpoints_get_no_key() -> None:
    assert b"X-MBX-APIKEY" not in headers(request(needs=Needs.NONE))
    assert headers(request(needs=Needs.KEY))[b"X-MBX-APIKEY"] == b"test-key"


def test_what_passes() -> None:
    made = headers(
        request(), (b"x-mbx-time-unit", b"MICROSECOND"), (b"X-MBX-SBE", b"3:2"), (b"Accept", b"a/b")
    )
    assert (made[b"X-MBX-TIME-UNIT"], made[b"X-MBX-SBE"], made[b"Accept"]) == (b"MICROSECOND", b"3:2", b"a/b")


CLIENT_TYPES = [
    (b"/sapi/v1/c2c/ads/search", "c2c", b"web"),
    (b"/sapi/v1/account/status", "c2c", None),
    (b"/sapi/v1/account/status", "sapi", b"web"),
    (b"/api/v3/account", "sapi", None),
    (b"/sapi/v1/c2c/ads/search", "off", None),
]


@pytest.mark.parametrize(("path", "scope", "value"), CLIENT_TYPES)
def test_client_type(path: bytes, scope: str, value: bytes | None) -> None:
    assert headers(request(path), scope=scope).get(b"clientType") == value
    assert headers(request(path), (b"ClientType", b"PC"), scope=scope)[b"clientType"] == b"PC"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (None, b"identity"),
        ([b"gzip, deflate, br"], b"gzip, deflate, br"),
        ([b"GZIP;q=1.0, compress, *;q=0"], b"gzip"),
        ([b"gzip;q=0, br"], b"br"),
        ([b"gzip", b"zstd"], b"gzip, zstd"),
        ([b"*"], b"identity"),
    ],
)
def test_accept_encoding(sent: list[bytes] | None, kept: bytes) -> None:
    assert accept_encoding(sent) == kept


def test_labels_are_set_to_match() -> None:
    form = b"application/x-www-form-urlencoded"
    assert outgoing_label(BodyKind.EMPTY, b"application/json") == (None, False)
    assert outgoing_label(BodyKind.FORM, form + b"; charset=utf-8") == (form + b"; charset=utf-8", False)
    assert outgoing_label(BodyKind.FORM, b"text/plain") == (form, True)
    assert outgoing_label(BodyKind.JSON, form) == (b"application/json", True)


def test_on_the_wire() -> None:
    signed = request(method="POST", body=b"b=2")
    made = tuple(headers(signed, content_type=b"application/x-www-form-urlencoded").items())
    octets = serialise(signed, made)
    assert octets.startswith(b"POST /api/v3/account?a=1 HTTP/1.1\r\nHost: api.binance.com\r\n")
    assert octets.endswith(b"Content-Length: 3\r\n\r\nb=2")


def test_an_empty_post_says_so_and_a_get_says_nothing() -> None:
    assert headers(request(method="POST"))[b"Content-Length"] == b"0"
    assert b"Content-Length" not in headers(request())


def test_what_comes_back() -> None:
    came = tuple(
        (name, b"v")
        for name in (
            b"Content-Type", b"Content-Encoding", b"Content-Length", b"Date", b"Retry-After", b"x-mbx-used-weight-1m",
            b"X-SAPI-USED-IP-WEIGHT-1M", b"Set-Cookie", b"Location", b"Access-Control-Allow-Origin", b"Alt-Svc",
            b"Strict-Transport-Security", b"Server", b"Transfer-Encoding", b"Connection", b"x-mbx-uuid",
        )
    )  # fmt: skip
    assert [line.partition(": ")[0] for line in returning_lines(came).decode().splitlines()] == [
        "Content-Type", "Content-Encoding", "Date", "Retry-After", "x-mbx-used-weight-1m",
        "X-SAPI-USED-IP-WEIGHT-1M", "x-mbx-uuid",
    ]  # fmt: skip
