"""The wall, over the whole catalogue: no write is asked, by whatever door."""

import csv
from pathlib import Path

import pytest

from proxy.audit.own_sets import own_set
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.operations import DELICATE, Operation, operation_of
from proxy.core.catalogue.reads import ReadGroup, read_group_of
from proxy.core.errors import UsageError
from proxy.probing.read_only import is_read, require_read
from tests.support.children import ROOT

TABLE = ROOT / "proxy/core/catalogue/data/endpoints.csv"


def flagged() -> set[tuple[str, str]]:
    """Method and path of every write, by the columns of the file itself."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["method"], row["path"])
            for row in csv.DictReader(file)
            if row["mutates"] != "0" or row["moves_funds"] != "0"
        }


def test_no_write_of_the_table_is_a_read() -> None:
    writes = flagged()
    assert len(writes) > 300
    for endpoint in Catalogue.builtin():
        if (endpoint.method, endpoint.path) in writes:
            assert not is_read(endpoint), endpoint.name
            with pytest.raises(UsageError, match="is no read"):
                require_read(Catalogue.builtin(), endpoint.method, endpoint.path)


def test_what_passes_is_known_read_by_read() -> None:
    passing = [endpoint for endpoint in Catalogue.builtin() if is_read(endpoint)]
    assert {endpoint.method for endpoint in passing} == {"GET", "POST"}
    assert len(passing) > 400
    for endpoint in passing:
        assert operation_of(endpoint) is Operation.READ
        assert endpoint.name not in DELICATE
        if endpoint.method == "POST":
            group = read_group_of(endpoint)
            assert group in (ReadGroup.C2C, ReadGroup.BALANCES), endpoint.name
            assert endpoint.path.startswith(("/sapi/v1/c2c/", "/sapi/v3/asset/", "/sapi/v1/asset/")), (
                endpoint.name
            )


@pytest.mark.parametrize(
    "name",
    [
        "POST /api/v3/order/test",  # changes nothing, and is no read
        "POST /fapi/v1/listenKey",
        "POST /sapi/v1/convert/getQuote",
        "POST /sapi/v1/c2c/orderMatch/releaseCoin",
        "POST /sapi/v1/c2c/merchant/getOnline",  # sets the state in spite of its name
        "GET /sapi/v1/simple-earn/locked/setRedeemOption",  # a GET that writes
        "POST /sapi/v1/capital/withdraw/apply",
    ],
)
def test_these_are_no_reads_although_some_look_like_it(name: str) -> None:
    with pytest.raises(UsageError, match="is no read"):
        require_read(Catalogue.builtin(), *name.split(" "))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("GET /sapi/v1/never/heard/of/it", "stands in no table"),
        ("GET /SAPI/v1/account/status", "stands in no table"),
        ("GET /api/v3/userDataStream", "stands in no table"),
    ],
)
def test_what_nobody_lists_is_not_asked(name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        require_read(Catalogue.builtin(), *name.split(" "))


def test_no_write_enters_by_a_set_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    for number, (method, name) in enumerate(sorted(flagged())):  # as a call, as a control, by turns
        as_call, as_control = (
            f"calls: [{method} {name}]",
            f"controls: [{method} {name}]\n    calls: [GET /a/b]",
        )
        path.write_text(
            f"name: mine\ngroups:\n  - name: writes\n    {as_control if number % 2 else as_call}\n"
        )
        with pytest.raises(UsageError, match=f"{method} {name}|GET or POST"):
            own_set(path)
