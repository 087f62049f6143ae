"""HAR 1.2. The tables of required fields are those of the specification (softwareishard.com, har-12-spec)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from proxy.core.redaction import decode_record
from proxy.evidence.har import har_document
from proxy.explain.readers.har import is_har, read_har
from tests.evidence.records import exported, write_journal

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


def test_it_is_valid(har: dict[str, Any]) -> None:
    check("log", har["log"])
    check("creator", har["log"]["creator"])
    assert har["log"]["version"] == "1.2"
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
            assert set(posted) == {"mimeType", "text"}


def test_the_time_is_the_sum_of_the_timings(har: dict[str, Any]) -> None:
    for entry in har["log"]["entries"]:
        total = sum(value for value in entry["timings"].values() if value != -1)
        assert entry["time"] == pytest.approx(total, abs=0.01)
        assert all(value >= 0 or value == -1 for value in entry["timings"].values())


def test_urls_are_absolute_and_hold_no_raw_signs(har: dict[str, Any]) -> None:
    for entry in har["log"]["entries"]:
        url = entry["request"]["url"]
        assert urlsplit(url).hostname == "api.binance.com"
        assert not set(url) & set('<>"{}| ^`\\')


def test_what_was_sent_is_what_is_shown(har: dict[str, Any]) -> None:
    read, bad, refused, search, alone = har["log"]["entries"]
    names = [pair["name"] for pair in read["request"]["queryString"]]
    assert names == ["symbol", "orderId", "recvWindow", "timestamp", "signature"]
    assert bad["response"]["status"] == 400
    assert '"code":"-1022"' in bad["response"]["content"]["text"]
    assert bad["request"]["postData"]["mimeType"] == "application/x-www-form-urlencoded"
    assert refused["response"]["status"] == 403
    assert search["request"]["postData"]["text"].startswith('{"asset":"USDT"')
    assert alone["response"]["status"] == 0


def test_the_record_is_carried_along_and_explain_reads_it(har: dict[str, Any]) -> None:
    for entry in har["log"]["entries"]:
        decode_record(msgspec.json.encode(entry["_flow"]))
    assert is_har(har)
    assert len(read_har(har)) == 5
