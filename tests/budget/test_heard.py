"""Headers about limits, in any letter case."""

import pytest

from proxy.budget.heard import USED_NAME, USED_NAMES, Ear

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
    ear = Ear(USED_NAME)
    for _ in range(2):  # searched, and known again
        assert ear.hear(((b"Date", b"7"), (name, b"21"))) == (used, ())


@pytest.mark.parametrize("kind", ["IP", "UID"])
def test_on_sapi_the_name_tells_the_limiter(kind: str) -> None:
    headers = ((b"X-SAPI-Used-IP-Weight-1M", b"4"), (b"x-sapi-used-uid-weight-1m", b"5"))
    assert Ear(USED_NAMES[kind]).hear(headers) == (4 if kind == "IP" else 5, ())


ORDERS = [
    (b"X-MBX-ORDER-COUNT-10S", ((10_000, 5),)),
    (b"x-mbx-order-count-1m", ((60_000, 5),)),
    (b"X-MBX-ORDER-COUNT-1D", ((86_400_000, 5),)),
    (b"X-MBX-ORDER-COUNT-0S", ()),
    (b"X-MBX-ORDER-COUNT-10", ()),
]


@pytest.mark.parametrize(("name", "orders"), ORDERS)
def test_order_counts(name: bytes, orders: tuple[tuple[int, int], ...]) -> None:
    assert Ear(USED_NAME).hear(((name, b"5"),)) == (None, orders)


DATE = (b"Date", b"7")


def test_answers_may_be_laid_out_in_turns() -> None:
    ear = Ear(USED_NAME)
    used, count = (b"X-MBX-USED-WEIGHT-1M", b"3"), (b"X-MBX-ORDER-COUNT-10S", b"9")
    for _ in range(2):
        assert ear.hear((DATE, DATE)) == (None, ())
        assert ear.hear((DATE, used)) == (3, ())
        assert ear.hear((used, DATE)) == (3, ())
        assert ear.hear((used, count, DATE)) == (3, ((10_000, 9),))
        assert ear.hear(()) == (None, ())
