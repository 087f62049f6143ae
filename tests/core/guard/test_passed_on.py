"""The names that proxies and tunnels leave in a head."""

import pytest

from proxy.core.guard.passed_on import NAMES, PREFIXES, was_passed_on
from proxy.core.head import read_fields


@pytest.mark.parametrize("name", sorted({*NAMES, *(prefix + b"x" for prefix in PREFIXES)}))
def test_each_is_known_in_any_case(name: bytes) -> None:
    assert was_passed_on(read_fields(((b"Host", b"localhost"), (name.title(), b""))))
    assert was_passed_on(read_fields(((name.replace(b"-", b"_"), b""),)))


def test_zrok_says_who_it_is_and_not_always_whom_it_serves() -> None:
    assert was_passed_on(read_fields(((b"X-Proxy", b"zrok"),)))
    assert not was_passed_on(read_fields(((b"X-Proxy-Id", b"1"),)))


@pytest.mark.parametrize(
    "name",
    [
        b"viable",
        b"x-cf-ray",
        b"x-forgotten-for",
        b"max-forwards",
        b"x-client-version",
        b"x-request-id",
        b"x-amzn-trace-id",
    ],
)
def test_others_are_not(name: bytes) -> None:
    assert not was_passed_on(read_fields(((name, b"1"),)))


@pytest.mark.parametrize(
    "name",
    [
        *(b"HTTP-X-Forwarded-For", b"HTTP_X_FORWARDED_FOR", b"XForwardedFor", b"X.Forwarded.For", b"Forwarded-Host", b"X-RealIP", b"X-ClientIP"),
        *(b"ClientIP", b"X-Orig-Client-IP", b"X_Remote_Addr", b"X-Custom-Connecting-IP", b"Forwarded_Proto", b"Forwarded-For-IP"),
    ],
)  # fmt: skip
def test_names_of_somebodys_own_making_are_known_by_what_they_say(name: bytes) -> None:
    assert was_passed_on(read_fields(((b"Host", b"localhost"), (name, b"203.0.113.1"))))


SEEN = {
    "Cloudflare": b"CF-Connecting-IP: 203.0.113.1",
    "Alibaba Cloud": b"X-Client-Scheme: http",
    "Alibaba Cloud, port": b"Ali-Cdn-Real-Port: 80",
    "Akamai": b"X-Akamai-SR-Hop: 1",
    "App Engine": b"X-Appengine-Country: ZZ",
    "Front Door's probe": b"X-FD-HealthProbe: 1",
    "Web Application Proxy": b"X-MS-Forwarded-Client-IP: 203.0.113.1",
    "Tailscale Serve": b"Tailscale-User-Login: somebody@example.com",
    "Varnish and Squid": b'Surrogate-Capability: host="Surrogate/1.0"',
    "nginx before a Node program": b"X-NginX-Proxy: true",
    "pinggy": b"Forwarded: for=203.0.113.1",
}


@pytest.mark.parametrize("who", SEEN)
def test_what_their_documentation_says_that_they_send(who: str) -> None:
    name, _, value = SEEN[who].partition(b": ")
    assert was_passed_on(read_fields(((name, value),)))


def test_every_name_says_where_it_is_written() -> None:
    assert all((NAMES | PREFIXES).values())
