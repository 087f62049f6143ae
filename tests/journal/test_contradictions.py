"""What a journal shows against the table: from flows, redacted as a gateway does it."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.flow import Answer, Flow
from proxy.core.foreign import Foreign
from proxy.core.redaction import ForeignFlow, ForeignIntent, decode_foreign
from proxy.journal import Entry
from proxy.journal.contradictions import seen_in, tally_of, use_in
from tests.core.redaction.flows import json_answer, line_of, make_flow, read_of
from tests.journal.lines import intent

CATALOGUE = Catalogue.builtin()
BAD_KEY = {"code": -2014, "msg": "API-key format invalid."}
DEPTH = b"/api/v3/depth?symbol=BTCUSDT&limit=5"


def told(*records: ForeignFlow) -> tuple[dict[tuple[str, str, str], int], int]:
    tally, answers = tally_of((Entry(record, b"") for record in records), CATALOGUE)
    found = {
        (one.environment, one.endpoint, one.contradiction.kind.value): one.count for one in tally.entries()
    }
    return found, answers


def flow(target: bytes = DEPTH, answer: Answer | None = None, method: str = "GET", **more: Any) -> Flow:
    made = make_flow(method, target, answer=json_answer({}) if answer is None else answer)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def record(*args: Any, **more: Any) -> ForeignFlow:
    return read_of(flow(*args, **more))


def test_what_was_seen_is_what_was_kept() -> None:
    missing = {
        "code": -1102,
        "msg": "Mandatory parameter 'timestamp' was not sent, was empty/null, or malformed.",
    }
    seen = seen_in(record(DEPTH, json_answer(missing, 400, ((b"X-MBX-USED-WEIGHT-1M", b"12"),))), 400)
    assert (seen.needs, seen.status, seen.code) == (Needs.NONE, 400, "-1102")
    assert "'timestamp'" in seen.message
    assert seen.names == ("symbol", "limit")
    assert seen.header_names >= {"content-type", "x-mbx-used-weight-1m"}
    assert seen.host == "api.binance.com"


def test_a_form_has_names_and_a_json_body_has_none() -> None:
    form = make_flow("POST", b"/api/v3/order?symbol=A", b"side=BUY&x=1", answer=json_answer({}))
    assert seen_in(read_of(form), 200).names == (
        "symbol",
        "recvWindow",
        "timestamp",
        "signature",
        "side",
        "x",
    )
    label = ((b"Content-Type", b"application/json"),)
    body = make_flow("POST", b"/sapi/v1/c2c/ads/search", b'{"page":1}', headers=label, answer=json_answer({}))
    assert seen_in(read_of(body), 200).names is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (json_answer({"symbol": "BTCUSDT"}), ""),
        (json_answer({"code": 0}), "0"),
        (Answer(200, ((b"Content-Type", b"text/html"),), b"<html>", 6), None),
        (Answer(200, ((b"Content-Encoding", b"br"),), b"\\x0b", 1), None),
        (Answer(200, (), b'{"code"', 90_000), None),
        (Answer(204, (), b"", 0), ""),
    ],
)
def test_the_code_of_a_body_that_was_not_read_is_not_known(answer: Answer, code: str | None) -> None:
    assert seen_in(record(DEPTH, answer), answer.status).code == code


def test_another_host_is_named_as_none() -> None:
    assert seen_in(record(upstream="http://127.0.0.1:9000"), 200).host == ""


def test_contradictions_are_counted_by_environment() -> None:
    bad = json_answer(BAD_KEY, 401)
    records = [
        record(DEPTH, bad),
        record(DEPTH, bad),
        record(DEPTH, bad, environment="testnet"),
        record(b"/api/v3/account", bad),
        record(),
        record(b"/api/v3/brand/new", bad),
    ]
    found, answers = told(*records)
    assert found == {
        ("production", "GET /api/v3/depth", "wants_key"): 2,
        ("testnet", "GET /api/v3/depth", "wants_key"): 1,
    }
    assert answers == 5


def test_what_was_not_sent_or_not_answered_says_nothing() -> None:
    refused = flow(DEPTH, json_answer(BAD_KEY, 401), dry_run=True)
    lost = flow()
    lost.answer = None
    unsent = flow(DEPTH, json_answer(BAD_KEY, 401), sent=None)
    assert told(*map(read_of, (refused, lost, unsent))) == ({}, 0)
    alone = decode_foreign(intent().line)
    assert isinstance(alone, ForeignIntent)
    tally, answers = tally_of([Entry(alone, b"")], CATALOGUE)
    assert (list(tally.entries()), answers) == ([], 0)


def weighed(
    count: int, rise: int, *, target: bytes = DEPTH, header: bytes = b"X-MBX-USED-WEIGHT-1M", **more: Any
) -> Iterator[ForeignFlow]:
    """Answers a second apart, each of which says that `rise` more was used than the last."""
    for number in range(count):
        answer = json_answer({}, 200, ((header, b"%d" % (100 + rise * number)),))
        made = record(target, answer, weight=5, **more)
        yield msgspec.structs.replace(made, time=Foreign(f"2026-11-28T10:14:{10 + number}.000Z"))


def test_a_weight_that_rises_otherwise_than_documented_is_told_once_with_its_count() -> None:
    tally, _ = tally_of((Entry(one, b"") for one in weighed(5, 7)), CATALOGUE)
    (one,) = tally.entries()
    assert one.contradiction.says == "the table says weight 5, the used weight rose by 7 each of 4 times"
    assert (one.count, one.first, one.last) == (4, "2026-11-28T10:14:11.000Z", "2026-11-28T10:14:14.000Z")


SILENT: list[tuple[str, dict[str, Any]]] = [
    ("as documented", {"rise": 5}),
    ("on a testnet", {"rise": 7, "environment": "testnet"}),
    ("shared answers", {"rise": 7, "shared": True}),
    ("sent twice", {"rise": 7, "attempts": 2}),
    ("a count that is said not to be accurate", {"rise": 7, "target": b"/fapi/v1/ticker/bookTicker"}),
    ("a path of two hosts", {"rise": 7, "target": b"/futures/data/openInterestHist"}),
    ("a weight that nobody documents", {"rise": 7, "target": b"/papi/v1/unimmr/notification"}),
    ("a limiter of each endpoint", {"rise": 7, "target": b"/sapi/v1/system/status"}),
    ("another count", {"rise": 7, "header": b"X-MBX-ORDER-COUNT-1M"}),
    ("a count that is none", {"rise": 0, "header": b"X-MBX-USED-WEIGHT-1H"}),
]


@pytest.mark.parametrize("how", [one[1] for one in SILENT], ids=[one[0] for one in SILENT])
def test_a_weight_is_not_judged_where_it_says_nothing(how: dict[str, Any]) -> None:
    assert told(*weighed(count=5, **how))[0] == {}


def test_a_use_has_its_times_on_one_clock() -> None:
    endpoint = CATALOGUE.find("GET", "/api/v3/depth")
    assert endpoint is not None
    answer = json_answer(
        {}, 200, ((b"Date", b"Thu, 23 Jul 2026 10:14:56 GMT"), (b"X-MBX-USED-WEIGHT-1M", b"12"))
    )
    made = record(DEPTH, answer, weight=5)
    use = use_in(made, endpoint)
    assert use is not None
    assert (use.began_ms, use.ended_ms) == (1_784_801_696_789, 1_784_801_696_789 + made.duration_ms)
    assert made.duration_ms == 35
    assert (use.used, use.documented) == (12, 5)
    assert "date" in seen_in(made, 200).header_names


def test_a_parameter_without_a_value_was_sent() -> None:
    assert seen_in(record(b"/api/v3/depth?symbol=A&limit="), 200).names == ("symbol", "limit")


def test_usd_m_and_coin_m_count_together_and_the_path_of_both_with_its_host() -> None:
    def limiter(path: str, host: str) -> tuple[str, ...]:
        made = record(path.encode(), upstream=f"https://{host}")
        endpoint = CATALOGUE.find("GET", path)
        assert endpoint is not None
        use = use_in(made, endpoint)
        assert use is not None
        return use.limiter

    usd, coin = limiter("/fapi/v1/depth", "fapi.binance.com"), limiter("/dapi/v1/depth", "dapi.binance.com")
    both = limiter("/futures/data/openInterestHist", "dapi.binance.com")
    assert usd == coin == both == ("https://fapi.binance.com", "fapi")
    assert limiter("/api/v3/depth", "api.binance.com") == ("https://api.binance.com", "api")


def test_lines_hold_all_that_is_needed() -> None:
    """A contradiction is found in what stands in the file, byte for byte."""
    line = line_of(flow(DEPTH, json_answer(BAD_KEY, 401)))
    assert '"needs":"none"' in line
    assert '"code":"-2014"' in line
