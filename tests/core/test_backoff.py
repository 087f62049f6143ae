"""How long to stay away, and from what."""

import pytest

from proxy.core.backoff import Hold, Scope, firewall_hold, hold_for, told_limit
from proxy.core.catalogue import Catalogue, Endpoint

NOW_MS = 1_795_262_400_000  # Sat, 21 Nov 2026 12:00:00 GMT


def endpoint(name: str) -> Endpoint:
    method, path = name.split(" ")
    found = Catalogue.builtin().find(method, path)
    assert found is not None
    return found


ACCOUNT = endpoint("GET /api/v3/account")


def hold(
    status: int,
    retry_after: str | None = None,
    *,
    code: int | str | None = -1003,
    previous: float = 0,
    name: str = "",
    message: str = "",
    now_ms: int = NOW_MS,
) -> Hold | None:
    what = endpoint(name) if name else ACCOUNT
    return hold_for(what, status, code, retry_after, previous=previous, now_ms=now_ms, message=message)


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


@pytest.mark.parametrize("status", [200, 400, 403, 409, 500, 503])
@pytest.mark.parametrize("code", [None, -1121, -1021, "000000", "1003", 1003])
def test_other_answers_ask_for_none(status: int, code: int | str | None) -> None:
    assert hold(status, "5", code=code) is None


@pytest.mark.parametrize("status", [200, 400, 403, 503])
@pytest.mark.parametrize(("code", "scope"), [(-1003, Scope.IP), ("-1003", Scope.IP), (-1015, Scope.ORDERS)])
def test_the_codes_of_the_limits_ask_for_one_under_any_status(
    status: int, code: int | str, scope: Scope
) -> None:
    found = hold(status, "5", code=code, name="POST /api/v3/order")
    assert found == Hold(scope, 5, banned=False)


TEXTS = [
    # message, seconds into the day -> seconds to wait. The texts are Binance's, as its error pages have them.
    (
        "Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use",
        18.5,
        41.5,
    ),
    ("Too many requests; current limit is 2400 requests per minute. Please use the websocket", 61.0, 59),
    ("Too many new orders; current limit is 50 orders per 10 SECOND.", 12.25, 7.75),
    ("Too many new orders; current limit is 160000 orders per 1 DAY.", 3600.0, 82_800),
    ("Too much request weight used; current limit is 61000 raw requests per 5 MINUTE.", 299.9, 1),
    ("Too many requests queued.", 18.5, 1),
    ("current limit is 50 orders per 0 SECOND.", 18.5, 1),
]


@pytest.mark.parametrize(("message", "seconds_of_day", "seconds"), TEXTS)
def test_without_retry_after_the_text_tells_the_interval(
    message: str, seconds_of_day: float, seconds: float
) -> None:
    midnight = NOW_MS - NOW_MS % 86_400_000
    found = hold(429, message=message, now_ms=midnight + round(seconds_of_day * 1000))
    assert found is not None
    assert found.seconds == pytest.approx(seconds)


def test_retry_after_comes_before_the_text() -> None:
    found = hold(429, "7", message="current limit is 6000 request weight per 1 MINUTE")
    assert found == Hold(Scope.IP, 7, banned=False)


BAN = "Way too much request weight used; IP banned until {}. Please use WebSocket Streams"


@pytest.mark.parametrize("status", [200, 400, 403, 418, 429])
def test_the_text_tells_the_end_of_a_ban(status: int) -> None:
    found = hold(status, message=BAN.format(NOW_MS + 130_000))
    assert found == Hold(Scope.IP, 130, banned=True)
    # an account's endpoint, too: the IP is banned
    found = hold(status, message=BAN.format(NOW_MS + 130_000), name="GET /sapi/v1/capital/withdraw/history")
    assert found == Hold(Scope.IP, 130, banned=True)


@pytest.mark.parametrize(("offset_ms", "seconds"), [(-1, 1), (-(10**11), 1), (10**12, 259_200)])
def test_no_ban_is_shorter_than_a_second_or_longer_than_three_days(offset_ms: int, seconds: float) -> None:
    assert hold(418, message=BAN.format(NOW_MS + offset_ms)) == Hold(Scope.IP, seconds, banned=True)


def test_a_ban_told_with_another_code_is_none() -> None:
    assert hold(400, code=-1121, message=BAN.format(NOW_MS + 130_000)) is None


@pytest.mark.parametrize(("previous", "seconds"), [(0, 30), (30, 60), (200, 300), (300, 300)])
def test_the_firewall_is_given_longer_each_time(previous: float, seconds: float) -> None:
    assert firewall_hold(None, previous=previous, now_ms=NOW_MS) == Hold(Scope.IP, seconds, banned=False)
    assert firewall_hold("17", previous=previous, now_ms=NOW_MS).seconds == 17


LIMITS = [
    ("Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please", 6000),
    ("Too many requests; current limit is 2400 requests per minute. Please use the websocket", 2400),
    ("Too many requests; current limit of IP(1.2.3.4) is 2400 requests per minute.", 2400),
    ("Too many new orders; current limit is 50 orders per 10 SECOND.", None),
    ("Too much request weight used; current limit is 61000 raw requests per 5 MINUTE.", None),
    ("", None),
]


@pytest.mark.parametrize(("message", "limit"), LIMITS)
def test_a_refusal_tells_the_limit_of_a_minute(message: str, limit: int | None) -> None:
    assert told_limit(message) == limit
