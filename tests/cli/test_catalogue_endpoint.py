"""What is told of an endpoint, for every row of the table and for some that are none."""

import pytest

from proxy.cli import catalogue_endpoint
from proxy.cli.catalogue_endpoint import about, in_words
from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.parameters import UNDESCRIBED
from proxy.core.errors import UsageError

CATALOGUE = Catalogue.builtin()


def test_every_row_can_be_told() -> None:
    for endpoint in CATALOGUE:
        if endpoint.family == "bapi":
            continue
        told = about(endpoint.name, CATALOGUE)
        lines = list(in_words(told))
        assert lines[0] == endpoint.name
        assert all("\n" not in line for line in lines)
        assert told["parameters_known"] or endpoint.name in UNDESCRIBED or not endpoint.mutates, endpoint.name
        assert not (told["limits"] and not endpoint.mutates), endpoint.name
        assert ("  limits" in "\n".join(lines)) == endpoint.mutates


def test_a_write_that_takes_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """None is such a one today: signed writes take a time stamp at least."""
    monkeypatch.setattr(catalogue_endpoint, "parameters_of", lambda _method, _path: {})
    assert "  parameters  it takes none" in list(in_words(about("POST /api/v3/order", CATALOGUE)))
    assert "  parameters  no source tells them" in list(in_words(about("GET /api/v3/time", CATALOGUE)))


@pytest.mark.parametrize(
    "text", ["", "POST", "/api/v3/order", "PATCH /api/v3/order", "POST /api/v3/order x", "GET /x/y"]
)
def test_what_is_no_endpoint_of_binance_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        about(text, CATALOGUE)
