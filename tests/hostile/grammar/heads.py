"""Kinds of hostile heads: control headers, tunnels, web pages, hosts, repeated and malformed lines."""

import random
from typing import Final

from tests.hostile.grammar.draft import Asked, any_case, any_draft, order, read

CONTROLS: Final[dict[bytes, tuple[bytes, ...]]] = {
    b"X-Gateway-Security": (b"none", b"key", b"signed"),
    b"X-Gateway-Host": (b"fapi", b"dapi"),
    b"X-Gateway-Dry-Run": (b"1",),
    b"X-Gateway-Timing": (b"1",),
    b"X-Gateway-Repeat": (b"yes",),
}
"""With the values that they take: docs/headers.md."""
_WRONG: Final = (
    b"true", b"True", b"on", b"yes", b"no", b"0", b"01", b"1.0", b"+1", b"1,1", b"1, 1", b'"1"', b"'1'", b"1;q=1", b"", b"NONE",
    b"Signed", b"public", b"none,key", b"none key", b"evil.test", b"api", b"FAPI", b"fapi.binance.com", b"1\xa0", b"\xef\xbc\x91",
    b"%31", b"\\x31", b"1" * 5000, b"null", b"undefined", b"[1]", b"{}",
)  # fmt: skip
_UNKNOWN: Final = (
    b"X-Gateway", b"X-Gateway-", b"X-Gateway-Foo", b"X-Gateway-Dry-Runs", b"X-Gateway-DryRun", b"X-GatewayDry-Run",
    b"X_Gateway_Dry_Run", b"X-Gateway_Dry_Run", b"X-Gateway-Dry_Run", b"X_Gateway-Security", b"X-Gateway-Error",
    b"X-Gateway-Execution", b"X-Gateway-Request-Id", b"X-Gateway-Policy", b"X-Gateway-Accounts", b"x-gateway-Key",
    b"Gateway-Dry-Run", b"X-Dry-Run", b"HTTP_X_GATEWAY_DRY_RUN", b"X-Gate-Way-Dry-Run", b"X-Gatway-Dry-Run", b"DryRun", b"Gateway-Account",
)  # fmt: skip
_TUNNELS: Final = (
    b"Forwarded", b"Via", b"X-Forwarded-For", b"X-Forwarded-Host", b"X-Forwarded-Proto", b"X-Forwarded", b"X-Forwarded-Port",
    b"X-Real-IP", b"CF-Connecting-IP", b"CF-Ray", b"CF-Visitor", b"CF-Worker", b"CDN-Loop", b"ngrok-trace-id",
    b"ngrok-skip-browser-warning", b"X-Ngrok-Id", b"True-Client-IP", b"X-Client-IP", b"Client-IP", b"X-Cluster-Client-IP",
    b"X-Original-URL", b"X-Original-Host", b"Tailscale-User-Login", b"Fly-Client-IP", b"Fastly-Client-IP", b"X-Azure-ClientIP",
    b"X-Envoy-External-Address", b"X-Vercel-Id", b"X-Amz-Cf-Id", b"CloudFront-Viewer-Country", b"X-Varnish", b"X-Tunnel-Id",
    b"Proxy-Client-IP", b"WL-Proxy-Client-IP", b"X-ProxyUser-Ip", b"X-Remote-Addr", b"Forwarded-For",
    b"HTTP_X_FORWARDED_FOR", b"X-HTTP-Forwarded-For", b"XForwardedFor", b"X-RealIP", b"X-ClientIP", b"Forwarded-Host", b"X-NginX-Proxy",
    b"Surrogate-Capability",
)  # fmt: skip
_SAID: Final = (
    b"203.0.113.7", b"for=203.0.113.7", b"1.1 x", b"127.0.0.1", b"", b"x" * 300, b"unknown", b"for=localhost", b"\xff\xfe", b"::1",
)  # fmt: skip
_HOSTS: Final = (
    b"", b"localhost.", b"2130706433", b"0x7f000001", b"0177.0.0.1", b"127.1", b"[0:0:0:0:0:0:0:1]", b"[::ffff:127.0.0.1]",
    b"localhost:", b"localhost:x", b"localhost, evil.test", b"%6cocalhost", b"localhost.evil.test", b"localhost\xa0", b"evil.test",
    b"user@localhost", b"localhost/", b"localhost?x", b"localhost:1:2", b"api.binance.com", b"127.0.0.1.evil.test", b"127.0.0.2",
    b"0.0.0.0", b"[::]", b"localhost\\", b"*", b"localhost evil.test", b"[::1", b"::1", b"xn--localhost", b"LOCALHOST.",
)  # fmt: skip
_ORIGINS: Final = (
    b"null", b"http://localhost", b"http://localhost:8180", b"http://127.0.0.1", b"https://www.binance.com", b"http://evil.test",
    b"file://", b"chrome-extension://abc", b"", b"NULL", b"http://[::1]", b"\xff",
)  # fmt: skip
_SITES: Final = (b"cross-site", b"same-site", b"same-origin", b"NONE", b"", b"none, none", b"x", b"\xff")
_SPOILT: Final = (
    b"X-A: a\r\n b", b"X-A: a\r\n\tb", b"X-A: a\nX-B: b", b"X-A: a\rX-B: b", b"X-A: a\x00b", b"X-A: a\x01b", b"X-A: a\x7fb",
    b": b", b"X A: b", b"X-A : b", b"\tX-A: b", b" X-A: b", b"X-A", b"X-A\x00: b", b"X-\xff: b", b"(X): b", b"X-A: \x0b", b"{X}: b",
    b"X-A: " + b"a" * 9000, b"X" * 9000 + b": a", b"X-A: b\r\n" * 65 + b"X-A: b", b"X-A: a\r\r\nX-B: b", b"X-A\r\n: b",
)  # fmt: skip
_ELSEWHERE: Final = (
    b"X-HTTP-Method-Override: DELETE", b"X-HTTP-Method: PUT", b"X-Method-Override: GET", b"X-Rewrite-URL: /sapi/v1/x",
    b"Connection: X-MBX-APIKEY, Host, Content-Length", b"Connection: close, keep-alive", b"Keep-Alive: timeout=9", b"TE: trailers",
    b"Proxy-Connection: keep-alive", b"Proxy-Authorization: Basic x", b"Max-Forwards: 0", b"Range: bytes=0-1", b"If-Match: *",
    b"Cookie: a=b", b"Accept: \xff\xfe", b"Accept-Encoding: br;q=0, *;q=9", b"User-Agent: \xff", b"X-MBX-SBE: 1:0",
    b"X-MBX-TIME-UNIT: MICROSECOND", b"X-MBX-APIKEY: a", b"X-MBX-APIKEY: ", b"clientType: web", b"Trailer: Host", b"Date: x",
    b"Content-Encoding: identity", b"Content-MD5: x", b"Content-Range: bytes 0-1/2", b"Access-Control-Request-Method: POST",
)  # fmt: skip
_EXPECTED: Final = (b"100-continue", b"100-Continue", b" 100-continue ")
_UNEXPECTED: Final = (b"200-ok", b"", b"100-continue, x", b"100", b"\xff", b"100-continue;a=b")
_UPGRADES: Final = (b"websocket", b"h2c, websocket", b"TLS/1.0", b"", b"HTTP/2.0", b"h2c/1", b"\xff")
_TWICE: Final = (b"Host: localhost", b"HOST: localhost", b"Host: evil.test", b"host:localhost", b"Host:")


def control_with_a_wrong_value(chance: random.Random) -> Asked:
    name = chance.choice(tuple(CONTROLS))
    value = chance.choice([wrong for wrong in _WRONG if wrong not in CONTROLS[name]])
    line = any_case(name, chance) + b":" + chance.choice((b"", b" ", b"\t")) + value
    return any_draft(chance).with_lines(line, chance=chance).asked("bad_control_header")


def control_spelt_well(chance: random.Random) -> Asked:
    """In any case, with blanks around its value. A dry run sends nothing."""
    name = chance.choice(tuple(CONTROLS))
    blank = chance.choice((b"", b" ", b"  ", b"\t"))
    line = any_case(name, chance) + b":" + blank + chance.choice(CONTROLS[name]) + blank
    draft = any_draft(chance).with_lines(line, chance=chance)
    return draft.refused() if name == b"X-Gateway-Dry-Run" else draft.asked()


def control_twice(chance: random.Random) -> Asked:
    """Twice, alike or not."""
    name = chance.choice(tuple(CONTROLS))
    lines = [
        any_case(name, chance) + b": " + chance.choice(CONTROLS[name])
        for _ in range(chance.choice((2, 2, 3)))
    ]
    return any_draft(chance).with_lines(*lines, chance=chance).asked("bad_control_header")


def control_unknown(chance: random.Random) -> Asked:
    line = any_case(chance.choice(_UNKNOWN), chance) + b": " + chance.choice((b"1", b"yes", b"", b"none"))
    return any_draft(chance).with_lines(line, chance=chance).asked("bad_control_header")


def account_or_token(chance: random.Random) -> Asked:
    """What these two are said to be is judged by others: `account_denied`, or nothing where none is demanded."""
    name = chance.choice((b"X-Gateway-Account", b"X-Gateway-Token"))
    value = chance.choice(
        (b"main", b"nope", b"", b"..", b"\xff", b"a" * 5000, b"main, other", b"${jndi:x}", b"%00")
    )
    return any_draft(chance).with_lines(any_case(name, chance) + b": " + value, chance=chance).asked()


def through_a_tunnel(chance: random.Random) -> Asked:
    """Also with dashes written as underscores, and more than one of them."""
    lines = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        name = any_case(chance.choice(_TUNNELS), chance)
        if chance.random() < 0.2:
            name = name.replace(b"-", b"_")
        lines.append(name + b": " + chance.choice(_SAID))
    return any_draft(chance).with_lines(*lines, chance=chance).asked("proxied_refused")


def from_a_web_page(chance: random.Random) -> Asked:
    if chance.random() < 0.6:
        lines, token = [b"Origin: " + chance.choice(_ORIGINS)], "origin_not_allowed"
    else:
        lines, token = [b"Sec-Fetch-Site: " + chance.choice(_SITES)], "cross_site_refused"
    lines += [b"Sec-Fetch-Mode: " + chance.choice((b"cors", b"no-cors", b"navigate"))]
    return any_draft(chance).with_lines(*lines, chance=chance).asked(token)


def another_host(chance: random.Random) -> Asked:
    draft = any_draft(chance)
    draft.host = any_case(b"Host", chance) + b": " + chance.choice(_HOSTS)
    return draft.asked("host_not_allowed")


def host_twice(chance: random.Random) -> Asked:
    return any_draft(chance).with_lines(chance.choice(_TWICE), chance=chance).refused()


def content_type_twice(chance: random.Random) -> Asked:
    draft = order(chance)
    labels = (
        b"application/json",
        b"application/x-www-form-urlencoded",
        b"text/plain",
        b"",
        b"application/x-www-form-urlencoded; charset=IBM037",
    )
    draft.lines = [any_case(b"Content-Type", chance) + b": " + chance.choice(labels) for _ in range(2)]
    return draft.refused() if draft.body else draft.asked()


def spoilt_line(chance: random.Random) -> Asked:
    return any_draft(chance).with_lines(chance.choice(_SPOILT), chance=chance).refused()


def meant_for_others(chance: random.Random) -> Asked:
    """Headers that say much to other programs, and nothing here."""
    lines = chance.sample(_ELSEWHERE, chance.choice((1, 2, 5)))
    return any_draft(chance).with_lines(*lines, chance=chance).asked()


def expectation(chance: random.Random) -> Asked:
    draft = order(chance)
    if chance.random() < 0.5:
        return draft.with_lines(b"Expect: " + chance.choice(_EXPECTED), chance=chance).asked()
    return draft.with_lines(b"Expect: " + chance.choice(_UNEXPECTED), chance=chance).refused()


def upgrade(chance: random.Random) -> Asked:
    """One to HTTP/2 may be ignored (RFC 9110 section 7.8), any other is refused."""
    draft = read(chance) if chance.random() < 0.7 else order(chance)
    connection = chance.choice((b"Connection: Upgrade", b"Connection: Upgrade, HTTP2-Settings", b"X-None: 1"))
    if chance.random() < 0.3:
        return draft.with_lines(connection, b"Upgrade: h2c", chance=chance).asked()
    return draft.with_lines(connection, b"Upgrade: " + chance.choice(_UPGRADES), chance=chance).refused()
