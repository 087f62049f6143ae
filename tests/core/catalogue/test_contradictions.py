"""What contradicts the table and what does not: more silences than hits."""

from typing import Any

import msgspec
import pytest

from proxy.core.catalogue import Catalogue, Endpoint, EndpointCorrection, Needs
from proxy.core.catalogue.contradictions import (
    MOST_ENTRIES,
    TELL_US,
    Contradiction,
    Kind,
    Seen,
    Tally,
    contradictions_of,
)
from proxy.core.catalogue.parameters import parameters_of

CATALOGUE = Catalogue.builtin()
PUBLIC = "GET /api/v3/depth"
KEYED = "POST /sapi/v1/userListenToken"
SIGNED = "GET /api/v3/account"
ORDER = "POST /api/v3/order"
BY_IP = "GET /sapi/v1/system/status"
BY_UID = "GET /sapi/v1/margin/maxBorrowable"
REMOVED = "GET /fapi/v1/allForceOrders"
IP, UID = "x-sapi-used-ip-weight-1m", "x-sapi-used-uid-weight-1m"
NONE, KEY, SIGN = Needs.NONE, Needs.KEY, Needs.SIGNED
MISSING = "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed."
NO_SIGNATURE = "Mandatory parameter 'signature' was not sent, was empty/null, or malformed."


def row(name: str) -> Endpoint:
    method, path = name.split(" ")
    found = CATALOGUE.find(method, path) or CATALOGUE.unlisted(method, path)
    assert found is not None
    return found


def seen(needs: Needs, status: int, code: str | None = "", **more: Any) -> Seen:
    return Seen(needs=needs, status=status, code=code, **more)


def found(endpoint: Endpoint, about: Seen) -> dict[str, str]:
    return {one.kind.value: one.says for one in contradictions_of(endpoint, about)}


def test_the_rows_of_these_tests_are_what_they_are_called() -> None:
    assert [row(one).needs for one in (PUBLIC, KEYED, SIGNED)] == [NONE, KEY, SIGN]
    assert [row(one).weight_kind for one in (BY_IP, BY_UID)] == ["IP", "UID"]
    assert row(REMOVED).status == "removed"
    assert all(row(one).status == "current" for one in (PUBLIC, KEYED, SIGNED, ORDER))


HITS: list[tuple[str, Seen, str, str]] = [
    (
        PUBLIC, seen(NONE, 401, "-2014"),
        "wants_key", "the table says public, the exchange asked for a key: -2014",
    ),
    (
        PUBLIC, seen(NONE, 401, "-2015"),
        "wants_key", "the table says public, the exchange asked for a key: -2015",
    ),
    (
        PUBLIC, seen(NONE, 400, "-1102", message=MISSING, names=("symbol",)),
        "wants_signature", "the table says public, the exchange asked for a timestamp: -1102",
    ),
    (
        KEYED, seen(KEY, 400, "-1102", message=NO_SIGNATURE, names=()),
        "wants_signature", "the table says key only, the exchange asked for a signature: -1102",
    ),
    (
        KEYED, seen(NONE, 200),
        "needs_less", "the table says a key, the exchange answered a request without a key: 200",
    ),
    (
        SIGNED, seen(NONE, 200, "0"),
        "needs_less", "the table says key and signature, the exchange answered a request without a key: 200",
    ),
    (
        SIGNED, seen(KEY, 200, "000000"), "needs_less",
        "the table says key and signature, the exchange answered a request with a key and no signature: 200",
    ),
    (
        SIGNED, seen(SIGN, 404, None, host="api.binance.com"),
        "gone", "the table says current, the exchange answered as for a path it does not have: 404",
    ),
    (
        SIGNED, seen(SIGN, 410, ""),
        "gone", "the table says current, the exchange answered as for a path it does not have: 410",
    ),
    (
        PUBLIC, seen(NONE, 404, "-5000"),
        "gone", "the table says current, the exchange answered as for a path it does not have: 404",
    ),
    (REMOVED, seen(NONE, 200), "back", "the table says removed, the exchange answered: 200"),
    (
        PUBLIC, seen(NONE, 400, "-1104", names=("symbol", "limit")), "parameter_unread",
        "the table lists all that was sent (symbol, limit), the exchange says that one is too much: -1104",
    ),
    (
        SIGNED, seen(SIGN, 400, "-1101", names=("omitZeroBalances", "recvWindow", "timestamp", "signature")),
        "parameter_unread",
        "the table lists all that was sent (omitZeroBalances), the exchange says that one is too much: -1101",
    ),
    (
        PUBLIC, seen(NONE, 400, "-1103", names=("symbol",)), "parameter_unread",
        "the table lists all that was sent (symbol), the exchange says that one is too much: -1103",
    ),
    (SIGNED, seen(SIGN, 400, "-1138"), "unknown_code", "the table has no such code, the exchange answered: -1138"),
    (ORDER, seen(SIGN, 200, "-1009"), "unknown_code", "the table has no such code, the exchange answered: -1009"),
    (
        BY_IP, seen(NONE, 200, header_names=frozenset({UID, "date"})), "other_weight_header",
        f"the table says weight by IP, the exchange told the weight by UID alone: {UID}",
    ),
    (
        BY_UID, seen(SIGN, 200, header_names=frozenset({IP})), "other_weight_header",
        f"the table says weight by UID, the exchange told the weight by IP alone: {IP}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "about", "kind", "says"), HITS, ids=range(len(HITS)))
def test_an_answer_that_contradicts_is_told_in_one_sentence(
    name: str, about: Seen, kind: str, says: str
) -> None:
    (told,) = contradictions_of(row(name), about)
    assert (told.kind.value, told.says) == (kind, says)
    assert TELL_US in told.remedy


def test_those_of_a_kind_are_told_apart_by_code_and_parameters() -> None:
    (code,) = contradictions_of(row(PUBLIC), seen(NONE, 400, "-1137"))
    (surplus,) = contradictions_of(row(PUBLIC), seen(NONE, 400, "-1104", names=("symbol", "limit")))
    assert (code.detail, surplus.detail) == ("-1137", "limit, symbol")


SILENT: list[tuple[str, str, Seen]] = [
    ("a right public call", PUBLIC, seen(NONE, 200)),
    ("a right signed call", SIGNED, seen(SIGN, 200)),
    ("the user's own key is malformed", SIGNED, seen(SIGN, 401, "-2014")),
    ("the user's own key is refused", SIGNED, seen(SIGN, 401, "-2015")),
    ("the user's key on a keyed endpoint", KEYED, seen(KEY, 401, "-2014")),
    ("a key that the user sent to a public endpoint", PUBLIC, seen(KEY, 401, "-2014")),
    ("a signature that the user sent to a public endpoint", PUBLIC, seen(SIGN, 401, "-2015")),
    ("no key by the user's wish, and it is asked for", SIGNED, seen(NONE, 401, "-2014")),
    ("no signature by the user's wish, and it is asked for", SIGNED, seen(KEY, 400, "-1102", message=MISSING, names=())),
    ("more than is needed", PUBLIC, seen(SIGN, 200)),
    ("an error in a 200", SIGNED, seen(NONE, 200, "-1002")),
    ("a text of C2C in a 200", SIGNED, seen(NONE, 200, "83229")),
    ("a 200 that was not read", SIGNED, seen(NONE, 200, None)),
    ("a limit", SIGNED, seen(NONE, 429, "-1003")),
    ("another parameter is missing", PUBLIC,
     seen(NONE, 400, "-1102", message="Mandatory parameter 'symbol' was not sent.", names=())),
    ("a signature was sent", PUBLIC,
     seen(NONE, 400, "-1102", message=MISSING, names=("symbol", "signature"))),
    ("a time stamp was sent, and stands wrong", KEYED,
     seen(KEY, 400, "-1102", message=MISSING, names=("timestamp",))),
    ("nobody knows what was sent", PUBLIC, seen(NONE, 400, "-1102", message=MISSING)),
    ("signed by the user's wish", PUBLIC, seen(SIGN, 400, "-1102", message=MISSING, names=())),
    ("another code that names the time stamp", PUBLIC, seen(NONE, 400, "-1105", message=MISSING, names=())),
    ("not found by the business", SIGNED, seen(SIGN, 404, "-2013")),
    ("not found or not authorized", SIGNED, seen(SIGN, 404, "-1099")),
    ("not found on another host", SIGNED, seen(SIGN, 404, "", host="api1.binance.com")),
    ("not found, and no source was sure", "GET /sapi/v1/c2c/orderMatch/listOrders", seen(SIGN, 404)),
    ("not found, and the table says removed", REMOVED, seen(NONE, 404)),
    ("removed, and an error", REMOVED, seen(NONE, 200, "-1000")),
    ("blocked by the firewall", PUBLIC, seen(NONE, 403, None)),
    ("an unlisted path is not found", "GET /api/v3/brand/new", seen(SIGN, 404)),
    ("an unlisted path wants nothing", "GET /api/v3/brand/new", seen(NONE, 200)),
    ("an unlisted path, and a new code", "GET /api/v3/brand/new", seen(SIGN, 400, "-1138")),
    ("a name that the table does not have", PUBLIC, seen(NONE, 400, "-1104", names=("symbol", "levels"))),
    ("sent twice", PUBLIC, seen(NONE, 400, "-1101", names=("symbol", "symbol"))),
    ("nothing was sent", PUBLIC, seen(NONE, 400, "-1101", names=())),
    ("only what signing adds", SIGNED, seen(SIGN, 400, "-1104", names=("timestamp", "signature"))),
    ("a JSON body", SIGNED, seen(SIGN, 400, "-1104")),
    ("a signature on a public call", PUBLIC, seen(NONE, 400, "-1101", names=("symbol", "signature"))),
    ("signed by the user's wish, and too much", PUBLIC,
     seen(SIGN, 400, "-1104", names=("symbol", "timestamp", "signature"))),
    ("an order, whose type decides", ORDER,
     seen(SIGN, 400, "-1104", names=("symbol", "side", "type", "timestamp", "signature"))),
    ("a parameter that is wanted at times", "GET /api/v3/ticker/price",
     seen(NONE, 400, "-1106", names=("symbol",))),
    ("a code of spot on another family", BY_UID, seen(SIGN, 400, "-1013")),
    ("a code of the WebSocket API", SIGNED, seen(SIGN, 400, "-1033")),
    ("a code of orders, which the table leaves out", ORDER, seen(SIGN, 400, "-1165")),
    ("a code of positions", "POST /fapi/v1/order", seen(SIGN, 400, "-2019")),
    ("a code of futures", "POST /fapi/v1/order", seen(SIGN, 400, "-4164")),
    ("a code of C2C", SIGNED, seen(SIGN, 200, "83999")),
    ("a code that was not fit to be kept", SIGNED, seen(SIGN, 400, "<code:1a2b:5>")),
    ("a code that is none", SIGNED, seen(SIGN, 400, "-10090")),
    ("both weights", BY_IP, seen(NONE, 200, header_names=frozenset({IP, UID}))),
    ("no weight", BY_IP, seen(NONE, 200, header_names=frozenset({"date"}))),
    ("the other weight on an error", BY_IP, seen(NONE, 400, "-1102", header_names=frozenset({UID}))),
    ("a weight of /sapi on spot", PUBLIC, seen(NONE, 200, header_names=frozenset({UID}))),
    ("nobody says by what it is counted", "POST /sapi/v1/c2c/chat/sendMessage",
     seen(SIGN, 200, header_names=frozenset({IP}))),
]  # fmt: skip


@pytest.mark.parametrize(("why", "name", "about"), SILENT, ids=[one[0] for one in SILENT])
def test_what_has_another_explanation_is_no_contradiction(why: str, name: str, about: Seen) -> None:
    assert found(row(name), about) == {}, why


def test_a_parameter_that_is_wanted_at_times_may_be_one_too_many() -> None:
    """GET /api/v3/order takes orderId or origClientOrderId."""
    endpoint = row("GET /api/v3/order")
    about = seen(SIGN, 400, "-1104", names=("symbol", "orderId", "timestamp", "signature"))
    assert found(endpoint, about) == {}


def test_a_parameter_that_belongs_into_a_json_body_may_be_too_much_elsewhere() -> None:
    endpoint = row("POST /sapi/v1/fiat/deposit")
    assert parameters_of(endpoint.method, endpoint.path)["currency"].place == "json"
    assert found(endpoint, seen(SIGN, 400, "-1104", names=("currency", "timestamp", "signature"))) == {}


def test_the_user_s_own_row_is_the_table() -> None:
    """Whoever corrected a row is not told of it again; a retired call that answers is still news."""
    own = CATALOGUE.with_corrections(
        [
            EndpointCorrection("GET", "/api/v3/depth", needs=KEY),
            EndpointCorrection("GET", "/api/v1/depth"),
        ]
    )
    depth, old = own.find("GET", "/api/v3/depth"), own.find("GET", "/api/v1/depth")
    assert depth is not None
    assert old is not None
    assert found(depth, seen(KEY, 401, "-2014")) == {}
    assert found(old, seen(NONE, 200)) == {"back": "the table says removed, the exchange answered: 200"}


def test_what_to_do_names_where_to_look() -> None:
    (gone,) = contradictions_of(row(PUBLIC), seen(NONE, 404))
    assert gone.remedy == f"look for it in the exchange's change log; {TELL_US}"
    (code,) = contradictions_of(row(PUBLIC), seen(NONE, 400, "-1137"))
    assert code.remedy == f"look for it in the exchange's list of error codes; {TELL_US}"
    assert TELL_US == "if you see it again, tell the project, so that the table follows"


def test_what_to_do_names_a_line_that_the_configuration_takes() -> None:
    (wants,) = contradictions_of(row(PUBLIC), seen(NONE, 401, "-2014"))
    assert "add under `endpoints:`: {endpoint: GET /api/v3/depth, needs: key}" in wants.remedy
    assert wants.detail == ""
    (less,) = contradictions_of(row(SIGNED), seen(KEY, 200))
    assert "{endpoint: GET /api/v3/account, needs: key}" in less.remedy
    (signature,) = contradictions_of(row(PUBLIC), seen(NONE, 400, "-1102", message=NO_SIGNATURE, names=()))
    assert "{endpoint: GET /api/v3/depth, needs: signed}" in signature.remedy


def test_no_row_contradicts_an_answer_that_it_expects() -> None:
    for endpoint in CATALOGUE:
        headers = {"IP": frozenset({IP}), "UID": frozenset({UID})}.get(endpoint.weight_kind, frozenset())
        expected = 404 if endpoint.status == "removed" else 200
        assert found(endpoint, seen(endpoint.needs, expected, header_names=headers)) == {}, endpoint.name
        if endpoint.needs is not NONE:
            for code in ("-2014", "-2015", "-1022", "-1021", "-2008", "-1002"):
                assert found(endpoint, seen(endpoint.needs, 400, code)) == {}, endpoint.name


A = Contradiction(Kind.GONE, "a", "b")
B = Contradiction(Kind.UNKNOWN_CODE, "a", "b", "-1138")


def test_a_tally_counts_each_sort_with_its_first_and_last_time() -> None:
    tally = Tally()
    assert tally.note("production", PUBLIC, A, "2026-11-28T10:00:00.000Z", "one")
    assert not tally.note("production", PUBLIC, A, "2026-11-28T12:00:00.000Z", "two")
    assert not tally.note("production", PUBLIC, A, "2026-11-28T09:00:00.000Z", "three", 5)
    assert not tally.note("production", PUBLIC, A, "2026-11-28T12:00:00.000Z", "of the same moment")
    assert tally.note("testnet", PUBLIC, A, "2026-11-28T09:00:00.000Z", "four")
    assert tally.note("production", PUBLIC, B, "2026-11-28T09:00:00.000Z", "five")
    assert tally.note("production", PUBLIC, msgspec.structs.replace(B, detail="-1137"), "2026", "six")
    first, second, third, fourth = tally.entries()
    assert (first.count, first.first, first.last) == (
        8,
        "2026-11-28T09:00:00.000Z",
        "2026-11-28T12:00:00.000Z",
    )
    assert first.request_id == "of the same moment"
    assert (second.contradiction.detail, third.contradiction.detail) == ("-1137", "-1138")
    assert fourth.environment == "testnet"


def test_a_tally_is_bounded() -> None:
    tally = Tally()
    for number in range(MOST_ENTRIES):
        assert tally.note("production", f"GET /api/v3/{number}", A, "2026", "x")
    assert not tally.note("production", "GET /api/v3/more", A, "2026", "x", 3)
    assert not tally.note("production", "GET /api/v3/0", A, "2026", "x")
    assert len(list(tally.entries())) == MOST_ENTRIES == 512
    assert tally.beyond == 3
