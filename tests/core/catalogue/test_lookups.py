"""The table of look-ups, held against the catalogue and against what the documentation says of a few."""

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.catalogue.lookups import Half, all_lookups, lookups_of
from proxy.core.catalogue.operations import operation_of

CATALOGUE = Catalogue.builtin()


def test_each_row_names_a_write_and_a_read_of_the_catalogue() -> None:
    """Same family, signed, current; the question never changes anything and never costs an order."""
    assert len(all_lookups()) == 34
    for row in all_lookups():
        method, path = row.write.split(" ")
        write, read = CATALOGUE.find(method, path), CATALOGUE.find("GET", row.ask)
        assert write is not None, row.write
        assert read is not None, row.ask
        assert write.mutates, row.write
        assert not read.mutates, row.ask
        assert write.needs is read.needs is Needs.SIGNED, row.write
        assert write.family == read.family, row.write
        assert (write.status, read.status) == ("current", "current"), row.write
        assert (write.moves_funds_kind == "order") == (method == "POST"), row.write
        assert operation_of(write).value in {"spot", "margin", "futures", "cancels"}, row.write


def test_each_row_has_ids_codes_and_a_dated_source() -> None:
    for row in all_lookups():
        assert all(name and asked for name, asked in row.ids), row.write
        assert -2013 in row.absent_codes, row.write
        assert row.status_in, row.write
        assert row.placed_in, row.write
        assert row.source.startswith("PyPI binance-sdk-"), row.write
        assert "2026" in row.source, row.write
        assert row.forgets == row.ask.startswith(("/fapi", "/dapi", "/eapi", "/papi/v1/um", "/papi/v1/cm"))


def test_a_cancel_can_be_looked_up_by_the_exchanges_number_a_placing_by_its_name_alone() -> None:
    for row in all_lookups():
        assert len(row.ids) == (2 if row.half is Half.CANCEL else 1), row.write
        assert (row.half is Half.CANCEL) == (row.write.startswith("DELETE") or "cancelO" in row.ids[0][0])


def test_the_plain_order_as_documented() -> None:
    """rest-api.md, "New order": newClientOrderId; "Query order": symbol with orderId or origClientOrderId."""
    (row,) = lookups_of("POST /api/v3/order")
    assert row.ids == (("newClientOrderId", "origClientOrderId"),)
    assert (row.ask, row.carried[0].name, row.status_in) == ("/api/v3/order", "symbol", "status")
    assert [one.half for one in lookups_of("POST /api/v3/order/cancelReplace")] == [Half.PLACE, Half.CANCEL]


def test_what_no_read_proves_has_no_row() -> None:
    for write in (
        "PUT /api/v3/order/amend/keepPriority",
        "DELETE /api/v3/openOrders",
        "POST /fapi/v1/batchOrders",
        "POST /papi/v1/cm/conditional/order",
        "POST /sapi/v1/capital/withdraw/apply",
        "GET /api/v3/order",
    ):
        assert lookups_of(write) == ()


def test_every_current_single_order_write_has_a_row_or_is_known_to_have_none() -> None:
    """A new endpoint of this kind in the catalogue makes a person look."""
    without = {
        endpoint.name
        for endpoint in CATALOGUE
        if endpoint.status == "current"
        and endpoint.mutates
        and endpoint.path.startswith(("/api/", "/fapi/", "/dapi/", "/eapi/", "/papi/", "/sapi/v1/margin/"))
        and "rder" in endpoint.path
        and not any(word in endpoint.path for word in ("batch", "penOrders", "/block/", "conditional"))
        and not lookups_of(endpoint.name)
    }
    assert without == {
        "PUT /api/v3/order/amend/keepPriority",
        "PUT /fapi/v1/order",
        "PUT /dapi/v1/order",
        "POST /dapi/v1/algoOrder",  # only client libraries know a read for it
        "PUT /papi/v1/um/order",
        "PUT /papi/v1/cm/order",
        "POST /papi/v1/um/algo/order",
        "DELETE /papi/v1/um/algo/order",
    }
