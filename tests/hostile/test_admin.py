"""The admin port: the same checks as the gateway's against web pages, and nothing of Binance's."""

from collections.abc import Iterator

import pytest

from tests.hostile.house import House, assert_refusal, house


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("admin")) as running:
        yield running


REFUSED = [
    ("GET /readyz", "Host: rebind.test", 403, "host_not_allowed"),
    ("GET /readyz", "Host: 0.0.0.0:8181", 403, "host_not_allowed"),
    ("GET /metrics", "Host: localhost\r\nOrigin: http://evil.test", 403, "origin_not_allowed"),
    ("GET /metrics", "Host: localhost\r\nOrigin: null", 403, "origin_not_allowed"),
    ("GET /version", "Host: localhost\r\nSec-Fetch-Site: cross-site", 403, "cross_site_refused"),
    ("GET /version", "Host: localhost\r\nSec-Fetch-Site: same-origin", 403, "cross_site_refused"),
    ("OPTIONS /version", "Host: localhost\r\nOrigin: http://evil.test", 403, "origin_not_allowed"),
    ("GET http://localhost/readyz", "Host: localhost", 400, "absolute_form_refused"),
    ("POST /readyz", "Host: localhost\r\nContent-Length: 0", 405, "method_not_allowed"),
    ("DELETE /api/v3/openOrders", "Host: localhost", 405, "method_not_allowed"),
    ("GET /api/v3/account", "Host: localhost", 404, "not_found"),
    ("POST /read-only", "Host: localhost\r\nContent-Length: 0", 401, "token_required"),
    ("DELETE /read-only", "Host: localhost\r\nAuthorization: Bearer x", 401, "token_required"),
    ("GET /readyz/", "Host: localhost", 404, "not_found"),
    ("GET /readyz", "Host: localhost\r\nX: a\x00b", 400, "bad_request"),
]


@pytest.mark.parametrize(("line", "headers", "status", "token"), REFUSED)
def test_refused(line: str, headers: str, status: int, token: str, gateway: House) -> None:
    talk = gateway.talk(f"{line} HTTP/1.1\r\n{headers}\r\n\r\n".encode("latin-1"), admin=True)
    assert talk.statuses == (status,)
    assert talk.answers[0].token == token
    assert_refusal(talk.answers[0])
    assert talk.closed
    assert gateway.upstream.take() == []


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/version", "/metrics"])
@pytest.mark.parametrize("headers", ["Host: localhost", "Host: [::1]:9\r\nSec-Fetch-Site: none"])
def test_answered_and_never_for_a_page_to_read(path: str, headers: str, gateway: House) -> None:
    (answer,) = gateway.talk(f"GET {path} HTTP/1.1\r\n{headers}\r\n\r\n".encode(), admin=True).answers
    assert answer.status == 200
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("X-Frame-Options") == "DENY"
    assert answer.header("Cross-Origin-Resource-Policy") == "same-origin"
    assert answer.header("Cache-Control") == "no-store"
    assert answer.header("Server") == "binance-signing-proxy"
    assert not any(name.lower().startswith("access-control") for name, _ in answer.headers)


def test_the_gateway_port_answers_none_of_it(gateway: House) -> None:
    for path in (b"/livez", b"/readyz", b"/version", b"/metrics"):
        talk = gateway.talk(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path)
        assert talk.statuses == (400,)
    assert gateway.upstream.take() == []


def test_a_refused_head_request_has_no_body(gateway: House) -> None:
    talk = gateway.talk(b"HEAD /api/v3/account HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert talk.statuses == (405,)
    assert talk.torn == b""
