"""The shipped data is what the code expects, or nothing is read of it."""

import pkgutil

import pytest

from proxy.core.catalogue import lookups, shipped, table


def test_a_file_that_is_not_there_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pkgutil, "get_data", lambda *_: None)
    with pytest.raises(FileNotFoundError, match="endpoints"):
        shipped.shipped("endpoints.csv")


def test_other_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lookups, table):
        monkeypatch.setattr(module, "shipped", lambda _: b"a,b\n1,2\n")
    with pytest.raises(ValueError, match="order_lookups"):
        lookups._table.__wrapped__()
    with pytest.raises(table.CatalogueError, match="endpoints"):
        table._builtin.__wrapped__()
