"""The meaning of a code depends on who answered."""

import pytest

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.errors import all_errors, lookup, lookup_status

FAMILIES = {endpoint.family for endpoint in Catalogue.builtin()} | {"ws", "fix"}


def test_every_row_is_complete_and_names_known_families() -> None:
    rows = all_errors()
    assert len(rows) == 127
    for row in rows:
        assert row.codes, row
        assert row.name, row.codes
        assert row.meaning, row.codes
        assert row.fix, row.codes
        assert row.retry, row.codes
        assert row.sources, row.codes
        assert row.families <= FAMILIES, row.codes


def test_no_code_has_two_meanings_in_one_family() -> None:
    for family in FAMILIES:
        codes = [code for row in all_errors() if row.holds_for(family) for code in row.codes]
        assert len(codes) == len(set(codes)), family


@pytest.mark.parametrize(
    ("code", "family", "name"),
    [
        (-1021, "spot", "INVALID_TIMESTAMP"),
        (-1022, "c2c", "INVALID_SIGNATURE"),
        (-2008, "c2c", "BAD_API_ID"),
        (-2021, "spot", "cancelReplace partially failed"),
        (-2021, "fapi", "ORDER_WOULD_IMMEDIATELY_TRIGGER"),
        (-2022, "dapi", "REDUCE_ONLY_REJECT"),
        (-1008, "spot", "SERVER_BUSY"),
        (-1008, "eapi", "TOO_MANY_REQUESTS"),
        (-1004, "sapi", "SERVER_BUSY"),
        (-1004, "fapi", "DUPLICATE_IP"),
        (-1108, "fapi", "BAD_ASSET"),
        (-4004, "sapi", "CAPITAL_UA"),
        ("000000", "c2c", "success"),
        ("83229", "c2c", "merchant in rest"),
        (83229, "c2c", "merchant in rest"),
        (187040, "c2c", "volume out of step"),
        ("Permission denied", "c2c", "textual C2C errors"),
    ],
)
def test_a_code_means_what_the_family_says(code: int | str, family: str, name: str) -> None:
    error = lookup(code, family=family)
    assert error is not None
    assert error.name == name


@pytest.mark.parametrize(
    ("code", "family"),
    [
        (-4004, "fapi"),
        (-2021, "sapi"),
        (83229, "spot"),
        (-9999, "spot"),
        (0, "spot"),
        ("", "c2c"),
        ("-9xxx", "sapi"),
    ],
)
def test_a_number_known_elsewhere_only_is_not_guessed(code: int | str, family: str) -> None:
    assert lookup(code, family=family) is None


@pytest.mark.parametrize(
    ("status", "name"),
    [(403, "WAF"), (418, "IP ban"), (429, "rate limited"), (451, "restricted location"), (502, "server error"),
     (503, "three futures variants")],
)  # fmt: skip
def test_a_status_without_a_code_is_explained(status: int, name: str) -> None:
    error = lookup_status(status)
    assert error is not None
    assert error.name == name


def test_a_good_status_is_no_error() -> None:
    assert lookup_status(200) is None
    assert lookup_status(302) is None


def test_a_wrong_signature_is_never_retried() -> None:
    error = lookup(-1022, family="spot")
    assert error is not None
    assert error.retry.startswith("no")
