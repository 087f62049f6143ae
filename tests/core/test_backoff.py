"""How long to stay away, and from what."""

import pytest

from proxy.core.backoff import Hold, Scope, hold_for
from proxy.core.catalogue import Catalogue, Endpoint

NOW_MS = 1_795_262_400_000  # Sat, 21 Nov 2026 12:00:00 GMT


def endpoint(name: str) -> Endpoint:
    method, path = name.split(" ")
    found = Catalogue.builtin().find(method, path)
    assert found is not None
    return found


ACCOUNT = endpoint("GET /api/v3/account")


def hold(
    status: int, retry_after: str | None = None, *, code: int = -1003, previous: float = 0, name: str = ""
) -> Hold | None:
    what = endpoint(name) if name else ACCOUNT
    return hold_for(what, status, code, retry_after, previous=previous, now_ms=NOW_MS)


SECONDS = [
    # status, Retry-After -> seconds
    (429, "7", 7),
    (418, "300", 300),
    (429, "-5", 1),
    (429, "0", 1),
    (429, "1e9", 259_200),
    (418, "99999999999999999999", 259_200),
    (429, "2.5", 2.5),
    (429, "abc", 1),
    (429, "", 1),
    (429, None, 1),
    (418, None, 120),
    (418, "abc", 120),
    (429, "Sat, 21 Nov 2026 12:00:30 GMT", 30),
    (429, "Sat, 21 Nov 2020 12:00:30 GMT", 1),
    (418, "Sat, 21 Nov 2099 12:00:30 GMT", 259_200),
    (429, "nan", 1),
    (429, "inf", 1),
]


@pytest.mark.parametrize(("status", "retry_after", "seconds"), SECONDS)
def test_seconds(status: int, retry_after: str | None, seconds: float) -> None:
    found = hold(status, retry_after)
    assert found is not None
    assert found.seconds == seconds
    assert found.banned == (status == 418)


@pytest.mark.parametrize(("previous", "seconds"), [(0, 1), (1, 2), (8, 16), (100, 120), (120, 120)])
def test_without_retry_after_it_doubles(previous: float, seconds: float) -> None:
    found = hold(429, previous=previous)
    assert found is not None
    assert found.seconds == seconds


SCOPES = [
    ("GET /api/v3/account", -1003, 429, Scope.IP),
    ("POST /api/v3/order", -1003, 429, Scope.IP),
    ("POST /api/v3/order", -1015, 429, Scope.ORDERS),
    ("GET /sapi/v1/capital/withdraw/history", -1003, 429, Scope.ACCOUNT),
    ("GET /sapi/v1/capital/withdraw/history", -1003, 418, Scope.IP),
    ("POST /api/v3/order", -1015, 418, Scope.IP),
]


@pytest.mark.parametrize(("name", "code", "status", "scope"), SCOPES)
def test_scope(name: str, code: int, status: int, scope: Scope) -> None:
    found = hold(status, "5", code=code, name=name)
    assert found is not None
    assert found.scope is scope


@pytest.mark.parametrize("status", [200, 400, 403, 503])
def test_other_answers_ask_for_none(status: int) -> None:
    assert hold(status, "5") is None
