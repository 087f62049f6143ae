"""From a request that was read to observation."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from proxy.core.diagnosis.examination.observation import AnswerSeen, Transport
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey, SigningKey
from proxy.core.wire import RawRequest
from proxy.explain.found_request import SeenRequest
from proxy.explain.observation import (
    concerns_binance,
    is_loopback,
    known_keys,
    observation_of,
    signs_for_itself,
)


@dataclass(frozen=True)
class Owner:
    name: str
    api_key: str
    signing: SigningKey = HmacKey(Secret(b"test"))  # noqa: RUF009  # frozen


ONE, TWO, THREE = (Owner(name, f"test-key-{name}") for name in ("one", "two", "three"))


def seen(*headers: tuple[bytes, bytes], target: bytes = b"/api/v3/account", **more: Any) -> SeenRequest:
    found = SeenRequest(RawRequest("GET", target, headers), "test", host="api.binance.com")
    return replace(found, **more)


def test_the_account_of_the_key_comes_first_then_the_default_one() -> None:
    request = seen((b"x-mbx-apikey", b" test-key-three "))
    names = [key.name for key in known_keys(request, (ONE, TWO, THREE), TWO)]
    assert names == ["three", "two", "one"]
    names = [key.name for key in known_keys(seen((b"X-MBX-APIKEY", b"another")), (ONE, TWO, THREE), TWO)]
    assert names[0] == "two"


def test_the_key_of_a_frame_counts() -> None:
    body = b'{"method":"account.status","params":{"apiKey":"test-key-three"}}'
    request = replace(seen(), transport=Transport.WEBSOCKET, request=RawRequest("WS", b"/", (), body))
    assert known_keys(request, (ONE, THREE), ONE)[0].name == "three"


def test_headers_that_the_form_cannot_hold_are_taken_as_right() -> None:
    keys = known_keys(seen(), (ONE,), ONE)
    observation = observation_of(
        seen(headers_seen=False, target=b"/sapi/v1/c2c/orderMatch/listUserOrderHistory"), keys
    )
    assert observation.request.header(b"x-mbx-apikey") == b"test-key-one"
    assert observation.request.header(b"clienttype") == b"web"
    assert len(observation_of(seen(headers_seen=False), ()).request.header(b"x-mbx-apikey") or b"") == 64


def test_headers_that_were_seen_stay() -> None:
    assert observation_of(seen(), known_keys(seen(), (ONE,), ONE)).request.headers == ()


def test_a_key_that_a_variable_held_is_replaced() -> None:
    request = seen((b"X-MBX-APIKEY", b""), (b"a", b"b"), key_seen=False)
    headers = observation_of(request, known_keys(request, (ONE,), ONE)).request.headers
    assert headers == ((b"a", b"b"), (b"X-MBX-APIKEY", b"test-key-one"))


def test_the_exchange_s_time_goes_before_the_sender_s() -> None:
    dated = AnswerSeen(400, ((b"Date", b"Mon, 13 Apr 2026 10:32:03 GMT"),), b"{}")
    assert observation_of(seen(started_ms=5), ()).exchange_ms == 5
    assert observation_of(seen(started_ms=5, answer=dated), ()).exchange_ms is None
    assert observation_of(seen(started_ms=5, answer=AnswerSeen(400, (), b"{}")), ()).exchange_ms == 5


@pytest.mark.parametrize(
    ("host", "target", "header", "concerned"),
    [
        ("www.example.com", b"/", b"a", False),
        ("www.example.com", b"/api/v3/account", b"a", True),
        ("www.example.com", b"/?timestamp=1&signature=2", b"a", True),
        ("www.example.com", b"/", b"X-MBX-APIKEY", True),
        ("api.binance.us", b"/", b"a", True),
        ("127.0.0.1", b"/", b"a", True),
        (None, b"/", b"a", True),
    ],
)
def test_what_concerns_binance(host: str | None, target: bytes, header: bytes, concerned: bool) -> None:
    assert concerns_binance(seen((header, b"x"), target=target, host=host)) is concerned


@pytest.mark.parametrize(
    ("host", "port", "query", "unsigned"),
    [
        ("127.0.0.1", 8180, b"", True),
        ("localhost", 8180, b"?signature=", True),
        ("127.0.0.1", 8180, b"?signature=ab", False),
        ("127.0.0.1", 8181, b"", False),
        ("api.binance.com", 8180, b"", False),
    ],
)
def test_requests_to_the_gateway(host: str, port: int, query: bytes, unsigned: bool) -> None:
    request = seen(target=b"/api/v3/account" + query, host=host, port=port)
    assert signs_for_itself(request, ("127.0.0.1", 8180)) is unsigned
    assert not signs_for_itself(request, None)


def test_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.1.2.3", "[::1]", "a.localhost")))
    assert not any(map(is_loopback, ("10.0.0.1", "api.binance.com", "")))
