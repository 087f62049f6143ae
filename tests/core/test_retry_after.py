"""How long to stay away, and from what."""

import pytest

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.retry_after import (
    Hold,
    Scope,
    counts_by_account,
    firewall_hold,
    places_orders,
    requested_hold,
    stated_limit,
)

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
    return requested_hold(what, status, code, retry_after, previous=previous, now_ms=now_ms, message=message)


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
    assert stated_limit(message) == limit


BANS_BY_CODE = [
    # status, code, endpoint -> the hold for an answer without Retry-After that says "banned until" 130 s from now
    (429, -1003, "GET /api/v3/account", Hold(Scope.IP, 130, banned=True)),
    (429, "-1003", "GET /api/v3/account", Hold(Scope.IP, 130, banned=True)),
    (429, None, "GET /api/v3/account", Hold(Scope.IP, 1, banned=False)),
    (429, -1021, "GET /api/v3/account", Hold(Scope.IP, 1, banned=False)),
    (429, -1015, "POST /api/v3/order", Hold(Scope.ORDERS, 1, banned=False)),
    (400, -1015, "POST /api/v3/order", Hold(Scope.ORDERS, 1, banned=False)),
    (418, None, "GET /api/v3/account", Hold(Scope.IP, 120, banned=True)),
    (418, -2015, "GET /api/v3/account", Hold(Scope.IP, 120, banned=True)),
    (418, -1015, "POST /api/v3/order", Hold(Scope.IP, 120, banned=True)),
    (200, None, "GET /api/v3/account", None),
    (403, -1021, "GET /api/v3/account", None),
]


@pytest.mark.parametrize(("status", "code", "name", "expected"), BANS_BY_CODE)
def test_the_end_of_a_ban_is_believed_with_the_code_for_too_much_weight_only(
    status: int, code: int | str | None, name: str, expected: Hold | None
) -> None:
    """A message may repeat what a client sent: anybody could hold everybody."""
    assert hold(status, code=code, name=name, message=BAN.format(NOW_MS + 130_000)) == expected


TOLD_ENDS = [
    # "banned until" -> the hold under 429 and -1003; a moment is 13 digits
    (f"banned until {NOW_MS + 1000}", Hold(Scope.IP, 1, banned=True)),
    (f"banned until {NOW_MS + 1001}", Hold(Scope.IP, 1.001, banned=True)),
    (f"banned until {NOW_MS + 259_200_000}", Hold(Scope.IP, 259_200, banned=True)),
    (f"banned until {NOW_MS + 259_200_001}", Hold(Scope.IP, 259_200, banned=True)),
    (f"banned until {NOW_MS // 10 + 13_000}", Hold(Scope.IP, 1, banned=False)),
    (f"banned until {NOW_MS * 10}", Hold(Scope.IP, 1, banned=False)),
    ("banned until further notice", Hold(Scope.IP, 1, banned=False)),
]


@pytest.mark.parametrize(("message", "expected"), TOLD_ENDS)
def test_the_moment_at_which_a_ban_ends(message: str, expected: Hold) -> None:
    assert hold(429, message=f"Way too much request weight used; IP {message}.") == expected


def test_retry_after_comes_before_the_end_of_a_ban_that_the_text_tells() -> None:
    assert hold(403, "7", message=BAN.format(NOW_MS + 130_000)) == Hold(Scope.IP, 7, banned=True)


RETRY_AFTER = [
    # value -> seconds under 429; at least 1, at most three days
    ("0.999", 1),
    ("1.001", 1.001),
    ("  7  ", 7),
    ("1e2", 100),
    ("1E1", 10),
    ("2.5e1", 25),
    ("-0", 1),
    ("259200", 259_200),
    ("259199.5", 259_199.5),
    ("259200.5", 259_200),
    ("9e99", 259_200),
    ("1e100", 8),  # no number that anybody writes: as if it said nothing
    ("1e-9", 8),
    ("7 seconds", 8),
    ("+7", 8),
    (".5", 8),
    ("Sat, 21 Nov 2026 12:00:01 GMT", 1),
    ("Sat, 21 Nov 2026 12:00:02 GMT", 2),
    ("Sat, 21 Nov 2026 13:00:02 +0100", 2),
    ("Tue, 24 Nov 2026 12:00:00 GMT", 259_200),
    ("Tue, 24 Nov 2026 12:00:01 GMT", 259_200),
    ("Sat, 21 Nov 99999 12:00:01 GMT", 8),
]


@pytest.mark.parametrize(("retry_after", "seconds"), RETRY_AFTER)
def test_what_retry_after_may_say(retry_after: str, seconds: float) -> None:
    """4 s before: where it says nothing, 8 s now."""
    assert hold(429, retry_after, previous=4) == Hold(Scope.IP, seconds, banned=False)


DOUBLED = [(0.5, 1), (0.51, 1.02), (59.5, 119), (60, 120), (60.5, 120), (120, 120)]


@pytest.mark.parametrize(("previous", "seconds"), DOUBLED)
def test_doubling_begins_at_a_second_and_ends_at_two_minutes(previous: float, seconds: float) -> None:
    assert hold(429, previous=previous) == Hold(Scope.IP, seconds, banned=False)


INTERVALS = [
    # text of the interval, ms after midnight UTC -> seconds to its end; at least 1
    ("per 1 MINUTE", 0, 60),
    ("per 1 MINUTE", 1, 59.999),
    ("per 1 MINUTE", 58_999, 1.001),
    ("per 1 MINUTE", 59_000, 1),
    ("per 1 MINUTE", 59_999, 1),
    ("per 1 MINUTE", 60_000, 60),
    ("per 1 MINUTE", 60_001, 59.999),
    ("per minute", 30_000, 30),
    ("per  minute", 30_000, 30),
    ("per 10 SECOND", 12_250, 7.75),
    ("per 10 SECONDS", 12_250, 7.75),
    ("per 300SECOND", 12_250, 287.75),
    ("per 1 HOUR", 600_000, 3000),
    ("per 2 hours", 600_000, 6600),
    ("per 1 DAY", 3_600_000, 82_800),
    ("per 7 DAY", 0, 259_200),  # capped; 20778 days after 1970 begin the third day of a week of seven
    ("per 1000 SECOND", 12_250, 8),
    ("per 1 SECONDLY", 250, 8),
    ("permanent", 250, 8),
]


@pytest.mark.parametrize(("words", "ms_of_day", "seconds"), INTERVALS)
def test_the_end_of_an_interval(words: str, ms_of_day: int, seconds: float) -> None:
    midnight = NOW_MS - 12 * 3_600_000
    found = hold(429, previous=4, message=f"current limit is 50 {words}.", now_ms=midnight + ms_of_day)
    assert found is not None
    assert found.seconds == pytest.approx(seconds)
    assert found == Hold(Scope.IP, found.seconds, banned=False)


@pytest.mark.parametrize("status", [417, 419, 428, 430])
def test_the_neighbours_of_418_and_429_ask_for_nothing(status: int) -> None:
    assert hold(status, "5", code=None) is None


@pytest.mark.parametrize("code", [-1015, "-1015"])
def test_the_code_for_too_many_orders_comes_as_a_number_or_as_text(code: int | str) -> None:
    assert hold(200, "5", code=code) == Hold(Scope.ORDERS, 5, banned=False)


COUNTS = [
    # endpoint -> held with the orders of its account, held with what counts by account
    ("POST /api/v3/order", True, False),
    ("POST /api/v3/order/cancelReplace", True, False),
    ("POST /api/v3/orderList/oco", True, False),
    ("PUT /fapi/v1/order", True, False),
    ("POST /fapi/v1/batchOrders", True, False),
    ("DELETE /api/v3/order", False, False),
    ("DELETE /fapi/v1/batchOrders", False, False),
    ("GET /api/v3/order", False, False),
    ("GET /api/v3/account", False, False),
    ("POST /api/v3/order/test", False, False),
    ("POST /sapi/v1/capital/withdraw/apply", False, True),
    ("POST /sapi/v1/convert/acceptQuote", False, True),
    ("GET /sapi/v1/capital/withdraw/history", False, True),
]


@pytest.mark.parametrize(("name", "orders", "account"), COUNTS)
def test_what_counts_as_what(name: str, orders: bool, account: bool) -> None:
    assert (places_orders(endpoint(name)), counts_by_account(endpoint(name))) == (orders, account)


FIREWALL = [
    # Retry-After, how long the last hold was -> seconds
    (None, 0, 30),
    (None, 14, 30),
    (None, 15, 30),
    (None, 15.5, 31),
    (None, 149, 298),
    (None, 150, 300),
    (None, 151, 300),
    ("1", 100, 1),
    ("900", 0, 900),
    ("Sat, 21 Nov 2026 12:00:10 GMT", 0, 10),
    ("soon", 20, 40),
]


@pytest.mark.parametrize(("retry_after", "previous", "seconds"), FIREWALL)
def test_how_long_the_firewall_is_left_alone(
    retry_after: str | None, previous: float, seconds: float
) -> None:
    found = firewall_hold(retry_after, previous=previous, now_ms=NOW_MS)
    assert found == Hold(Scope.IP, seconds, banned=False)


def test_the_words_that_stand_in_files_and_metrics() -> None:
    assert [scope.value for scope in Scope] == ["ip", "account", "orders"]


@pytest.mark.parametrize(
    ("digits", "limit"), [("9", None), ("10", 10), ("1234567", 1234567), ("12345678", None)]
)
def test_a_limit_has_two_to_seven_digits(digits: str, limit: int | None) -> None:
    assert stated_limit(f"current limit is {digits} request weight per 1 MINUTE") == limit
