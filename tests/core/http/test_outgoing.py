"""Headers out and back, from allowlists."""

import pytest

from proxy.core.catalogue import Needs
from proxy.core.head import read_head
from proxy.core.http.outgoing import (
    accept_encoding,
    outgoing_headers,
    outgoing_label,
    returning_lines,
    serialise,
)
from proxy.core.settings import ClientTypeScope
from proxy.core.signing import SignedRequest
from proxy.core.wire import BodyKind


def request(
    path: bytes = b"/api/v3/account", needs: Needs = Needs.SIGNED, body: bytes = b"", method: str = "GET"
) -> SignedRequest:
    return SignedRequest(method, path, b"a=1", body, needs, b"", None, None)


def headers(
    signed: SignedRequest, *sent: tuple[bytes, bytes], scope: ClientTypeScope = "c2c", **more: bytes
) -> dict[bytes, bytes]:
    made = outgoing_headers(
        read_head(signed.method, signed.target, (1, 1), sent),
        signed,
        host="api.binance.com",
        api_key="test-key",
        content_type=more.get("content_type"),
        client_type=scope,
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
def test_client_type(path: bytes, scope: ClientTypeScope, value: bytes | None) -> None:
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
    for charset in (b"utf-8", b'"UTF-8"'):
        label = form + b";charset=" + charset
        assert outgoing_label(BodyKind.FORM, label) == (label, False)
    for charset in (
        b"us-ascii",  # what some read as windows-1252
        b"utf-8; x=1",
        b"utf-8; charset=IBM037",
        b"IBM037",
        b"cp037",
        b"iso-8859-1",
        b"utf-16le",
        b"utf-7",
        b'"x-user"',
    ):  # other letters for the same octets
        assert outgoing_label(BodyKind.FORM, form + b"; charset=" + charset) == (form, True)
    for odd in (b"; x=1; charset=IBM037", b"; charset*=utf-8''IBM037", b";", b"; Charset"):
        assert outgoing_label(BodyKind.FORM, form + odd) == (form, True)
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


def test_what_goes_out_stands_in_this_order() -> None:
    sent = (
        (b"content-type", b"text/plain"), (b"clientType", b"PC"), (b"x-mbx-time-unit", b"MICROSECOND"),
        (b"accept-encoding", b"gzip"), (b"accept", b"a/b"), (b"x-mbx-sbe", b"3:2"),
    )  # fmt: skip
    signed = request(method="POST", body=b"b=22")
    made = outgoing_headers(
        read_head("POST", signed.target, (1, 1), sent),
        signed,
        host="fapi.binance.com",
        api_key="test-key",
        content_type=b"application/json",
        client_type="sapi",
    )
    assert made == (
        (b"Host", b"fapi.binance.com"),
        (b"X-MBX-APIKEY", b"test-key"),
        (b"User-Agent", b"binance-signing-proxy"),
        (b"Accept", b"a/b"),
        (b"Accept-Encoding", b"gzip"),
        (b"X-MBX-SBE", b"3:2"),
        (b"X-MBX-TIME-UNIT", b"MICROSECOND"),
        (b"clientType", b"PC"),
        (b"Content-Type", b"application/json"),
        (b"Content-Length", b"4"),
    )


def test_a_head_that_is_known_gets_the_key_and_host_of_this_request() -> None:
    """Headers are kept with the head that they were made for: never those of another account, host or body."""
    head = read_head("POST", b"/sapi/v1/x", (1, 1), ((b"Host", b"localhost"), (b"X-Case", b"kept")))

    def made(
        path: bytes = b"/sapi/v1/x",
        needs: Needs = Needs.SIGNED,
        host: str = "api.binance.com",
        api_key: str | None = "key-1",
        content_type: bytes | None = None,
        client_type: ClientTypeScope = "c2c",
        body: bytes = b"",
    ) -> dict[bytes, bytes]:
        return dict(
            outgoing_headers(
                head,
                request(path, needs, body, "POST"),
                host=host,
                api_key=api_key,
                content_type=content_type,
                client_type=client_type,
            )
        )

    for _ in range(2):
        assert made()[b"X-MBX-APIKEY"] == b"key-1"
        assert made(api_key="key-2")[b"X-MBX-APIKEY"] == b"key-2"
        assert b"X-MBX-APIKEY" not in made(api_key=None)
        assert b"X-MBX-APIKEY" not in made(needs=Needs.NONE)
        assert made(host="testnet.binance.vision")[b"Host"] == b"testnet.binance.vision"
        assert made()[b"Host"] == b"api.binance.com"
        assert made(content_type=b"a/b")[b"Content-Type"] == b"a/b"
        assert b"Content-Type" not in made()
        assert made(client_type="sapi")[b"clientType"] == b"web"
        assert made(b"/sapi/v1/c2c/x")[b"clientType"] == b"web"
        assert b"clientType" not in made()
        assert [made(body=b"x" * n)[b"Content-Length"] for n in (0, 7, 12)] == [b"0", b"7", b"12"]


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("GET", b"", None),
        ("GET", b"x", b"1"),
        ("PUT", b"", b"0"),
        ("DELETE", b"", b"0"),
        ("DELETE", b"ab", b"2"),
    ],
)
def test_the_length_of_a_body(method: str, body: bytes, length: bytes | None) -> None:
    assert headers(request(method=method, body=body)).get(b"Content-Length") == length


@pytest.mark.parametrize(
    ("path", "scope", "value"),
    [
        (b"/sapi/v1/c2c/", "c2c", b"web"),
        (b"/sapi/v1/c2c", "c2c", None),
        (b"/sapi/v1/c2cx/ads", "c2c", None),
        (b"/x/sapi/v1/c2c/ads", "c2c", None),
        (b"/sapi/v1/c2c/ads/search", "sapi", b"web"),
        (b"/sapix/v1", "sapi", None),
        (b"/x/sapi/", "sapi", None),
        (b"/sapi/v1/account/status", "off", None),
    ],
)
def test_where_a_client_type_is_added(path: bytes, scope: ClientTypeScope, value: bytes | None) -> None:
    assert headers(request(path), scope=scope).get(b"clientType") == value


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ([], b"identity"),
        ([b""], b"identity"),
        ([b"gzip"], b"gzip"),
        ([b"deflate"], b"deflate"),
        ([b"br"], b"br"),
        ([b"zstd"], b"zstd"),
        ([b"identity"], b"identity"),
        ([b"compress"], b"identity"),
        ([b" GZip ; q=0.5 ,, Br"], b"gzip, br"),
        ([b"gzip;q=0.0"], b"identity"),
        ([b"gzip; q=0 "], b"identity"),
        ([b"gzip; q = 0"], b"identity"),
        ([b"gzip;q=0.1"], b"gzip"),
        ([b"gzip;x=1;q=0"], b"gzip"),
        ([b"br, gzip", b"br"], b"br, gzip, br"),
        ([b"gzip, identity"], b"gzip, identity"),
    ],
)
def test_codings_one_by_one(sent: list[bytes], kept: bytes) -> None:
    assert accept_encoding(sent) == kept


FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        (BodyKind.EMPTY, None, (None, False)),
        (BodyKind.EMPTY, FORM, (None, False)),
        (BodyKind.FORM, None, (FORM, True)),
        (BodyKind.FORM, FORM, (FORM, False)),
        (
            BodyKind.FORM,
            b" " + FORM.upper() + b"; charset=utf-8 ",
            (FORM.upper() + b"; charset=utf-8", False),
        ),
        (BodyKind.FORM, JSON, (FORM, True)),
        (BodyKind.FORM, b"", (FORM, True)),
        (BodyKind.JSON, None, (JSON, True)),
        (BodyKind.JSON, JSON + b";charset=utf-8", (JSON + b";charset=utf-8", False)),
        (BodyKind.JSON, b"application/json-seq", (JSON, True)),
        (BodyKind.OTHER, None, (FORM, True)),
    ],
)
def test_labels_one_by_one(kind: BodyKind, label: bytes | None, expected: tuple[bytes | None, bool]) -> None:
    assert outgoing_label(kind, label) == expected


def test_a_request_on_the_wire_octet_for_octet() -> None:
    signed = SignedRequest("PUT", b"/p", b"a=1&b=%20", b"c=3", Needs.SIGNED, b"", None, None)
    assert serialise(signed, ((b"Host", b"h"), (b"Content-Length", b"3"))) == (
        b"PUT /p?a=1&b=%20 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nc=3"
    )
    bare = SignedRequest("GET", b"/p", b"", b"", Needs.NONE, b"", None, None)
    assert serialise(bare, ((b"Host", b"h"),)) == b"GET /p HTTP/1.1\r\nHost: h\r\n\r\n"


COMES_BACK = (
    b"content-type", b"Content-Encoding", b"DATE", b"Retry-After", b"X-MBX-USED-WEIGHT-1M", b"x-mbx-order-count-10s",
    b"X-SAPI-Used-UID-Weight-1M", b"x-response-time", b"x-amz-cf-id", b"X-Amz-Cf-Pop", b"X-Cache", b"x-request-id",
    b"x-trace-id", b"CF-RAY",
)  # fmt: skip
STAYS_HERE = (
    b"content-length", b"content-type2", b"xcontent-type", b"x-mbx-", b"x-mbx", b"x-sapi-", b"x-mbx-a_b", b"x-amz-cf-ids",
    b"set-cookie", b"location", b"transfer-encoding", b"connection", b"age", b"x-request-id-2", b"", b"dates",
)  # fmt: skip


@pytest.mark.parametrize("name", COMES_BACK)
def test_headers_that_come_back(name: bytes) -> None:
    assert returning_lines(((name, b"a: b"),)) == name + b": a: b\r\n"


@pytest.mark.parametrize("name", STAYS_HERE)
def test_headers_that_do_not(name: bytes) -> None:
    assert returning_lines(((name, b"a"),)) == b""
