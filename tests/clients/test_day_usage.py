"""What was used, read beside the gateways that write it."""

from decimal import Decimal
from pathlib import Path

import pytest

from proxy.clients.day_usage import Used, read_usage
from proxy.clients.policy_file import FILE
from proxy.core.errors import ConfigError
from tests.clients.ledgers import DAY, NOON, at, ledger_at, living


def test_where_nothing_was_counted_there_is_no_file_and_none_is_made(tmp_path: Path) -> None:
    assert read_usage(tmp_path) is None
    assert read_usage(tmp_path / "nowhere") is None
    assert list(tmp_path.iterdir()) == []


def test_all_days_are_told_the_newest_first(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert ledger.take("bot", "one", at("1.50"), NOON)
    assert ledger.take("bot", "two", at("2", "20"), NOON + DAY)
    assert ledger.take("", "three", at("3", measure="quote"), NOON + DAY)
    assert read_usage(tmp_path) == [
        Used(20_001, "", "line", "quote", "quote of line", Decimal(3), Decimal(10)),
        Used(20_001, "bot", "line", "quantity", "quantity of line", Decimal(2), Decimal(20)),
        Used(20_000, "bot", "line", "quantity", "quantity of line", Decimal("1.50"), Decimal(20)),
    ]


def test_a_day_ends_at_midnight() -> None:
    assert Used(20_000, "", "", "", "", Decimal(1), None).ends_ms == 20_001 * DAY


def test_it_is_read_while_a_gateway_is_in_the_middle_of_writing(tmp_path: Path) -> None:
    writes = """
        ledger = ledger_at(directory)
        assert ledger.take("bot", "one", at("4"), NOON)
        connection = ledger.file._connection
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE total SET amount='9'")
        ready_and_wait()
    """
    with living(tmp_path, writes):
        (one,) = read_usage(tmp_path) or []
    assert one.amount == 4


def test_it_is_read_after_the_last_gateway_has_stopped(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert ledger.take("bot", "one", at("4"), NOON)
    ledger.file.close()
    assert not (tmp_path / f"{FILE}-wal").exists()
    (one,) = read_usage(tmp_path) or []
    assert one.amount == 4


def test_a_sum_whose_bound_is_not_described_is_told_all_the_same(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    assert ledger.take("bot", "one", at("4"), NOON)
    with ledger.file.change() as connection:
        connection.execute("DELETE FROM bound")
    assert read_usage(tmp_path) == [Used(20_000, "bot", "line", "quantity", "", Decimal(4), None)]


@pytest.mark.parametrize("content", [b"this is no database, and long enough to be looked at " * 20, b""])
def test_a_file_that_is_none_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_usage(tmp_path)
