"""Who is let in. A table of heads; the right ones guard against over-blocking."""

import json
from pathlib import Path

import pytest

from proxy.core.guard import IngressPolicy, check_head, passed_on
from proxy.core.guard.ingress import check_admin_head, check_page_head
from proxy.core.guard.passed_on import was_passed_on
from proxy.core.head import head_of, read_fields, read_head

POLICY = IngressPolicy.build(extra_hosts=("gateway",), origins=("http://app.test:3000",), token=None)
GUARDED = IngressPolicy.build(extra_hosts=(), origins=(), token=b"test-token")

type Headers = list[tuple[bytes, bytes]]
LOCAL: Headers = [(b"Host", b"127.0.0.1:8180")]


def verdict(
    policy: IngressPolicy, method: str, target: bytes, headers: Headers, version: tuple[int, int] = (1, 1)
) -> str | None:
    refusal = check_head(read_head(method, target, version, tuple(headers)), policy)
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
    assert verdict(POLICY, "GET", b"/api/v3/account", [(b"Host", host)]) == token


def test_no_host_and_two_hosts() -> None:
    assert verdict(POLICY, "GET", b"/api/v3/account", []) == "host_not_allowed"
    assert verdict(POLICY, "GET", b"/api/v3/account", [*LOCAL, *LOCAL]) == "host_not_allowed"


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
    assert verdict(POLICY, method, b"/api/v3/account", LOCAL + headers) == token


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
    assert verdict(POLICY, "GET", target, LOCAL) == token


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get"])
def test_methods(method: str) -> None:
    assert verdict(POLICY, method, b"/api/v3/account", LOCAL) == "method_not_allowed"


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
    assert verdict(POLICY, method, b"/api/v3/account", LOCAL + headers) == token


def test_chunked_in_http_1_0_is_refused() -> None:
    headers = [*LOCAL, (b"Transfer-Encoding", b"chunked")]
    assert verdict(POLICY, "POST", b"/api/v3/order", headers, (1, 0)) == "bad_framing"


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
    assert verdict(POLICY, "HEAD", b"http://x/", everything) == "absolute_form_refused"
    assert verdict(POLICY, "HEAD", b"/..", everything) == "host_not_allowed"
    assert verdict(POLICY, "HEAD", b"/..", LOCAL + everything[1:]) == "origin_not_allowed"
    assert verdict(POLICY, "HEAD", b"/..", LOCAL + everything[2:]) == "cross_site_refused"
    assert verdict(POLICY, "HEAD", b"/..", LOCAL) == "method_not_allowed"


def test_refusals_echo_nothing() -> None:
    canary = b"CANARY0123456789"
    for target, headers in [
        (b"/" + canary, LOCAL),
        (b"/api/v3/x?" + canary, [(b"Host", canary)]),
        (b"/api/v3/x", [*LOCAL, (b"Origin", canary)]),
    ]:
        refusal = check_head(read_head("GET", target, (1, 1), tuple(headers)), POLICY)
        assert refusal is not None
        assert canary.decode() not in repr(refusal)


def test_admin_port_answers_programs_only() -> None:
    def ask(method: str, headers: Headers) -> str | None:
        refusal = check_admin_head(read_head(method, b"/livez", (1, 1), tuple(headers)), POLICY)
        return refusal.token if refusal else None

    assert ask("GET", LOCAL) is None
    assert ask("POST", LOCAL) is None  # what it may do there is decided by the admin token
    assert ask("PUT", LOCAL) == "method_not_allowed"
    assert ask("POST", [*LOCAL, (b"Sec-Fetch-Site", b"none")]) == "cross_site_refused"
    assert ask("GET", [(b"Host", b"evil.test")]) == "host_not_allowed"
    assert ask("GET", [*LOCAL, (b"Origin", b"http://evil.test")]) == "origin_not_allowed"


PASSED_ON = [
    (b"Via", True),
    (b"Forwarded", True),
    (b"X-Forwarded-For", True),
    (b"x-forwarded-proto", True),
    (b"X-Real-IP", True),
    (b"CF-Connecting-IP", True),
    (b"Cf-Ray", True),
    (b"True-Client-IP", True),
    (b"Ngrok-Skip-Browser-Warning", True),
    (b"Tailscale-User-Login", True),
    (b"Fly-Client-IP", True),
    (b"CDN-Loop", True),
    (b"X-Envoy-External-Address", True),
    (b"X-Forwarded", True),
    (b"Proxy-Connection", False),  # curl says it to every proxy it is told of
    (b"Postman-Token", False),
    (b"traceparent", False),
]


@pytest.mark.parametrize(("name", "refused"), PASSED_ON)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whoever_comes_through_a_proxy_needs_a_token_or_a_switch(
    method: str, name: bytes, refused: bool
) -> None:
    passed = [*LOCAL, (name, b"x")]
    assert verdict(POLICY, method, b"/api/v3/order", passed) == ("proxied_refused" if refused else None)
    switched = IngressPolicy.build(extra_hosts=(), origins=(), token=None, forwarded=True)
    assert verdict(switched, method, b"/api/v3/order", passed) is None
    assert verdict(GUARDED, method, b"/api/v3/order", passed) == "token_required"
    with_token = [*passed, (b"X-Gateway-Token", b"test-token")]
    assert verdict(GUARDED, method, b"/api/v3/order", with_token) is None


def test_where_virtual_keys_are_asked_for_they_tell_who_came_through_a_proxy() -> None:
    keyed = IngressPolicy.build(extra_hosts=(), origins=(), token=None, keys_required=True)
    head = read_head("GET", b"/api/v3/account", (1, 1), (*LOCAL, (b"Via", b"x")))
    assert check_head(head, keyed) is None
    assert passed_on(head, keyed) is not None


def test_no_real_client_looks_passed_on() -> None:
    """The heads that client libraries and tools really sent, without a proxy."""
    captures = Path(__file__).parents[2] / "data" / "captures.jsonl"
    names = {
        name.lower().encode("latin-1")
        for line in captures.read_text().splitlines()
        for name, _ in json.loads(line).get("headers") or ()
    }
    assert len(names) > 15
    assert not was_passed_on(read_fields(tuple((name, b"x") for name in names)))


@pytest.mark.parametrize("version", [(0, 9), (1, 2), (2, 0), (9, 9)])
def test_other_versions_of_http_are_refused(version: tuple[int, int]) -> None:
    assert verdict(POLICY, "GET", b"/api/v3/account", LOCAL, version) == "bad_request"


def test_both_lines_of_a_doubled_origin_must_be_allowed() -> None:
    ours, evil = (b"Origin", b"http://app.test:3000"), (b"Origin", b"http://evil.test")
    for headers in ([ours, evil], [evil, ours], [ours, ours]):
        assert verdict(POLICY, "GET", b"/api/v3/account", LOCAL + headers) == "origin_not_allowed"


def test_an_allowed_origin_is_compared_exactly() -> None:
    for origin in (
        b"http://app.test",
        b"http://app.test:30000",
        b"HTTP://app.test:3000",
        b" http://app.test:3000",
    ):
        assert (
            verdict(POLICY, "GET", b"/api/v3/account", [*LOCAL, (b"Origin", origin)]) == "origin_not_allowed"
        )
    assert verdict(GUARDED, "GET", b"/api/v3/account", [*LOCAL, (b"Origin", b"http://app.test:3000")]) == (
        "origin_not_allowed"
    )


@pytest.mark.parametrize("again", [1, 2], ids=["first", "known"])
def test_a_head_that_one_policy_let_in_is_checked_again_at_another(again: int) -> None:
    """Heads are remembered, and so is the policy that let one in: it must be this very policy."""
    own: Headers = [(b"X-Case", b"policies %d" % again)]
    container: Headers = [(b"Host", b"gateway:8180"), *own]
    page: Headers = [*LOCAL, *own, (b"Origin", b"http://app.test:3000")]
    for _ in range(again):
        assert verdict(POLICY, "GET", b"/api/v3/account", [*LOCAL, *own]) is None
        assert verdict(POLICY, "GET", b"/api/v3/account", container) is None
        assert verdict(POLICY, "GET", b"/api/v3/account", page) is None
    plain = IngressPolicy.build(extra_hosts=(), origins=(), token=None)
    assert verdict(GUARDED, "GET", b"/api/v3/account", [*LOCAL, *own]) == "token_required"
    assert verdict(plain, "GET", b"/api/v3/account", container) == "host_not_allowed"
    assert verdict(plain, "GET", b"/api/v3/account", page) == "origin_not_allowed"
    assert verdict(POLICY, "GET", b"/api/v3/account", [*LOCAL, *own]) is None


def test_a_known_head_is_asked_again_with_another_method_version_or_target() -> None:
    headers: Headers = [*LOCAL, (b"X-Case", b"known"), (b"Transfer-Encoding", b"chunked")]
    for _ in range(2):
        assert verdict(POLICY, "POST", b"/api/v3/order", headers) is None
        assert verdict(POLICY, "PATCH", b"/api/v3/order", headers) == "method_not_allowed"
        assert verdict(POLICY, "POST", b"/api/v3/order", headers, (1, 0)) == "bad_framing"
        assert verdict(POLICY, "POST", b"/api/v3/order", headers, (2, 0)) == "bad_request"
        assert verdict(POLICY, "POST", b"/api/../order", headers) == "path_not_canonical"
        assert verdict(POLICY, "POST", b"http://x/api/v3/order", headers) == "absolute_form_refused"


def test_a_token_that_is_renewed_shuts_out_the_old_one() -> None:
    """The head is known, its token was right: at the new policy it is not."""
    headers: Headers = [*LOCAL, (b"X-Gateway-Token", b"test-token")]
    renewed = IngressPolicy.build(extra_hosts=(), origins=(), token=b"another-token")
    assert verdict(GUARDED, "GET", b"/api/v3/account", headers) is None
    assert verdict(renewed, "GET", b"/api/v3/account", headers) == "token_required"


@pytest.mark.parametrize(("target", "token"), TARGETS)
def test_targets_of_a_head_that_is_met_for_the_first_time(target: bytes, token: str | None) -> None:
    for _ in range(2):
        assert verdict(POLICY, "GET", target, [*LOCAL, (b"X-Case", b"target " + target)]) == token


def test_an_empty_token_is_none() -> None:
    policy = IngressPolicy.build(extra_hosts=(), origins=(), token=b"")
    assert verdict(policy, "GET", b"/api/v3/account", LOCAL) is None


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_the_methods_of_binance_come_in(method: str) -> None:
    assert verdict(POLICY, method, b"/api/v3/order", LOCAL) is None


SIZES = [
    # headers beside the Host line, which has 4 + 14 octets and counts 4 for its colon, blank and line end
    ([(b"X%d" % n, b"a") for n in range(63)], None),
    ([(b"X%d" % n, b"a") for n in range(64)], "headers_too_large"),
    ([(b"X", b"a")] * 63, None),
    ([(b"X", b"a")] * 64, "headers_too_large"),
    ([(b"X", b"a" * (32_768 - 22 - 5))], None),
    ([(b"X", b"a" * (32_768 - 22 - 4))], "headers_too_large"),
    ([(b"X" * (32_768 - 22 - 5), b"a")], None),
    ([(b"X", b"a" * 16_368)] * 2, None),  # 22 + 2 * 16_373 are 32_768
    ([(b"X", b"a" * 16_368), (b"X", b"a" * 16_369)], "headers_too_large"),
]


@pytest.mark.parametrize(("headers", "token"), SIZES)
def test_64_lines_and_32_kib_are_taken(headers: Headers, token: str | None) -> None:
    assert verdict(POLICY, "GET", b"/api/v3/account", LOCAL + headers) == token


MORE = [
    # version, headers
    ((1, 0), [], None),
    ((1, 1), [(b"Transfer-Encoding", b" CHUNKED\t")], None),
    ((1, 1), [(b"Transfer-Encoding", b"chunked"), (b"Transfer-Encoding", b"chunked")], "bad_framing"),
    ((1, 1), [(b"Transfer-Encoding", b"chunked"), (b"Transfer-Encoding", b"gzip")], "bad_framing"),
    ((1, 1), [(b"Transfer-Encoding", b"identity")], "bad_framing"),
    ((1, 1), [(b"Transfer-Encoding", b"")], "bad_framing"),
    ((1, 1), [(b"Content-Length", b"3"), (b"Transfer-Encoding", b"chunked")], "bad_framing"),
    ((1, 1), [(b"Content-Length", b"3")], None),
    ((1, 0), [(b"Expect", b"something")], None),  # knows no expectations
    ((1, 1), [(b"Expect", b" 100-CONTINUE\t")], None),
    ((1, 1), [(b"Expect", b"100-continue"), (b"Expect", b"100-continue")], None),
    ((1, 1), [(b"Expect", b"100-continue"), (b"Expect", b"other")], "expectation_failed"),
    ((1, 1), [(b"Expect", b"")], "expectation_failed"),
    ((1, 1), [(b"Upgrade", b" H2C\t")], None),
    ((1, 1), [(b"Upgrade", b"h2c"), (b"Upgrade", b"websocket")], "upgrade_refused"),
    ((1, 1), [(b"Upgrade", b"h2c, websocket")], "upgrade_refused"),
    ((1, 1), [(b"Sec-Fetch-Site", b"none"), (b"Sec-Fetch-Site", b"none")], "cross_site_refused"),
    ((1, 1), [(b"Sec-Fetch-Site", b"none"), (b"Sec-Fetch-Site", b"cross-site")], "cross_site_refused"),
]


@pytest.mark.parametrize(("version", "headers", "token"), MORE)
def test_framing_expectations_and_upgrades(
    version: tuple[int, int], headers: Headers, token: str | None
) -> None:
    assert verdict(POLICY, "GET", b"/api/v3/account", LOCAL + headers, version) == token


def test_white_space_around_a_host_is_no_part_of_it() -> None:
    assert verdict(POLICY, "GET", b"/api/v3/account", [(b"Host", b" localhost:8180\t")]) is None
    assert verdict(POLICY, "GET", b"/api/v3/account", [(b"Host", b"local host")]) == "host_not_allowed"
    assert verdict(POLICY, "GET", b"/api/v3/account", [(b"Host", b"localhost:123456")]) == "host_not_allowed"


def test_names_that_were_added_are_compared_without_case() -> None:
    policy = IngressPolicy.build(extra_hosts=("My-Gateway",), origins=(), token=None)
    for host in (b"my-gateway", b"MY-GATEWAY:1", b"My-Gateway:65535"):
        assert verdict(policy, "GET", b"/api/v3/account", [(b"Host", host)]) is None
    assert verdict(policy, "GET", b"/api/v3/account", [(b"Host", b"my_gateway")]) == "host_not_allowed"


def test_an_asterisk_is_a_target_of_options_alone() -> None:
    assert verdict(POLICY, "OPTIONS", b"*", LOCAL) == "method_not_allowed"
    assert verdict(POLICY, "GET", b"*", LOCAL) == "absolute_form_refused"
    assert verdict(POLICY, "OPTIONS", b"*/", LOCAL) == "absolute_form_refused"


REFUSALS = [
    # what was asked -> status, token and the words that say what to do
    ("GET", b"/api/v3/x", [(b"X", b"a" * 40_000)], (431, "headers_too_large", "send fewer")),
    ("GET", b"x", [], (400, "absolute_form_refused", "set it as the base URL")),
    ("GET", b"/api/v3/x", [(b"Host", b"x")], (403, "host_not_allowed", "add the name to allow_hosts")),
    ("GET", b"/api/v3/x", [(b"Origin", b"x")], (403, "origin_not_allowed", "the origin to allow_origins")),
    (
        "GET",
        b"/api/v3/x",
        [(b"Sec-Fetch-Site", b"x")],
        (403, "cross_site_refused", "call the gateway from a program"),
    ),
    ("HEAD", b"/api/v3/x", [], (405, "method_not_allowed", "GET, POST, PUT and DELETE")),
    ("GET", b"/api/v3/x", [(b"Expect", b"x")], (417, "expectation_failed", "100-continue")),
    ("GET", b"/api/v3/x", [(b"Upgrade", b"x")], (400, "upgrade_refused", "not proxied")),
    ("GET", b"/api", [], (400, "path_not_canonical", "how base URL and path are joined")),
    ("GET", b"/api/v3/x", [(b"Transfer-Encoding", b"x")], (400, "bad_framing", "is chunked, in HTTP/1.1")),
    (
        "GET",
        b"/api/v3/x",
        [(b"Transfer-Encoding", b"chunked"), (b"Content-Length", b"1")],
        (400, "bad_framing", "exclude each other"),
    ),
    (
        "GET",
        b"/",
        [],
        (400, "path_not_canonical", "no path was given; send what Binance's documentation names"),
    ),
    ("GET", b"/?x=1", [], (400, "path_not_canonical", "no path was given")),
    ("GET", b"//", [], (400, "path_not_canonical", "double or trailing slash")),
    (
        "GET",
        b"/account",
        [],
        (400, "path_not_canonical", "begin with a product and a version, such as /api/v3/"),
    ),
    ("GET", b"/favicon.ico", [], (400, "path_not_canonical", "the path has one part alone")),
    ("GET", b"/account/", [], (400, "path_not_canonical", "double or trailing slash")),
    ("GET", b"/..", [], (400, "path_not_canonical", "no dots")),
]


@pytest.mark.parametrize(("method", "target", "headers", "expected"), REFUSALS)
def test_each_refusal_has_its_status_and_says_what_to_do(
    method: str, target: bytes, headers: Headers, expected: tuple[int, str, str]
) -> None:
    host = [] if any(name == b"Host" for name, _ in headers) else LOCAL
    refusal = check_head(read_head(method, target, (1, 1), tuple(host + headers)), POLICY)
    assert refusal is not None
    assert (refusal.status, refusal.token) == expected[:2]
    assert expected[2] in refusal.message
    allowed = {"Allow": "GET, POST, PUT, DELETE"} if refusal.status == 405 else {}
    assert dict(refusal.headers) == allowed


def test_refusals_of_version_and_token_have_their_status_too() -> None:
    old = check_head(read_head("GET", b"/api/v3/x", (0, 9), tuple(LOCAL)), POLICY)
    assert old is not None
    assert (old.status, old.token) == (400, "bad_request")
    assert "HTTP/1.1" in old.message
    bare = check_head(read_head("GET", b"/api/v3/x", (1, 1), tuple(LOCAL)), GUARDED)
    assert bare is not None
    assert (bare.status, bare.token) == (401, "token_required")
    assert "X-Gateway-Token" in bare.message


ADMIN = [
    ("GET", b"/livez", (1, 1), [], None),
    ("GET", b"/livez", (1, 0), [], None),
    ("DELETE", b"/livez", (1, 1), [], None),
    ("GET", b"http://evil.test/livez", (1, 1), [], "absolute_form_refused"),
    ("GET", b"/livez", (2, 0), [], "bad_request"),
    ("GET", b"/livez", (1, 1), [(b"X", b"a" * 40_000)], "headers_too_large"),
    ("GET", b"/livez", (1, 1), [(b"Transfer-Encoding", b"gzip")], "bad_framing"),
    ("GET", b"/livez", (1, 1), [(b"Sec-Fetch-Site", b"same-origin")], "cross_site_refused"),
    ("HEAD", b"/livez", (1, 1), [], "method_not_allowed"),
]


@pytest.mark.parametrize(("method", "target", "version", "headers", "token"), ADMIN)
def test_the_admin_port_asks_what_needs_no_endpoint(
    method: str, target: bytes, version: tuple[int, int], headers: Headers, token: str | None
) -> None:
    refusal = check_admin_head(read_head(method, target, version, tuple(LOCAL + headers)), POLICY)
    assert (refusal.token if refusal else None) == token
    if token == "method_not_allowed":
        assert refusal is not None
        assert (refusal.status, dict(refusal.headers)) == (405, {"Allow": "GET"})
        assert "GET" in refusal.message


@pytest.mark.parametrize("name", [b"Via", b"FORWARDED", b"X-Real-IP", b"x-forwarded-for", b"X-Forwarded-"])
def test_what_is_refused_for_a_proxy_names_its_ways_out(name: bytes) -> None:
    refusal = check_head(read_head("GET", b"/api/v3/order", (1, 1), (*LOCAL, (name, b""))), POLICY)
    assert refusal is not None
    assert (refusal.status, refusal.token) == (403, "proxied_refused")
    for way in ("directly", "virtual key (X-MBX-APIKEY", "client token", "policy.forwarded: true"):
        assert way in refusal.message


def test_a_head_is_what_was_sent() -> None:
    head = read_head(
        "GET", b"/api/v3/x?a=?b", (1, 1), ((b"X-A", b"1"), (b"x-a", b" 2"), (b"X-B", b""), (b"X-C", b"3"))
    )
    assert (head.method, head.target, head.path, head.version) == (
        "GET",
        b"/api/v3/x?a=?b",
        b"/api/v3/x",
        (1, 1),
    )
    assert dict(head.fields) == {b"x-a": [b"1", b" 2"], b"x-b": [b""], b"x-c": [b"3"]}
    assert [head.first(name) for name in (b"x-a", b"x-b", b"x-d")] == [b"1", b"", None]


@pytest.mark.parametrize(
    ("name", "account"),
    [
        (b"X-Gateway-Account", "x"),
        (b"x-gateway-account", "x"),
        (b"X-Gatewa", None),
        (b"Y-X-Gateway-Account", None),
    ],
)
def test_a_head_tells_what_it_asks_of_the_gateway(name: bytes, account: str | None) -> None:
    for _ in range(2):
        assert read_head("GET", b"/a/b", (1, 1), (*LOCAL, (name, b"x"))).controls.account == account
    assert read_head("GET", b"/a/b", (1, 1), ()).controls.account is None


def test_a_policy_of_which_nothing_is_said_is_the_strictest() -> None:
    for host, token in (
        (b"localhost", None),
        (b"127.0.0.1", None),
        (b"[::1]", None),
        (b"x", "host_not_allowed"),
    ):
        assert verdict(IngressPolicy(), "GET", b"/api/v3/account", [(b"Host", host)]) == token
    assert (
        verdict(IngressPolicy(), "GET", b"/api/v3/account", [*LOCAL, (b"Origin", b"null")])
        == "origin_not_allowed"
    )
    assert verdict(IngressPolicy(), "GET", b"/api/v3/account", [*LOCAL, (b"Via", b"x")]) == "proxied_refused"


def test_policies_and_heads_are_values() -> None:
    for value, name in ((POLICY, "hosts"), (read_head("GET", b"/a/b", (1, 1), ()), "method")):
        with pytest.raises(AttributeError):
            setattr(value, name, None)


def test_a_head_that_one_policy_let_in_is_asked_by_another_for_everything() -> None:
    """Fields are known again; what one policy found must not hold for a stricter one."""
    fields = read_fields(tuple(LOCAL))
    head = head_of("GET", b"/api/v3/account", (1, 1), fields)
    assert check_head(head, POLICY) is None
    refusal = check_head(head, GUARDED)
    assert refusal is not None
    assert refusal.token == "token_required"
    assert check_head(head, POLICY) is None


def test_a_head_that_was_let_in_is_still_asked_for_its_target() -> None:
    fields = read_fields(tuple(LOCAL))
    assert check_head(head_of("GET", b"/api/v3/account", (1, 1), fields), POLICY) is None
    refusal = check_head(head_of("GET", b"/api/v3/../account", (1, 1), fields), POLICY)
    assert refusal is not None
    assert refusal.token == "path_not_canonical"


PAGES = [
    (b"/", [], None),
    (b"/?x=1", [], None),
    (b"/", [(b"Origin", b"http://localhost:8180")], "origin_not_allowed"),
    (b"/", [(b"Sec-Fetch-Site", b"same-origin")], "cross_site_refused"),
    (b"/", [(b"Host", b"evil.test")], "host_not_allowed"),
    (b"http://localhost/", [], "absolute_form_refused"),
]


@pytest.mark.parametrize(("target", "headers", "token"), PAGES)
def test_the_page_is_held_to_every_check_but_that_of_the_path(
    target: bytes, headers: list[tuple[bytes, bytes]], token: str | None
) -> None:
    host = () if any(name == b"Host" for name, _ in headers) else ((b"Host", b"localhost:8180"),)
    found = check_page_head(read_head("GET", target, (1, 1), (*host, *headers)), IngressPolicy())
    assert (found.token if found is not None else None) == token
