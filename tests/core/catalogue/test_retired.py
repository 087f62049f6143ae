"""What Binance has retired, call by call."""

import re

from proxy.core.catalogue import Catalogue
from proxy.core.catalogue.retired import REMOVED, all_retirements, retirement_of, retirement_of_path

CATALOGUE = Catalogue.builtin()
LEFT_THE_SDKS = {
    # No change log of Binance retires these; the SDKs dropped them.
    "GET /dapi/v1/allForceOrders",
    "GET /fapi/v1/allForceOrders",
    "GET /sapi/v1/portfolio/pmLoan-history",
    "POST /sapi/v2/loan/flexible/repay/collateral",
}


def test_each_line_names_a_removed_call_a_day_and_a_source() -> None:
    assert len(all_retirements()) == 26
    for one in all_retirements():
        endpoint = CATALOGUE.find(one.method, one.path)
        assert endpoint is not None, one
        assert endpoint.status == REMOVED, one
        assert one.environment in {"production", "testnet"}, one
        assert re.fullmatch(r"2026-0[23]-[0-9]{2}", one.since), one
        assert re.search(r"(?i)change ?log", one.source), one


def test_a_call_to_use_instead_is_listed_and_current() -> None:
    for one in all_retirements():
        for method, path in re.findall(r"\b(GET|POST) (/[A-Za-z0-9/]+)", one.instead):
            twin = CATALOGUE.find(method, path)
            assert twin is not None, one
            assert twin.status == "current", one
        assert "/api/v1" not in one.instead


def test_every_removed_call_is_retired_in_production_or_only_left_the_sdks() -> None:
    removed = [endpoint for endpoint in CATALOGUE if endpoint.status == REMOVED]
    assert len(removed) == 27
    assert {one.name for one in removed if retirement_of(one, "production") is None} == LEFT_THE_SDKS


def test_a_current_call_is_never_retired() -> None:
    for endpoint in CATALOGUE:
        if endpoint.status != REMOVED:
            assert retirement_of(endpoint, "production") is None


def test_the_testnet_has_its_own_days_and_the_sandbox_those_of_production() -> None:
    stream = CATALOGUE.find("POST", "/api/v3/userDataStream")
    assert stream is not None
    since = {
        environment: found.since if (found := retirement_of(stream, environment)) else None
        for environment in ("production", "sandbox", "testnet", "demo", "us")
    }
    assert since == {
        "production": "2026-02-20", "sandbox": "2026-02-20", "testnet": "2026-02-04", "demo": None, "us": None,
    }  # fmt: skip


def test_a_path_is_retired_as_a_whole_where_all_its_calls_are() -> None:
    for one in all_retirements():
        listed = [CATALOGUE.find(method, one.path) for method in CATALOGUE.methods_for(one.path)]
        assert {endpoint.status for endpoint in listed if endpoint is not None} == {REMOVED}, one
        whole = retirement_of_path(one.path, one.environment)
        assert whole is not None
        assert (whole.path, whole.since) == (one.path, one.since)
    first = retirement_of_path("/api/v3/userDataStream", "sandbox")
    assert first is not None
    assert (first.method, first.environment) == ("POST", "production")
    for path, environment in (
        ("/api/v3/account", "production"),
        ("/api/v3/userdatastream", "production"),
        ("/api/v3/userDataStream", "us"),
        ("/sapi/v1/userDataStream", "testnet"),
        ("/fapi/v1/listenKey", "production"),
    ):
        assert retirement_of_path(path, environment) is None
