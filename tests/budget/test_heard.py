"""Headers about limits, in any letter case."""

import pytest

from proxy.budget.heard import Ear

USED = [
    (b"X-MBX-USED-WEIGHT-1M", 21),
    (b"x-mbx-used-weight-1m", 21),
    (b"x-mbx-used-weight-1M", 21),
    (b"X-SAPI-USED-IP-WEIGHT-1M", 21),
    (b"X-Sapi-Used-Uid-Weight-1m", 21),
    (b"X-MBX-USED-WEIGHT", None),  # of older days, and beside the other
    (b"X-MBX-USED-WEIGHT-1H", None),
    (b"X-SAPI-USED-WEIGHT-1M", None),
    (b"Content-Length", None),
    (b"", None),
]


@pytest.mark.parametrize(("name", "used"), USED)
def test_used_weight(name: bytes, used: int | None) -> None:
    ear = Ear()
    for _ in range(2):  # learned, and known again
        assert ear.hear(((b"Date", b"7"), (name, b"21"))) == (used, ())


ORDERS = [
    (b"X-MBX-ORDER-COUNT-10S", ((10_000, 5),)),
    (b"x-mbx-order-count-1m", ((60_000, 5),)),
    (b"X-MBX-ORDER-COUNT-1D", ((86_400_000, 5),)),
    (b"X-MBX-ORDER-COUNT-0S", ()),
    (b"X-MBX-ORDER-COUNT-10", ()),
]


@pytest.mark.parametrize(("name", "orders"), ORDERS)
def test_order_counts(name: bytes, orders: tuple[tuple[int, int], ...]) -> None:
    assert Ear().hear(((name, b"5"),)) == (None, orders)


DATE = (b"Date", b"7")


def test_answers_may_be_laid_out_in_turns() -> None:
    ear = Ear()
    used, count = (b"X-MBX-USED-WEIGHT-1M", b"3"), (b"X-MBX-ORDER-COUNT-10S", b"9")
    for _ in range(2):
        assert ear.hear((DATE, DATE)) == (None, ())
        assert ear.hear((DATE, used)) == (3, ())
        assert ear.hear((used, DATE)) == (3, ())
        assert ear.hear((used, count, DATE)) == (3, ((10_000, 9),))
        assert ear.hear(()) == (None, ())
