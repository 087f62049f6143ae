"""How flows ended, which of them is a control for which, and what they say in order."""

from typing import Any

import pytest

from proxy.core.redaction import decode_foreign, encode_record
from proxy.core.redaction.record import FlowRecord, SideRecord
from proxy.evidence.report.story import End, permissions, runs, windows
from tests.evidence.report.stories import BAD, GOOD, KEY, MERCHANT, flow, intent, refused, story

ENDS: list[tuple[dict[str, Any], End, str]] = [
    ({}, End.GOOD, "200"),
    ({"code": "000000"}, End.GOOD, "200 000000"),
    ({"code": "200"}, End.GOOD, "200 200"),
    ({"code": "83229"}, End.FAILED, "200 83229"),
    ({"status": 400, "code": "-1022"}, End.FAILED, "400 -1022"),
    ({"status": 403}, End.FAILED, "403"),
    ({"status": None, "error": "upstream_no_answer", "execution": "unknown", "refused": 502}, End.UNANSWERED,
     "no answer (upstream_no_answer)"),
    ({"status": None, "execution": "unknown"}, End.UNANSWERED, "no answer (unknown)"),
    ({"status": None, "error": "read_only", "execution": "not_sent", "refused": 403}, End.STOPPED,
     "refused here: read_only"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "end", "said"), ENDS)
def test_how_a_flow_ended(fields: dict[str, Any], end: End, said: str) -> None:
    (one,) = story(flow(1, **fields)).seen
    assert (one.end, one.said.terminal()) == (end, said)


def test_writes_without_an_end_and_dry_runs() -> None:
    told = story(flow(1, dry_run=True), intent(2), flow(3))
    assert (len(told.seen), told.unfinished) == (1, 1)


def test_the_control_is_the_nearest_in_time() -> None:
    told = story(flow(1), refused(9), flow(10), flow(30))
    bad = told.bad[0]
    control = told.control(bad)
    assert control is not None
    assert control.flow.request_id == "r-10"


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "<key:0000000000:64:0Aa>"},
        {"server": "fapi.binance.com"},
        {"needs": "key"},
        {"needs": "none"},
        {"shared": True},
        {"status": 400},
        {"code": "83229"},
        {"key": ""},
    ],
)
def test_what_proves_nothing_of_the_key_is_no_control(fields: dict[str, Any]) -> None:
    told = story(refused(9), flow(10, **fields))
    assert told.control(told.bad[0]) is None


def test_a_client_that_signed_for_itself_controls_as_well() -> None:

    own: dict[str, Any] = {
        "went": None,
        "needs": "",
        "came": SideRecord(query="timestamp=1&signature=<sig:hex:64>"),
    }
    told = story(refused(9, **own), flow(10, **own))
    assert told.control(told.bad[0]) is not None
    told = story(refused(9, **own), flow(10, **{**own, "came": SideRecord(query="timestamp=1")}))
    assert told.control(told.bad[0]) is None


def test_endpoints_with_most_failures_come_first() -> None:
    names = [endpoint.terminal() for endpoint in story(*MERCHANT).by_endpoint()]
    assert names == [f"GET {BAD}", "GET /sapi/v1/c2c/chat", f"GET {GOOD}"]


def test_answers_in_order() -> None:
    seen = story(flow(1), flow(2), refused(3), flow(4)).seen
    assert runs(seen).terminal() == "2x 200, 1x 401 -2008, 1x 200"
    assert runs(()).terminal() == ""


def test_windows_are_numbers() -> None:

    sent = [
        SideRecord(query=f"a=1&recvWindow={text}&b=2") for text in ("5000", "<text:x:1:a>", "60000.5", "5000")
    ]
    assert windows(story(*(flow(1, went=side) for side in sent))) == ["5000", "60000.5"]


def test_permissions_are_flags() -> None:
    body = '{"ipRestrict":false,"enableReading":true,"createTime":1,"<b>":true,"x":"<bool>"}'
    told = story(flow(1, "/sapi/v1/account/apiRestrictions", body=body))
    assert permissions(told) == {"ipRestrict": False, "enableReading": True}
    assert permissions(story(flow(1, "/sapi/v1/account/apiRestrictions", body="no JSON"))) == {}
    assert permissions(story(flow(1))) == {}


def test_a_record_without_a_time_is_there() -> None:

    odd = FlowRecord(
        schema=1, time="~", request_id="r", method="GET", path="/x", came=SideRecord(), key=KEY, status=400
    )
    told = story(decode_foreign(encode_record(odd)), flow(1))
    assert len(told.seen) == 2
    assert told.control(told.bad[0]) is None
