"""Headers about limits, in any letter case."""

import pytest

from proxy.limits.usage_headers import USED_NAME, USED_NAMES, UsageHeaders

USED = [
    (b"X-MBX-USED-WEIGHT-1M", 21),
    (b"x-mbx-used-weight-1m", 21),
    (b"x-mbx-used-weight-1M", 21),
    (b"X-MBX-USED-WEIGHT", None),  # of older days, and beside the other
    (b"X-MBX-USED-WEIGHT-1H", None),
    (b"X-SAPI-USED-IP-WEIGHT-1M", None),  # another limiter
    (b"Content-Length", None),
    (b"", None),
]


@pytest.mark.parametrize(("name", "used"), USED)
def test_used_weight(name: bytes, used: int | None) -> None:
    usage_headers = UsageHeaders(USED_NAME)
    for _ in range(2):  # searched, and known again
        assert usage_headers.read(((b"Date", b"7"), (name, b"21"))) == (used, ())


@pytest.mark.parametrize("kind", ["IP", "UID"])
def test_on_sapi_the_name_tells_the_limiter(kind: str) -> None:
    headers = ((b"X-SAPI-Used-IP-Weight-1M", b"4"), (b"x-sapi-used-uid-weight-1m", b"5"))
    assert UsageHeaders(USED_NAMES[kind]).read(headers) == (4 if kind == "IP" else 5, ())


ORDERS = [
    (b"X-MBX-ORDER-COUNT-10S", ((10_000, 5),)),
    (b"x-mbx-order-count-1m", ((60_000, 5),)),
    (b"X-MBX-ORDER-COUNT-1D", ((86_400_000, 5),)),
    (b"X-MBX-ORDER-COUNT-0S", ()),
    (b"X-MBX-ORDER-COUNT-10", ()),
]


@pytest.mark.parametrize(("name", "orders"), ORDERS)
def test_order_counts(name: bytes, orders: tuple[tuple[int, int], ...]) -> None:
    assert UsageHeaders(USED_NAME).read(((name, b"5"),)) == (None, orders)


DATE = (b"Date", b"7")


def test_answers_may_be_laid_out_in_turns() -> None:
    usage_headers = UsageHeaders(USED_NAME)
    used, count = (b"X-MBX-USED-WEIGHT-1M", b"3"), (b"X-MBX-ORDER-COUNT-10S", b"9")
    for _ in range(2):
        assert usage_headers.read((DATE, DATE)) == (None, ())
        assert usage_headers.read((DATE, used)) == (3, ())
        assert usage_headers.read((used, DATE)) == (3, ())
        assert usage_headers.read((used, count, DATE)) == (3, ((10_000, 9),))
        assert usage_headers.read(()) == (None, ())


INTERVALS = [
    (b"x-mbx-order-count-1s", 1000),
    (b"x-mbx-order-count-5m", 300_000),
    (b"x-mbx-order-count-2h", 7_200_000),
    (b"x-mbx-order-count-1d", 86_400_000),
    (b"x-mbx-order-count-999s", 999_000),
    (b"x-mbx-order-count-1000s", None),
    (b"x-mbx-order-count-s", None),
    (b"x-mbx-order-count-1w", None),
    (b"x-mbx-order-count-1s2", None),
    (b"x-mbx-order-counts-1s", None),
    (b"y-x-mbx-order-count-1s", None),
]


@pytest.mark.parametrize(("name", "interval_ms"), INTERVALS)
def test_intervals_of_order_counts(name: bytes, interval_ms: int | None) -> None:
    assert UsageHeaders(USED_NAME).read(((name, b"3"),)) == (
        None,
        () if interval_ms is None else ((interval_ms, 3),),
    )


VALUES = [
    (b"0", 0),
    (b"21", 21),
    (b"021", 21),
    (b"999999999", 999_999_999),
    (b"1000000000", None),
    (b"", None),
    (b"-1", None),
    (b"1.0", None),
    (b" 1", None),
    (b"1 ", None),
    (b"+1", None),
    ("١".encode(), None),  # a digit, but not one of ASCII
]


@pytest.mark.parametrize(("value", "used"), VALUES)
def test_counts_are_up_to_nine_digits(value: bytes, used: int | None) -> None:
    headers = ((b"X-MBX-USED-WEIGHT-1M", value), (b"X-MBX-ORDER-COUNT-1S", value))
    assert UsageHeaders(USED_NAME).read(headers) == (used, () if used is None else ((1000, used),))


def test_a_count_that_is_no_number_hides_no_other() -> None:
    headers = (
        (b"X-MBX-ORDER-COUNT-1S", b"x"),
        (b"X-MBX-USED-WEIGHT-1M", b"4"),
        (b"X-MBX-ORDER-COUNT-1D", b"5"),
    )
    usage_headers = UsageHeaders(USED_NAME)
    for _ in range(2):
        assert usage_headers.read(headers) == (4, ((86_400_000, 5),))


def test_of_several_counts_of_the_weight_the_last_counts() -> None:
    headers = ((b"X-MBX-USED-WEIGHT-1M", b"4"), (b"x-mbx-used-weight-1m", b"5"))
    assert UsageHeaders(USED_NAME).read(headers) == (5, ())


def test_the_same_number_of_headers_in_another_order_is_searched_again() -> None:
    used, other = (b"X-MBX-USED-WEIGHT-1M", b"3"), (b"X-Other", b"9")
    usage_headers = UsageHeaders(USED_NAME)
    for headers in ((used, other), (other, used), (other, other), (used, used), (other, used)):
        assert usage_headers.read(headers)[0] == (3 if used in headers else None)
