"""The methods of the WebSocket API: what each takes, by hand from the documentation."""

import csv

import pytest

from proxy.core.catalogue.shipped import shipped
from proxy.core.catalogue.websocket_methods import method_names, methods_of


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("order.place", ["dapi", "fapi", "spot"]),
        ("v3/order.place", ["dapi", "fapi", "spot"]),
        ("account.balance", ["dapi", "fapi"]),
        ("v2/account.balance", ["fapi"]),
        ("ticker.24hr", ["spot"]),
        ("userDataStream.subscribe.listenToken", ["margin"]),
        ("order.plce", []),
        ("Order.place", []),
        ("", []),
        ("v3/", []),
    ],
)
def test_a_method_is_found_by_its_name(name: str, families: list[str]) -> None:
    assert sorted(one.family for one in methods_of(name)) == families


def test_what_a_method_takes() -> None:
    (spot,) = (one for one in methods_of("klines") if one.family == "spot")
    assert list(spot.parameters) == ["symbol", "interval", "startTime", "endTime", "timeZone", "limit"]
    assert (spot.parameters["symbol"].required, spot.parameters["limit"].most) == ("yes", "1000")
    assert (spot.signed, spot.removed) == (False, False)
    (place,) = (one for one in methods_of("order.place") if one.family == "spot")
    assert place.signed
    assert place.parameters["side"].values == ("BUY", "SELL")
    assert dict(methods_of("ping")[0].parameters) == {}


def test_retired_methods_are_known() -> None:
    """On spot; futures still have them."""
    removed = {name for name in method_names() for one in methods_of(name) if one.removed}
    assert {one.family for name in removed for one in methods_of(name) if one.removed} == {"spot"}
    assert removed == {"userDataStream.start", "userDataStream.ping", "userDataStream.stop"}


def test_every_row_of_parameters_belongs_to_a_method() -> None:
    rows = csv.DictReader(shipped("parameters_ws.csv").decode().splitlines())
    for row in rows:
        assert row["family"] in {one.family for one in methods_of(row["method"])}, row["method"]
