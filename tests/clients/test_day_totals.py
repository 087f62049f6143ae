"""Sums of a day: exact, kept as text."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal, Inexact

import pytest

from proxy.clients.day_totals import SCHEMA, Total, exact_sum, give_back, set_used, used_of

TODAY = Total(20_000, "bot", "line", "quote")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("0.1", "0.2", "0.3"),
        ("1" + "0" * 40, "0." + "0" * 40 + "1", "1" + "0" * 40 + "." + "0" * 40 + "1"),
        ("1E+3", "1", "1001"),
        ("5", "-5", "0"),
    ],
)
def test_nothing_is_rounded(one: str, other: str, together: str) -> None:
    assert str(exact_sum(Decimal(one), Decimal(other))) == together


def test_what_cannot_be_exact_fails() -> None:
    with pytest.raises(Inexact):
        exact_sum(Decimal("1E+2000"), Decimal(1))


def test_a_sum_is_kept_digit_by_digit(connection: sqlite3.Connection) -> None:
    assert used_of(connection, TODAY) == 0
    for text in ("123456789012345678901234567890.000000000000000001", "7", "1E+30"):
        set_used(connection, TODAY, Decimal(text))
        assert str(used_of(connection, TODAY)) == text
    (kept,) = connection.execute("SELECT typeof(amount) FROM total").fetchall()
    assert kept == ("text",)


@pytest.mark.parametrize(
    "other",
    [
        Total(20_001, "bot", "line", "quote"),
        Total(20_000, "", "line", "quote"),
        Total(20_000, "bot", "enil", "quote"),
        Total(20_000, "bot", "line", "quantity"),
    ],
)
def test_each_is_a_sum_of_its_own(other: Total, connection: sqlite3.Connection) -> None:
    set_used(connection, TODAY, Decimal(5))
    set_used(connection, other, Decimal(3))
    give_back(connection, other, Decimal("0.5"))
    assert (used_of(connection, TODAY), used_of(connection, other)) == (Decimal(5), Decimal("2.5"))


def test_nothing_is_given_back_to_a_sum_that_is_gone(connection: sqlite3.Connection) -> None:
    give_back(connection, TODAY, Decimal(5))
    assert connection.execute("SELECT * FROM total").fetchall() == []
