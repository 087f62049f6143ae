"""Who is let in. A table of heads; the right ones guard against over-blocking."""

import pytest

from proxy.core.guard import Door, admit, forwarded_write, read_head
from proxy.core.guard.door import admit_admin

DOOR = Door.opened(
    extra_hosts=("gateway",), origins=("http://app.test:3000",), token=None, forwarded_writes=False
)
GUARDED = Door.opened(extra_hosts=(), origins=(), token=b"test-token", forwarded_writes=False)

type Headers = list[tuple[bytes, bytes]]
LOCAL: Headers = [(b"Host", b"127.0.0.1:8180")]


def verdict(
    door: Door, method: str, target: bytes, headers: Headers, version: tuple[int, int] = (1, 1)
) -> str | None:
    refusal = admit(read_head(method, target, version, tuple(headers)), door)
    return refusal.token if refusal else None


HOSTS = [
    (b"localhost", None),
    (b"LOCALHOST:8180", None),
    (b"127.0.0.1", None),
    (b"[::1]:8180", None),
    (b"localhost:9999", None),  # a published container port differs from the inner one
    (b"gateway:8180", None),
    (b"rebind.test:8180", "host_not_allowed"),
    (b"127.0.0.1.evil.test", "host_not_allowed"),
    (b"127.evil.test", "host_not_allowed"),
    (b"localhost.evil.test", "host_not_allowed"),
    (b"evillocalhost", "host_not_allowed"),
    (b"localhost@evil.test", "host_not_allowed"),
    (b"localhost, evil.test", "host_not_allowed"),
    (b"0.0.0.0:8180", "host_not_allowed"),
    (b"[::ffff:127.0.0.1]", "host_not_allowed"),
    (b"localhost:", "host_not_allowed"),
    (b"localhost:8180:1", "host_not_allowed"),
    (b"localhost.", "host_not_allowed"),
    (b"api.binance.com", "host_not_allowed"),
    (b"", "host_not_allowed"),
]


@pytest.mark.parametrize(("host", "token"), HOSTS)
def test_host(host: bytes, token: str | None) -> None:
    assert verdict(DOOR, "GET", b"/api/v3/account", [(b"Host", host)]) == token


def test_no_host_and_two_hosts() -> None:
    assert verdict(DOOR, "GET", b"/api/v3/account", []) == "host_not_allowed"
    assert verdict(DOOR, "GET", b"/api/v3/account", [*LOCAL, *LOCAL]) == "host_not_allowed"


BROWSERS = [
    ("GET", [(b"Origin", b"http://evil.test")], "origin_not_allowed"),
    ("GET", [(b"Origin", b"null")], "origin_not_allowed"),
    ("GET", [(b"Origin", b"")], "origin_not_allowed"),
    ("GET", [(b"Origin", b"*")], "origin_not_allowed"),
    ("GET", [(b"Origin", b"http://127.0.0.1:8180")], "origin_not_allowed"),
    ("POST", [(b"Origin", b"http://app.test:3000")], None),
    ("POST", [(b"Origin", b"http://app.test:3000"), (b"Sec-Fetch-Site", b"cross-site")], None),
    ("GET", [(b"Sec-Fetch-Site", b"cross-site")], "cross_site_refused"),
    ("GET", [(b"Sec-Fetch-Site", b"same-site")], "cross_site_refused"),
    ("GET", [(b"Sec-Fetch-Site", b"same-origin")], "cross_site_refused"),
    ("GET", [(b"Sec-Fetch-Site", b"none")], None),
    ("POST", [(b"Sec-Fetch-Site", b"none")], "cross_site_refused"),
    ("GET", [(b"Sec-Fetch-Mode", b"cors"), (b"User-Agent", b"node")], None),
    ("OPTIONS", [(b"Origin", b"http://evil.test")], "origin_not_allowed"),
]


@pytest.mark.parametrize(("method", "headers", "token"), BROWSERS)
def test_browsers(method: str, headers: Headers, token: str | None) -> None:
    assert verdict(DOOR, method, b"/api/v3/account", LOCAL + headers) == token


TARGETS = [
    (b"/api/v3/account", None),
    (b"/api/v3/account?x=%2e%2e#y", None),
    (b"http://evil.test/api/v3/account", "absolute_form_refused"),
    (b"@evil.test/", "absolute_form_refused"),
    (b".evil.test/", "absolute_form_refused"),
    (b"//evil.test/api", "path_not_canonical"),
    (b"/api//v3/account", "path_not_canonical"),
    (b"/api/v3/account/", "path_not_canonical"),
    (b"/api/v3/../v3/account", "path_not_canonical"),
    (b"/api/v3/%61ccount", "path_not_canonical"),
    (b"/api/v3/account%00", "path_not_canonical"),
    (b"/api/v3/account;x=1", "path_not_canonical"),
    (b"/api\\v3\\account", "path_not_canonical"),
    (b"/api/v3/account#/x", "path_not_canonical"),
    (b"/api", "path_not_canonical"),
    (b"/", "path_not_canonical"),
]


@pytest.mark.parametrize(("target", "token"), TARGETS)
def test_targets(target: bytes, token: str | None) -> None:
    assert verdict(DOOR, "GET", target, LOCAL) == token


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get"])
def test_methods(method: str) -> None:
    assert verdict(DOOR, method, b"/api/v3/account", LOCAL) == "method_not_allowed"


OTHERS = [
    ("POST", [(b"Expect", b"100-Continue")], None),
    ("POST", [(b"Expect", b"100-continue, x")], "expectation_failed"),
    ("GET", [(b"Expect", b"'; drop")], "expectation_failed"),
    ("GET", [(b"Upgrade", b"h2c")], None),
    ("GET", [(b"Upgrade", b"websocket")], "upgrade_refused"),
    ("POST", [(b"Transfer-Encoding", b"chunked")], None),
    ("POST", [(b"Transfer-Encoding", b"gzip, chunked")], "bad_framing"),
    ("POST", [(b"Transfer-Encoding", b"\x0bchunked")], "bad_framing"),
    ("POST", [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"3")], "bad_framing"),
    ("GET", [(b"X%d" % n, b"a") for n in range(64)], "headers_too_large"),
    ("GET", [(b"X%d" % n, b"a" * 8000) for n in range(5)], "headers_too_large"),
]


@pytest.mark.parametrize(("method", "headers", "token"), OTHERS)
def test_others(method: str, headers: Headers, token: str | None) -> None:
    assert verdict(DOOR, method, b"/api/v3/account", LOCAL + headers) == token


def test_chunked_in_http_1_0_is_refused() -> None:
    headers = [*LOCAL, (b"Transfer-Encoding", b"chunked")]
    assert verdict(DOOR, "POST", b"/api/v3/order", headers, (1, 0)) == "bad_framing"


@pytest.mark.parametrize(
    ("values", "token"),
    [
        ([], "token_required"),
        ([b"wrong"], "token_required"),
        ([b"test-token"], None),
        ([b"test-token"] * 2, "token_required"),
    ],
)
def test_token(values: list[bytes], token: str | None) -> None:
    headers = LOCAL + [(b"X-Gateway-Token", value) for value in values]
    assert verdict(GUARDED, "GET", b"/api/v3/account", headers) == token


def test_the_order_of_checks_is_the_documented_one() -> None:
    """An input with every fault is answered by the first check of the list."""
    everything: Headers = [(b"Host", b"evil"), (b"Origin", b"null"), (b"Sec-Fetch-Site", b"cross-site")]
    assert verdict(DOOR, "HEAD", b"http://x/", everything) == "absolute_form_refused"
    assert verdict(DOOR, "HEAD", b"/..", everything) == "host_not_allowed"
    assert verdict(DOOR, "HEAD", b"/..", LOCAL + everything[1:]) == "origin_not_allowed"
    assert verdict(DOOR, "HEAD", b"/..", LOCAL + everything[2:]) == "cross_site_refused"
    assert verdict(DOOR, "HEAD", b"/..", LOCAL) == "method_not_allowed"


def test_refusals_echo_nothing() -> None:
    canary = b"CANARY0123456789"
    for target, headers in [
        (b"/" + canary, LOCAL),
        (b"/api/v3/x?" + canary, [(b"Host", canary)]),
        (b"/api/v3/x", [*LOCAL, (b"Origin", canary)]),
    ]:
        refusal = admit(read_head("GET", target, (1, 1), tuple(headers)), DOOR)
        assert refusal is not None
        assert canary.decode() not in repr(refusal)


def test_admin_port_answers_programs_only() -> None:
    def ask(method: str, headers: Headers) -> str | None:
        refusal = admit_admin(read_head(method, b"/livez", (1, 1), tuple(headers)), DOOR)
        return refusal.token if refusal else None

    assert ask("GET", LOCAL) is None
    assert ask("POST", LOCAL) is None  # what it may do there is decided by the admin token
    assert ask("PUT", LOCAL) == "method_not_allowed"
    assert ask("POST", [*LOCAL, (b"Sec-Fetch-Site", b"none")]) == "cross_site_refused"
    assert ask("GET", [(b"Host", b"evil.test")]) == "host_not_allowed"
    assert ask("GET", [*LOCAL, (b"Origin", b"http://evil.test")]) == "origin_not_allowed"


FORWARDED = [
    (b"Via", True, True),
    (b"Forwarded", True, True),
    (b"X-Forwarded-For", True, True),
    (b"X-Forwarded-Anything", True, True),
    (b"X-Forwarded-For", False, False),  # a read, whatever its verb
    (b"X-Forwarder", True, False),
    (b"Accept", True, False),
]


@pytest.mark.parametrize(("name", "mutates", "refused"), FORWARDED)
def test_a_write_through_another_proxy_needs_a_token_or_a_switch(
    name: bytes, mutates: bool, refused: bool
) -> None:
    head = read_head("POST", b"/api/v3/order", (1, 1), (*LOCAL, (name, b"x")))
    refusal = forwarded_write(head, DOOR, mutates=mutates)
    assert (refusal is not None) == refused
    switched = Door.opened(extra_hosts=(), origins=(), token=None, forwarded_writes=True)
    assert forwarded_write(head, GUARDED, mutates=mutates) is None
    assert forwarded_write(head, switched, mutates=mutates) is None


@pytest.mark.parametrize("version", [(0, 9), (1, 2), (2, 0), (9, 9)])
def test_other_versions_of_http_are_refused(version: tuple[int, int]) -> None:
    assert verdict(DOOR, "GET", b"/api/v3/account", LOCAL, version) == "bad_request"
