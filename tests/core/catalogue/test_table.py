"""The table that ships: complete, consistent, and read as it stands in the file."""

import csv
from collections import Counter
from pathlib import Path

import pytest

import proxy.core.catalogue
from proxy.core.catalogue import Catalogue, CatalogueError, EndpointCorrection, Needs, SecurityType
from proxy.core.catalogue.table import CANONICAL_PATH, COLUMNS, endpoint_from_row

CATALOGUE = Catalogue.builtin()
FILE = Path(proxy.core.catalogue.__file__).parent / "data/endpoints.csv"


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_all_rows_of_the_file_are_listed_in_its_order() -> None:
    assert [(e.method, e.path) for e in CATALOGUE] == [(row["method"], row["path"]) for row in rows()]
    assert len(CATALOGUE) == 1067


def test_every_cell_arrives_in_the_endpoint() -> None:
    for row, endpoint in zip(rows(), CATALOGUE, strict=True):
        assert endpoint == endpoint_from_row(row)
        assert (endpoint.family, endpoint.product, endpoint.source) == (
            row["family"],
            row["product"],
            row["source"],
        )
        assert (endpoint.status, endpoint.note) == (row["status"], row["note"])
        assert str(endpoint.weight) == row["weight"]
        assert endpoint.weight_kind == row["weight_kind"]
        assert endpoint.security.value == row["security"]
        assert (endpoint.mutates, endpoint.moves_funds) == (row["mutates"] == "1", row["moves_funds"] == "1")
        assert endpoint.moves_funds_kind == row["moves_funds_kind"]
        assert "|".join(endpoint.hosts) == row["host"]
        assert endpoint.params_in == set(row["params_in"].split("|"))
        assert endpoint.sensitive_response == set(filter(None, row["sensitive_response"].split("|")))
        assert endpoint.listed


def test_needs_follow_the_two_columns_and_not_the_label() -> None:
    """The labels that say one thing where the columns say another, so that a change of either is seen."""
    assert Counter(e.needs for e in CATALOGUE) == {Needs.NONE: 113, Needs.KEY: 62, Needs.SIGNED: 892}
    unsigned = {
        e.name for e in CATALOGUE if e.needs is Needs.KEY and e.security is not SecurityType.USER_STREAM
    }
    labelled = {e.name for e in CATALOGUE if e.security is SecurityType.MARKET_DATA}
    assert unsigned - labelled == {
        "GET /sapi/v1/capital/contract/convertible-coins",
        "POST /sapi/v1/capital/contract/convertible-coins",
        "POST /sapi/v1/c2c/chat/markOrderMessagesAsRead",
        "POST /sapi/v1/c2c/chat/markUserMessagesAsRead",
    }


def test_families_and_methods_are_as_many_as_in_the_sources() -> None:
    assert Counter(e.family for e in CATALOGUE) == {
        "spot": 65, "sapi": 577, "c2c": 78, "fapi": 104, "dapi": 67, "eapi": 49, "papi": 113, "futures_data": 8,
        "bapi": 6,
    }  # fmt: skip
    assert Counter(e.method for e in CATALOGUE) == {"GET": 677, "POST": 315, "DELETE": 53, "PUT": 22}


def test_reads_that_are_no_gets_are_known_posts_and_stream_keys() -> None:
    reads = [e for e in CATALOGUE if not e.mutates and e.method != "GET"]
    assert Counter(e.method for e in reads) == {"POST": 62, "PUT": 10, "DELETE": 10}
    stream_keys = [e for e in reads if e.method in {"PUT", "DELETE"}]
    assert all(e.security is SecurityType.USER_STREAM for e in stream_keys)
    # one setting, whatever its method in the swagger of 2024
    setting = ["GET /sapi/v1/simple-earn/locked/setRedeemOption"]
    assert [e.name for e in CATALOGUE if e.method == "GET" and e.mutates] == setting
    assert not [e.name for e in CATALOGUE if e.moves_funds and not e.mutates]


def test_every_path_is_canonical_and_every_row_has_a_source_and_a_host() -> None:
    for endpoint in CATALOGUE:
        assert CANONICAL_PATH.fullmatch(endpoint.path), endpoint.name
        assert endpoint.source, endpoint.name
        assert endpoint.hosts, endpoint.name


def test_no_two_paths_differ_in_letter_case_only_but_an_old_spelling_of_a_read() -> None:
    spellings: dict[str, set[str]] = {}
    for endpoint in CATALOGUE:
        spellings.setdefault(endpoint.path.lower(), set()).add(endpoint.path)
    now, before = "/sapi/v1/portfolio/pmloan-history", "/sapi/v1/portfolio/pmLoan-history"
    assert [paths for paths in spellings.values() if len(paths) > 1] == [{now, before}]
    pair = [CATALOGUE.find("GET", now), CATALOGUE.find("GET", before)]
    assert [(one.needs, one.mutates, one.status) for one in pair if one is not None] == [
        (Needs.SIGNED, False, "current"),
        (Needs.SIGNED, False, "removed"),
    ]
    assert CATALOGUE.find_ignoring_case("GET", before) is pair[0]
    assert CATALOGUE.methods_for(now) == CATALOGUE.methods_for(before) == ("GET",)


@pytest.mark.parametrize(
    ("method", "path", "security", "needs"),
    [
        # The security types of Binance's spot, margin, futures and C2C documentation.
        ("GET", "/api/v3/time", "NONE", "none"),
        ("GET", "/api/v3/historicalTrades", "NONE", "none"),  # needed a key until 2025
        ("GET", "/api/v3/account", "USER_DATA", "signed"),
        ("POST", "/api/v3/order", "TRADE", "signed"),
        ("POST", "/api/v3/userDataStream", "USER_STREAM", "key"),
        ("POST", "/fapi/v1/listenKey", "USER_STREAM", "key"),
        ("POST", "/sapi/v1/margin/listen-key", "USER_STREAM", "key"),
        ("GET", "/fapi/v1/historicalTrades", "MARKET_DATA", "key"),
        ("GET", "/sapi/v1/margin/allPairs", "MARKET_DATA", "key"),
        ("POST", "/papi/v1/marginLoan", "MARGIN", "signed"),
        ("POST", "/sapi/v1/w3w/wallet/prediction/withdraw/apply", "PREDICTION_TRADE", "signed"),
        ("GET", "/futures/data/basis", "NONE", "none"),
        (
            "GET",
            "/sapi/v1/c2c/orderMatch/listUserOrderHistory",
            "USER_DATA",
            "signed",
        ),  # the SDK sends it unsigned
        ("POST", "/sapi/v1/c2c/ads/search", "SIGNED", "signed"),
    ],
)
def test_endpoints_need_what_the_documentation_says(
    method: str, path: str, security: str, needs: str
) -> None:
    endpoint = CATALOGUE.find(method, path)
    assert endpoint is not None
    assert (endpoint.security.value, endpoint.needs.value) == (security, needs)


def test_lookups_are_exact_except_the_one_for_deny_rules() -> None:
    assert CATALOGUE.find("GET", "/api/v3/Account") is None
    assert CATALOGUE.find("get", "/api/v3/account") is None
    assert CATALOGUE.find("GET", "/api/v3/account/") is None
    withdrawal = CATALOGUE.find("POST", "/sapi/v1/capital/withdraw/apply")
    assert CATALOGUE.find_ignoring_case("POST", "/SAPI/v1/capital/WITHDRAW/apply") is withdrawal
    assert CATALOGUE.find_ignoring_case("GET", "/sapi/v1/capital/withdraw/apply") is None


def test_the_methods_of_a_path_are_known() -> None:
    assert set(CATALOGUE.methods_for("/api/v3/order")) == {"GET", "POST", "DELETE"}
    assert CATALOGUE.methods_for("/api/v3/ordr") == ()


def test_the_built_in_table_is_read_once() -> None:
    assert Catalogue.builtin() is CATALOGUE
    assert CATALOGUE.find("GET", "/api/v3/account") is CATALOGUE.find("GET", "/api/v3/account")


class TestUnlisted:
    @pytest.mark.parametrize("prefix", ["/api", "/sapi", "/fapi", "/dapi", "/eapi", "/papi", "/futures/data"])
    def test_an_unknown_get_is_signed_and_taken_for_a_read(self, prefix: str) -> None:
        endpoint = CATALOGUE.unlisted("GET", f"{prefix}/v9/brandNew")
        assert endpoint is not None
        assert (endpoint.needs, endpoint.mutates, endpoint.listed) == (Needs.SIGNED, False, False)

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
    def test_an_unknown_write_is_taken_for_one_that_moves_funds(self, method: str) -> None:
        endpoint = CATALOGUE.unlisted(method, "/api/v9/brandNew")
        assert endpoint is not None
        assert (endpoint.needs, endpoint.mutates, endpoint.moves_funds) == (Needs.SIGNED, True, True)
        assert not endpoint.listed

    def test_a_get_on_the_path_of_a_withdrawal_is_no_unknown_read(self) -> None:
        for path in ("/sapi/v1/capital/withdraw/apply", "/sapi/v2/Capital/Withdraw/apply"):
            endpoint = CATALOGUE.unlisted("GET", path)
            assert endpoint is not None
            assert endpoint.mutates

    @pytest.mark.parametrize(
        "path", ["/bapi/c2c/v1/x", "/wapi/v3/x", "/api", "/apiv3/x", "/API/v3/x", "/futures/x", "/"]
    )
    def test_there_is_no_default_outside_the_served_prefixes(self, path: str) -> None:
        assert CATALOGUE.unlisted("GET", path) is None

    def test_nothing_is_assumed_of_the_web3_wallet_api(self) -> None:
        assert CATALOGUE.unlisted("GET", "/api/v1/dex/quote") is None

    def test_c2c_has_its_own_family(self) -> None:
        endpoint = CATALOGUE.unlisted("GET", "/sapi/v1/c2c/ads/brandNew")
        assert endpoint is not None
        assert endpoint.family == "c2c"


class TestCorrections:
    def test_a_correction_changes_what_it_names_and_nothing_else(self) -> None:
        path = "/sapi/v1/c2c/chat/markOrderMessagesAsRead"
        corrected = CATALOGUE.with_corrections([EndpointCorrection("POST", path, needs=Needs.SIGNED)])
        before, after = CATALOGUE.find("POST", path), corrected.find("POST", path)
        assert before is not None
        assert after is not None
        assert (before.needs, after.needs) == (Needs.KEY, Needs.SIGNED)
        assert (after.mutates, after.weight, after.family) == (before.mutates, before.weight, before.family)
        assert after.source.startswith("configuration; ")
        assert len(corrected) == len(CATALOGUE)

    def test_a_new_endpoint_is_added_fail_closed(self) -> None:
        corrected = CATALOGUE.with_corrections([EndpointCorrection("POST", "/sapi/v9/new/thing")])
        added = corrected.find("POST", "/sapi/v9/new/thing")
        assert added is not None
        assert (added.needs, added.mutates, added.listed) == (Needs.SIGNED, True, True)
        assert added.source == "configuration"
        assert CATALOGUE.find("POST", "/sapi/v9/new/thing") is None
        assert list(corrected)[-1] is added

    def test_a_retired_call_that_is_corrected_has_another_status(self) -> None:
        paths = ("/sapi/v2/loan/flexible/repay/collateral", "/api/v3/userDataStream")
        corrected = CATALOGUE.with_corrections([EndpointCorrection("POST", path) for path in paths])
        found = [corrected.find("POST", path) for path in paths]
        assert [(one.status, one.mutates) for one in found if one] == [
            ("configured", True),
            ("configured", False),
        ]
        kept = CATALOGUE.with_corrections([EndpointCorrection("GET", "/api/v3/account")])
        account = kept.find("GET", "/api/v3/account")
        assert account is not None
        assert account.status == "current"

    def test_an_old_spelling_can_be_corrected_under_its_own_name(self) -> None:
        path = "/sapi/v1/portfolio/pmLoan-history"
        corrected = CATALOGUE.with_corrections([EndpointCorrection("GET", path)])
        assert [e.status for e in corrected if e.path.lower() == path.lower()] == ["current", "configured"]

    def test_corrections_of_corrections_add_up(self) -> None:
        once = CATALOGUE.with_corrections([EndpointCorrection("GET", "/api/v9/one", needs=Needs.NONE)])
        twice = once.with_corrections([EndpointCorrection("GET", "/api/v9/two")])
        one = twice.find("GET", "/api/v9/one")
        assert one is not None
        assert one.needs is Needs.NONE
        assert len(twice) == len(CATALOGUE) + 2

    def test_no_correction_changes_nothing(self) -> None:
        assert list(CATALOGUE.with_corrections([])) == list(CATALOGUE)

    @pytest.mark.parametrize(
        ("correction", "complaint"),
        [
            (EndpointCorrection("PATCH", "/api/v3/x"), "the method must be one of"),
            (EndpointCorrection("GET", "/api/v3/../x"), "letters, digits"),
            (EndpointCorrection("GET", "/api/v3/x?y=1"), "letters, digits"),
            (EndpointCorrection("GET", "/wapi/v3/x"), "must begin with"),
            (EndpointCorrection("GET", "/bapi/c2c/v1/public/c2c/agent/ad-list"), "must begin with"),
            (EndpointCorrection("GET", "/api/v1/dex/quote"), "belongs to the Web3 wallet API"),
            (
                EndpointCorrection("POST", "/sapi/v2/loan/flexible/repay/collateral", mutates=False),
                "a correction may only tighten",
            ),
            (
                EndpointCorrection("GET", "/api/v3/ACCOUNT"),
                "differs only in letter case from GET /api/v3/account",
            ),
            (
                EndpointCorrection("POST", "/sapi/v1/capital/withdraw/apply", mutates=False),
                "cannot be declared harmless",
            ),
        ],
    )
    def test_nonsense_is_refused_with_its_name(self, correction: EndpointCorrection, complaint: str) -> None:
        with pytest.raises(CatalogueError, match=complaint) as raised:
            CATALOGUE.with_corrections([correction])
        assert correction.path in str(raised.value)

    def test_the_same_path_in_two_spellings_is_refused(self) -> None:
        rows = [EndpointCorrection("GET", "/api/v9/new"), EndpointCorrection("GET", "/api/v9/NEW")]
        with pytest.raises(CatalogueError, match="corrected twice"):
            CATALOGUE.with_corrections(rows)


@pytest.mark.parametrize(
    ("column", "value"),
    [("security", "SECRET"), ("needs_signature", "yes"), ("mutates", ""), ("needs_api_key", "0")],
)
def test_a_row_outside_the_vocabulary_is_refused(column: str, value: str) -> None:
    """A signature without a key (the last case) exists nowhere."""
    row = next(row for row in rows() if row["path"] == "/api/v3/account")
    with pytest.raises(CatalogueError, match="GET /api/v3/account"):
        endpoint_from_row({**row, column: value})


def test_the_columns_are_those_of_the_file() -> None:
    assert tuple(rows()[0]) == COLUMNS


def test_of_what_nobody_lists_every_answer_may_be_sensitive() -> None:
    unlisted = Catalogue.builtin().unlisted("POST", "/sapi/v9/never/heard/of")
    assert unlisted is not None
    assert unlisted.sensitive_response == {"credential", "personal", "address"}
    assert (unlisted.status, unlisted.moves_funds_kind, unlisted.hosts) == ("unlisted", "unknown", ())
