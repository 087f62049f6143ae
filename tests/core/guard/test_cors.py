"""What the browser of an allowed page is told, and that nobody else is told anything."""

import pytest

from proxy.core.catalogue import ENVIRONMENTS, Catalogue
from proxy.core.guard import IngressPolicy
from proxy.core.guard.cors import page_headers, page_refusal, preflight_headers
from proxy.core.head import Head, read_head
from proxy.core.routing import route

PAGE = "http://app.test:3000"
OPEN = IngressPolicy.build(extra_hosts=(), origins=(PAGE, "https://x.test"), token=None)
TOKEN = IngressPolicy.build(extra_hosts=(), origins=(PAGE,), token=b"test-token-of-nobody")
KEYED = IngressPolicy.build(extra_hosts=(), origins=(PAGE,), token=None, keys_required=True)
CLOSED = IngressPolicy.build(extra_hosts=(), origins=(), token=None)
ASKS = {
    "Origin": PAGE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-mbx-apikey",
}


def head(method: str, target: str, **headers: str) -> Head:
    lines = {"Host": "localhost:8180"} | headers
    raw = tuple((name.encode(), value.encode()) for name, value in lines.items())
    return read_head(method, target.encode(), (1, 1), raw)


def test_the_answer_names_exactly_the_origin_that_asked() -> None:
    for origin in (PAGE, "https://x.test"):
        assert page_headers(head("GET", "/api/v3/time", Origin=origin), OPEN) == (
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", "*"),
            ("Vary", "Origin"),
        )


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.test",
        "null",
        "*",
        "",
        PAGE + "/",
        PAGE.upper(),
        PAGE + "0",
        f"{PAGE}, {PAGE}",
        "http://app.test",
    ],
)
def test_any_other_origin_is_told_nothing(origin: str) -> None:
    assert page_headers(head("GET", "/api/v3/time", Origin=origin), OPEN) == ()
    assert preflight_headers(head("OPTIONS", "/api/v3/order", **ASKS | {"Origin": origin}), OPEN) is None


def test_who_is_no_page_or_where_none_is_allowed_nothing_is_told() -> None:
    assert page_headers(head("GET", "/api/v3/time"), OPEN) == ()
    assert page_headers(head("GET", "/api/v3/time", Origin=PAGE), CLOSED) == ()
    twice = read_head(
        "GET", b"/api/v3/time", (1, 1), ((b"Origin", PAGE.encode()), (b"Origin", PAGE.encode()))
    )
    assert page_headers(twice, OPEN) == ()


@pytest.mark.parametrize("policy", [OPEN, TOKEN, KEYED])
def test_a_preflight_is_answered_without_token_or_key_which_browsers_leave_out(policy: IngressPolicy) -> None:
    told = preflight_headers(head("OPTIONS", "/api/v3/order", **ASKS), policy)
    assert told is not None
    named = dict(told)
    assert named["Access-Control-Allow-Methods"] == "GET, POST, PUT, DELETE"
    assert {"X-MBX-APIKEY", "Content-Type", "X-Gateway-Token", "X-Gateway-Dry-Run"} <= set(
        named["Access-Control-Allow-Headers"].split(", ")
    )
    assert "Access-Control-Allow-Credentials" not in named
    assert "Access-Control-Allow-Private-Network" not in named


def test_a_page_of_a_public_address_may_ask_for_the_local_one() -> None:
    asks = ASKS | {"Access-Control-Request-Private-Network": "true"}
    told = preflight_headers(head("OPTIONS", "/api/v3/order", **asks), OPEN)
    assert told is not None
    assert dict(told)["Access-Control-Allow-Private-Network"] == "true"


NO_PREFLIGHT = [
    ("GET", ASKS),
    ("POST", ASKS),
    ("OPTIONS", {"Origin": PAGE}),
    ("OPTIONS", ASKS | {"Host": "evil.test"}),
    ("OPTIONS", {"Access-Control-Request-Method": "GET"}),
]


@pytest.mark.parametrize(("method", "headers"), NO_PREFLIGHT)
def test_what_is_no_such_question_goes_on_to_the_checks(method: str, headers: dict[str, str]) -> None:
    assert preflight_headers(head(method, "/api/v3/order", **headers), OPEN) is None


CALLS = [
    ("GET", "/api/v3/time", {}, True),
    ("GET", "/api/v3/account", {}, False),
    ("POST", "/api/v3/order", {}, False),
    ("GET", "/api/v3/never/heard", {}, False),
    ("GET", "/api/v3/account", {"X-Gateway-Security": "none"}, False),
    ("GET", "/api/v3/time", {"X-Gateway-Security": "signed"}, False),
]


@pytest.mark.parametrize(("method", "path", "headers", "passes"), CALLS)
def test_a_page_without_a_key_of_its_own_calls_public_endpoints_alone(
    method: str, path: str, headers: dict[str, str], passes: bool
) -> None:
    from_page = head(method, path, Origin=PAGE, **headers)
    way = route(from_page, Catalogue.builtin(), ENVIRONMENTS["production"])
    refusal = page_refusal(from_page, way, OPEN)
    assert (refusal is None) is passes
    if refusal is not None:
        assert (refusal.status, refusal.token) == (401, "origin_needs_key")
    assert page_refusal(head(method, path, **headers), way, OPEN) is None
    for policy in (TOKEN, KEYED):  # where the caller is known by what it brings
        assert page_refusal(from_page, way, policy) is None
