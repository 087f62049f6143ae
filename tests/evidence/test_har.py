"""HAR 1.2. The tables of required fields are those of the specification (softwareishard.com, har-12-spec)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowReader

from proxy.core.foreign import json_text
from proxy.core.redaction import FlowRecord, decode_record
from proxy.core.redaction.record import SideRecord
from proxy.evidence.har import har_document
from proxy.explain.readers.har import is_har, read_har
from tests.evidence.records import exported, write_journal
from tests.hostile.foreign_journal import hostile_journal

REQUIRED: dict[str, dict[str, type | tuple[type, ...]]] = {
    "log": {"version": str, "creator": dict, "entries": list},
    "creator": {"name": str, "version": str},
    "entry": {
        "startedDateTime": str,
        "time": (int, float),
        "request": dict,
        "response": dict,
        "cache": dict,
        "timings": dict,
    },
    "request": {
        "method": str,
        "url": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "queryString": list,
        "headersSize": int,
        "bodySize": int,
    },
    "response": {
        "status": int,
        "statusText": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "content": dict,
        "redirectURL": str,
        "headersSize": int,
        "bodySize": int,
    },
    "content": {"size": int, "mimeType": str},
    "timings": {"send": (int, float), "wait": (int, float), "receive": (int, float)},
    "pair": {"name": str, "value": str},
    "page": {"startedDateTime": str, "id": str, "title": str, "pageTimings": dict},
    "postData": {"mimeType": str, "text": str},
}
OPTIONAL: dict[str, set[str]] = {
    "log": {"browser", "pages", "comment"},
    "creator": {"comment"},
    "entry": {"pageref", "serverIPAddress", "connection", "comment"},
    "request": {"postData", "comment"},
    "response": {"comment"},
    "content": {"compression", "text", "encoding", "comment"},
    "timings": {"blocked", "dns", "connect", "ssl", "comment"},
    "pair": {"comment"},
    "page": {"comment"},
    "postData": {"params", "comment"},
}


def check(kind: str, found: dict[str, Any]) -> None:
    for name, wanted in REQUIRED[kind].items():
        assert isinstance(found[name], wanted), (kind, name)
    extra = {name for name in set(found) - set(REQUIRED[kind]) - OPTIONAL[kind] if not name.startswith("_")}
    assert not extra, (kind, extra)


@pytest.fixture
def har(tmp_path: Path) -> dict[str, Any]:
    write_journal(tmp_path)
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(har_document(exported(tmp_path))))
    return document


def of_side(har: dict[str, Any], side: str) -> list[dict[str, Any]]:
    return [entry for entry in har["log"]["entries"] if entry["_side"] == side]


def test_it_is_valid(har: dict[str, Any]) -> None:
    check("log", har["log"])
    check("creator", har["log"]["creator"])
    assert har["log"]["version"] == "1.2"
    for page in har["log"]["pages"]:
        check("page", page)
    for entry in har["log"]["entries"]:
        check("entry", entry)
        check("request", entry["request"])
        check("response", entry["response"])
        check("content", entry["response"]["content"])
        check("timings", entry["timings"])
        for pair in (
            *entry["request"]["headers"],
            *entry["request"]["queryString"],
            *entry["response"]["headers"],
        ):
            check("pair", pair)
        if posted := entry["request"].get("postData"):
            check("postData", posted)


def test_the_time_is_the_sum_of_the_timings(har: dict[str, Any]) -> None:
    for entry in har["log"]["entries"]:
        total = sum(value for value in entry["timings"].values() if value != -1)
        assert entry["time"] == pytest.approx(total, abs=0.01)
        assert all(value >= 0 or value == -1 for value in entry["timings"].values())


def test_urls_are_absolute_and_hold_no_raw_signs(har: dict[str, Any]) -> None:
    hosts = {"client": "127.0.0.1", "upstream": "api.binance.com"}
    for entry in har["log"]["entries"]:
        url = entry["request"]["url"]
        assert urlsplit(url).hostname == hosts[entry["_side"]]
        assert not set(url) & set('<>"{}| ^`\\')


def test_each_flow_is_a_page_with_an_entry_for_each_side_that_there_was(har: dict[str, Any]) -> None:
    pages = {page["id"]: page["title"] for page in har["log"]["pages"]}
    sides: dict[str, list[str]] = {title: [] for title in pages.values()}
    for entry in har["log"]["entries"]:
        sides[pages[entry["pageref"]]].append(entry["_side"])
        assert entry["_requestId"] in pages[entry["pageref"]]
    both = ["client", "upstream"]
    assert sides == {
        "GET /api/v3/order (r-read)": both,
        "POST /api/v3/order (r-bad)": both,
        "POST /sapi/v1/capital/withdraw/apply (r-refused)": ["client"],
        "POST /sapi/v1/c2c/ads/search (r-search)": both,
        "DELETE /api/v3/openOrders (r-open)": ["client"],
    }


def test_what_came_stands_beside_what_was_sent(har: dict[str, Any]) -> None:
    came, *_, refused, _, alone = of_side(har, "client")
    read, bad, search = of_side(har, "upstream")
    assert [pair["name"] for pair in came["request"]["queryString"]][-2:] == ["timestamp", "signature"]
    names = [pair["name"] for pair in read["request"]["queryString"]]
    assert names == ["symbol", "orderId", "recvWindow", "timestamp", "signature"]
    assert came["request"]["url"].startswith("http://127.0.0.1:8180/api/v3/order?")
    assert bad["response"]["status"] == 400
    assert bad["request"]["postData"]["mimeType"] == "application/x-www-form-urlencoded"
    assert refused["response"]["status"] == 403
    assert search["request"]["postData"]["text"].startswith('{"asset":"USDT"')
    assert alone["response"]["status"] == 0


def test_the_side_of_the_exchange_begins_when_it_was_permitted(har: dict[str, Any]) -> None:
    came, read = of_side(har, "client")[0], of_side(har, "upstream")[0]
    assert came["startedDateTime"] == read["startedDateTime"] == "2026-07-23T10:14:56.789Z"  # 0.2 ms later
    assert came["time"] == pytest.approx(35.0, abs=0.01)
    assert read["time"] == pytest.approx(34.8, abs=0.01)


def record(**fields: Any) -> FlowRecord:
    usual: dict[str, Any] = {
        "time": "2026-07-23T10:00:00.000Z", "request_id": "r-1", "method": "GET", "path": "/api/v3/time",
        "came": SideRecord(), "went": SideRecord(), "server": "api.binance.com", "execution": "answered", "status": 400,
    }  # fmt: skip
    return FlowRecord(schema=1, **{**usual, **fields})


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"code": "-2008", "message": "Invalid Api-Key ID."}, '{"code":-2008,"msg":"Invalid Api-Key ID."}'),
        ({"code": "0"}, '{"code":0,"msg":""}'),
        ({"code": "000000"}, '{"code":"000000","msg":""}'),
        ({"code": "-2008", "body": '{"code":"-2008","msg":""}'}, '{"code":"-2008","msg":""}'),
        ({"code": "<secret:one_time_code:9:0>"}, '{"code":"<secret:one_time_code:9:0>","msg":""}'),
    ],
)
def test_a_code_stays_the_type_that_it_had(fields: dict[str, Any], text: str) -> None:
    last = har_document([record(**fields)])["log"]["entries"][-1]
    assert last["response"]["content"]["text"] == text


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({}, "https://api.binance.com/api/v3/time"),
        ({"scheme": "http", "server": "127.0.0.1:8190"}, "http://127.0.0.1:8190/api/v3/time"),
        ({"server": "<text:1a2b3c4d5e:9:a>"}, "https://upstream.invalid/api/v3/time"),
        ({"path": "*"}, "https://api.binance.com/*"),
        ({"path": "/a?b#c"}, "https://api.binance.com/a%3Fb%23c"),
    ],
)
def test_the_url_is_the_real_one_as_far_as_it_can_stand_there(fields: dict[str, Any], url: str) -> None:
    assert har_document([record(**fields)])["log"]["entries"][-1]["request"]["url"] == url


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_clients_side_has_the_scheme_of_the_gateway(scheme: str) -> None:
    came = SideRecord(headers=["Host: localhost:8180"])
    first = har_document([record(came=came)], scheme=scheme)["log"]["entries"][0]
    assert first["request"]["url"] == f"{scheme}://localhost:8180/api/v3/time"


def test_sizes_that_are_not_known(har: dict[str, Any]) -> None:
    for entry in har["log"]["entries"]:
        assert entry["request"]["headersSize"] == entry["response"]["headersSize"] == -1
    assert of_side(har, "client")[-1]["response"]["bodySize"] == -1


def test_an_intent_took_no_time(har: dict[str, Any]) -> None:
    alone = of_side(har, "client")[-1]
    assert (alone["time"], alone["timings"]["wait"], alone["timings"]["receive"]) == (0, 0, 0)


def test_who_spoke_to_the_exchange_itself_has_one_entry() -> None:
    """As mitmproxy's addon records it."""
    (entry,) = har_document([record(went=None, came=SideRecord(query="a=1"))])["log"]["entries"]
    assert (entry["_side"], entry["request"]["url"]) == (
        "upstream",
        "https://api.binance.com/api/v3/time?a=1",
    )


def read_by_mitmproxy(document: dict[str, Any], at: Path) -> list[HTTPFlow]:
    at.write_text(json_text(document))
    with at.open("rb") as file:
        return [flow for flow in FlowReader(file).stream() if isinstance(flow, HTTPFlow)]


def test_mitmproxy_reads_it(har: dict[str, Any], tmp_path: Path) -> None:
    flows = read_by_mitmproxy(har, tmp_path / "flows.har")
    assert [flow.response.status_code for flow in flows] == [200, 200, 400, 400, 403, 200, 200, 0]
    assert flows[3].request.url == of_side(har, "upstream")[1]["request"]["url"]
    assert flows[3].response.json()["code"] == -1022


CODED = SideRecord(
    body="a=1", body_kind="form", headers=["Content-Encoding: gzip", "Content-Type: text/plain"]
)


@pytest.mark.parametrize(
    "odd",
    [
        record(came=CODED, went=None, execution="not_sent", status=None, refused=415, error="coded_body"),
        record(headers=["Content-Encoding: odd"], body="{}"),
        record(headers=["Content-Encoding: gzip", "Content-Type: a/b; charset=odd"], body="{}"),
        record(time="yesterday"),
        record(time="2026-07-23T10:00:00.000"),
        record(time="9999-12-31T23:59:59.999Z"),
        record(method="_OTHER", path="", server="", came=SideRecord(headers=["Host: a b:c"])),
        record(server="[::1]:8190"),
        record(status=None, execution="unknown", error="timeout"),
    ],
)
def test_one_odd_flow_makes_the_others_not_unreadable(odd: FlowRecord, tmp_path: Path) -> None:
    """The first is how a refusal of a compressed body once broke the file: mitmproxy tried to unpack its mark."""
    flows = read_by_mitmproxy(har_document([record(), odd, record()]), tmp_path / "flows.har")
    assert len(flows) >= 5


def test_mitmproxy_reads_that_of_a_journal_that_somebody_else_wrote(tmp_path: Path) -> None:
    hostile_journal(tmp_path)
    document = har_document(exported(tmp_path))
    assert len(read_by_mitmproxy(document, tmp_path / "flows.har")) == len(document["log"]["entries"]) > 400


def test_the_record_is_carried_along_and_explain_reads_it(har: dict[str, Any]) -> None:
    carried = [entry["_flow"] for entry in har["log"]["entries"] if "_flow" in entry]
    for one in carried:
        decode_record(msgspec.json.encode(one))
    assert is_har(har)
    assert len(read_har(har)) == len(carried) == 5
