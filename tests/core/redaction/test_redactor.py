"""Whole records: what is in them, what is not, and that a failure writes nothing. log-NN: the hostile list."""

import gzip
import json
import re
import statistics
from pathlib import Path

import pytest
from msgspec.structs import replace

from proxy.core.catalogue import Catalogue
from proxy.core.errors import Execution, RedactionError, Refusal
from proxy.core.flow import Answer, ClockReading, Timings
from proxy.core.redaction import FlowRecord, Redactor, decode_record, of_no_request, tags_in
from proxy.core.secret import Secret
from proxy.core.signing import KeyType
from proxy.core.wire import RawRequest
from tests.core.redaction.flows import (
    API_KEY,
    SECRET,
    STARTED_MS,
    json_answer,
    line_of,
    make_flow,
    record_of,
    redactor,
)

ORDER = b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000&newClientOrderId=my-1"


def test_a_signed_order_from_both_sides() -> None:
    flow = make_flow(
        "POST", b"/api/v3/order?timestamp=1&signature=dead", ORDER, answer=json_answer({"orderId": 28})
    )
    record = record_of(flow)
    assert record.came.query == "timestamp=<amount:1.0>&signature=<sig:hex:4>"
    assert record.came.body.startswith(
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=50000&"
    )
    assert record.went is not None
    assert record.went.query == "recvWindow=5000&timestamp=1784801696801&signature=<sig:hex:64>"
    assert record.went.body == record.came.body
    parts = [(part.place, part.name, part.origin, part.octets) for part in record.signed]
    assert parts == [
        ("query", "recvWindow", "gateway", 15),
        ("query", "timestamp", "gateway", 23),
        ("form", "*", "client", len(ORDER)),
    ]
    assert [(cut.name, cut.value_octets) for cut in record.cuts] == [("timestamp", 1), ("signature", 4)]
    assert record.key.startswith("<key:")
    assert record.key_type == "hmac"


def test_times_clock_and_state_are_kept() -> None:
    record = record_of(make_flow(answer=json_answer({})))
    assert record.time == "2026-07-23T10:14:56.789Z"
    assert record.clock is not None
    assert (record.clock.source, record.clock.offset_ms, record.clock.round_trip_ms) == (
        "exchange",
        12.0,
        31.5,
    )
    assert record.phases_ms is not None
    assert (record.phases_ms.permit, record.phases_ms.wait, record.duration_ms) == (0.2, 33.6, 35.0)
    assert (record.attempts, record.reused, record.execution) == (1, True, "answered")


def test_the_key_has_one_tag_everywhere() -> None:
    flow = make_flow(headers=((b"X-MBX-APIKEY", API_KEY.encode()),), answer=json_answer({"apiKey": API_KEY}))
    tags = {tag for kind, tag in tags_in(line_of(flow)) if kind == "key"}
    assert len(tags) == 1


def test_an_order_has_one_tag_in_all_its_names() -> None:
    number = "2077394958273740800"
    flow = make_flow(
        "POST",
        b"/sapi/v1/c2c/orderMatch/getUserOrderDetail",
        json.dumps({"adOrderNo": number}).encode(),
        answer=json_answer({"data": {"orderNumber": number, "orderNo": number, "advOrderNumber": number}}),
    )
    tags = [tag for kind, tag in tags_in(line_of(flow)) if kind == "order"]
    assert len(tags) == 5
    assert len(set(tags)) == 1


def test_another_journal_has_other_tags() -> None:
    flow = make_flow("GET", b"/api/v3/order?orderId=12345678")
    one, other = (redactor(tag_key=key).redact(flow).line.decode() for key in (b"1" * 32, b"2" * 32))
    assert not {tag for _, tag in tags_in(one)} & {tag for _, tag in tags_in(other)}


def test_an_intent_says_what_is_about_to_be_sent() -> None:
    flow = make_flow("POST", b"/api/v3/order", ORDER)
    intent = redactor().redact_intent(flow)
    line = json.loads(intent.line)
    assert (line["type"], line["request_id"], line["url.path"]) == (
        "intent",
        flow.request_id,
        "/api/v3/order",
    )
    assert line["in"]["body"].startswith("symbol=BTCUSDT")
    assert "my-1" not in intent.line.decode()


def test_a_refused_flow_says_so() -> None:
    flow = make_flow("POST", b"/sapi/v1/capital/withdraw/apply", b"coin=USDT&address=test-address&amount=1")
    flow.sent, flow.answer = None, None
    flow.refusal = Refusal(403, "endpoint_denied", "no")
    flow.execution = Execution.NOT_SENT
    record = record_of(flow)
    assert (record.refused, record.error, record.execution, record.went) == (
        403,
        "endpoint_denied",
        "not_sent",
        None,
    )
    assert "test-address" not in line_of(flow)


def test_a_fault_says_stage_and_class() -> None:
    """log-10: the text of an upstream fault is nowhere in a flow, so it cannot get into the record."""
    flow = make_flow()
    flow.fault_stage, flow.fault = "connect", "ConnectionRefusedError"
    record = record_of(flow)
    assert (record.fault_stage, record.error) == ("connect", "ConnectionRefusedError")


@pytest.mark.parametrize(
    ("upstream", "expected"),
    [
        ("https://fapi.binance.com", "fapi.binance.com"),
        ("http://127.0.0.1:9443", "127.0.0.1:9443"),
        ("", ""),
        ("https://jane.example.test", "<text:"),
    ],
)
def test_only_hosts_of_binance_and_of_this_machine_are_named(upstream: str, expected: str) -> None:
    flow = make_flow()
    flow.upstream = upstream
    server = record_of(flow).server
    assert server == expected or (expected and server.startswith(expected) and "jane" not in server)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (b"/api/v3/acount", "/api/v3/acount"),
        (b"/api/v3/../capital", "/api/v3/<path:TAG:2:.>/capital"),
        (b"//evil", "//evil"),
        (b"/api/v3/%63apital", "/api/v3/<path:TAG:9:!0a>"),
        (b"/api/v3/k4Hj2Lq9Zx7Wv5Bn3Mm8", "/api/v3/<path:TAG:20:0Aa>"),
    ],
)
def test_paths_that_nobody_knows(target: bytes, expected: str) -> None:
    path = record_of(make_flow("GET", target)).path
    for _, tag in tags_in(path):
        path = path.replace(tag, "TAG")
    assert path == expected


# The hostile list, log-01 to log-09.


def test_log_01_control_characters_are_escaped() -> None:
    target = b"/api/v3/account?note=%0a{%22fake%22:%22line%22}\xe2\x80\xa8\x1b[31m\x07\x7f\xe2\x80\xae"
    line = redactor().redact(make_flow("GET", target)).line
    assert all(0x20 <= octet <= 0x7E for octet in line)
    assert b"fake" not in line


def test_log_02_a_planted_secret_is_nowhere() -> None:
    text = SECRET.decode()
    flow = make_flow(
        "POST",
        b"/api/v3/order?note=" + SECRET,
        b"note=" + SECRET,
        headers=((b"X-Note", SECRET), (b"User-Agent", b"bot " + SECRET)),
        answer=json_answer({"code": -1000, "msg": f"unknown error [{text}]"}, 400),
    )
    line = line_of(flow)
    assert text not in line
    assert "<secret:loaded:64:0Aa>" in line


def test_log_03_an_address_in_an_error_text_is_tagged() -> None:
    said = "Invalid API-key, IP, or permissions for action, request ip: 203.0.113.7"
    record = record_of(make_flow(answer=json_answer({"code": -2015, "msg": said}, 401)))
    assert record.code == "-2015"
    assert record.message.startswith("Invalid API-key, IP, or permissions for action, request ip: <ip:")
    assert record.body == ""  # both are said already


def test_log_04_chat_credentials() -> None:
    answer = json_answer(
        {
            "code": "000000",
            "data": {
                "listenKey": "l" * 60,
                "listenToken": "t" * 90,
                "chatWssUrl": "wss://im.example.test/?token=" + "u" * 30,
            },
            "success": True,
        }
    )
    record = record_of(
        make_flow("GET", b"/sapi/v1/c2c/chat/retrieveChatCredential?clientType=web", answer=answer)
    )
    data = json.loads(record.body)["data"]
    assert all(value.startswith("<bearer:") for value in data.values())
    assert record.code == "000000"


def test_log_05_people_of_an_order() -> None:
    detail = {
        "code": "000000",
        "data": {
            "buyerName": "李雷",
            "sellerMobilePhone": "+4915112345678",
            "idNumber": "110101199003070000",
            "payMethods": [{"fields": [{"fieldName": "Name", "fieldValue": "李雷"}]}],
        },
    }
    flow = make_flow(
        "POST",
        b"/sapi/v1/c2c/orderMatch/getUserOrderDetail",
        b'{"adOrderNo":"1"}',
        answer=json_answer(detail),
    )
    data = json.loads(record_of(flow).body)["data"]
    inner = data["payMethods"][0]["fields"][0]["fieldValue"]
    assert data["buyerName"] == inner  # the same person, the same tag
    assert data["buyerName"].startswith("<person:")
    assert data["buyerName"].endswith(":cjk:1-4>")
    assert data["sellerMobilePhone"].startswith("<person:")
    assert data["idNumber"].startswith("<person:")


def test_log_06_a_new_secret_key_in_an_answer() -> None:
    flow = make_flow(
        "POST",
        b"/sapi/v1/margin/apiKey",
        b"apiName=x",
        answer=json_answer({"apiKey": "a" * 64, "secretKey": "b" * 64}),
    )
    body = json.loads(record_of(flow).body)
    assert body["secretKey"] == "<secret:api_secret:64:a>"
    assert body["apiKey"].startswith("<key:")


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"zstd"])
def test_log_07_a_compressed_answer_is_redacted_or_not_shown(coding: bytes) -> None:
    plain = json.dumps({"symbol": "BTCUSDT", "note": "planted value"}).encode()
    body = gzip.compress(plain) if coding == b"gzip" else b"\x28\xb5\x2f\xfd planted value"
    headers = ((b"Content-Type", b"application/json"), (b"Content-Encoding", coding))
    record = record_of(make_flow(answer=Answer(200, headers, body, len(body))))
    if coding == b"gzip":
        assert json.loads(record.body)["symbol"] == "BTCUSDT"
        assert record.undecoded == ""
    else:
        assert (record.body, record.undecoded) == ("", coding.decode())
    assert "planted" not in record.body


def test_log_08_a_malformed_body_leaves_its_shape() -> None:
    record = record_of(make_flow(answer=json_answer(b'{"note":"planted value"', 200)))
    assert (record.body, record.undecoded, record.body_octets) == ("", "malformed", 23)
    assert "body" in record.removed
    request = record_of(make_flow("POST", b"/sapi/v1/c2c/ads/search", b'{"note":"planted'))
    assert request.came.body == "<body:malformed-json:16>"


def test_log_09_json_in_json_in_json() -> None:
    inner = json.dumps({"deep": json.dumps({"note": "cGxhbnRlZCB2YWx1ZQ=="})})
    assert "cGxhbnRl" not in line_of(make_flow(answer=json_answer({"data": inner})))


def test_an_answer_that_is_longer_than_what_is_looked_at() -> None:
    flow = make_flow(answer=json_answer([{"symbol": "BTCUSDT"}] * 10_000))
    record = record_of(flow)
    assert (record.undecoded, record.body) == ("truncated", "")
    assert record.body_octets == 230_000


def test_an_html_page_leaves_its_known_words() -> None:
    page = b"<html><h1>403 Forbidden</h1>secret words of 203.0.113.7</html>"
    record = record_of(make_flow(answer=Answer(403, ((b"Content-Type", b"text/html"),), page, len(page))))
    assert record.body.startswith("403 Forbidden")
    assert "203.0" not in record.body
    assert record.undecoded == "page"


def test_the_classes_that_were_removed_are_told() -> None:
    flow = make_flow(
        "GET", b"/api/v3/order?orderId=123456&note=x", answer=json_answer({"free": "1.5", "uid": 354937868})
    )
    assert record_of(flow).removed == ["amount", "key", "order", "person", "sig", "text"]


def test_a_secret_in_a_place_that_is_shown_prevents_the_record() -> None:
    """The last look: an account named like a secret is the owner's mistake, and nothing is written."""
    flow = make_flow()
    assert flow.key is not None
    flow.key = replace(flow.key, account="hidden-word")
    with pytest.raises(RedactionError, match="holds a loaded secret"):
        redactor(b"hidden-word").redact(flow)


def test_whatever_goes_wrong_nothing_of_the_flow_is_in_the_error() -> None:
    flow = make_flow("GET", b"/api/v3/account?note=planted")
    flow.client = RawRequest("GET", None, (), b"")  # type: ignore[arg-type]  # a broken flow, on purpose
    for act in (redactor().redact, redactor().redact_intent):
        with pytest.raises(RedactionError) as told:
            act(flow)
        assert told.value.__cause__ is None
        assert told.value.__suppress_context__
        assert "planted" not in str(told.value)


CASES = Path(__file__).parents[2] / "data" / "requests.jsonl"


def test_records_are_small() -> None:
    """Median at most 2 KiB over made-up requests of many clients (see tests/data)."""
    sizes = []
    machine = redactor()
    for text in CASES.read_text("utf-8").splitlines()[::5]:
        case = json.loads(text)
        if case["method"] == "WS":
            continue
        target = case["url"].split("/", 3)[3]
        headers = tuple(
            (name.encode(), value.encode("latin-1", "replace")) for name, value in case["headers"]
        )
        flow = make_flow(
            case["method"],
            b"/" + target.encode("utf-8", "surrogateescape"),
            (case["body"] or "").encode("utf-8", "surrogateescape"),
            headers=headers,
            answer=json_answer(
                {key: case["answer"].get(key) for key in ("code", "msg")}, case["answer"]["status"]
            ),
        )
        line = machine.redact(flow).line
        assert case["secret"].encode() not in line
        assert case["api_key"].encode() not in line
        sizes.append(len(line))
    assert len(sizes) > 100
    assert statistics.median(sizes) <= 2048


# What stands where.


def test_a_whole_record_of_a_read() -> None:
    """Every field at once, with the tags taken out."""
    answer = json_answer(
        {"symbol": "BTCUSDT"}, headers=((b"X-MBX-USED-WEIGHT-1M", b"21"), (b"X-Other", b"1"))
    )
    flow = make_flow("GET", b"/api/v3/order?symbol=BTCUSDT&orderId=123456", answer=answer)
    flow.client_name, flow.weight, flow.shared = "bot", 4, True
    flow.client_gone, flow.dry_run = True, True
    line = json.loads(re.sub(rb":[0-9a-f]{10}(?=[:>])", b":TAG", redactor().redact(flow).line))
    pairs = "symbol=BTCUSDT&orderId=<order:TAG:6>"
    assert [line[side].pop("body_kind", "empty") for side in ("in", "out")] == ["empty", "empty"]
    assert line == {
        "type": "flow",
        "schema": 1,
        "time": "2026-07-23T10:14:56.789Z",
        "request_id": "0011223344-00000001",
        "http.request.method": "GET",
        "url.path": "/api/v3/order",
        "server.address": "api.binance.com",
        "environment": "production",
        "account": "main",
        "client": "bot",
        "key": "<key:TAG:64:0Aa>",
        "key_type": "hmac",
        "family": "spot",
        "needs": "signed",
        "in": {
            "query": pairs,
            "headers": ["Host: 127.0.0.1:8180", "User-Agent: curl/8.5.0", "Accept: */*"],
        },
        "out": {
            "query": f"{pairs}&recvWindow=5000&timestamp=1784801696801&signature=<sig:hex:64>",
            "headers": [
                "Host: api.binance.com",
                "X-MBX-APIKEY: <key:TAG:64:0Aa>",
                "User-Agent: binance-signing-proxy",
            ],
        },
        "signed": [
            {"place": "query", "name": "*", "origin": "client", "octets": 29},
            {"place": "query", "name": "recvWindow", "origin": "gateway", "octets": 15},
            {"place": "query", "name": "timestamp", "origin": "gateway", "octets": 23},
        ],
        "clock": {
            "source": "exchange",
            "exchange_ms": 1_784_801_696_801,
            "offset_ms": 12.0,
            "round_trip_ms": 31.5,
        },
        "attempts": 1,
        "weight": 4,
        "shared": True,
        "reused": True,
        "execution": "answered",
        "http.response.status_code": 200,
        "http.response.body": '{"symbol":"BTCUSDT"}',
        "http.response.body.size": 21,
        "http.response.headers": [
            "Content-Type: application/json;charset=UTF-8",
            "X-MBX-USED-WEIGHT-1M: 21",
        ],
        "other_headers": 1,
        "client_gone": True,
        "dry_run": True,
        "duration_ms": 35.0,
        "phases_ms": {"permit": 0.2, "connect": 0.1, "send": 0.1, "wait": 33.6, "receive": 1.0},
        "removed": ["key", "order", "sig"],
    }


def test_a_whole_intent() -> None:
    flow = make_flow("POST", b"/api/v3/order", b"side=BUY")
    flow.client_name = "bot"
    line = json.loads(re.sub(rb":[0-9a-f]{10}(?=[:>])", b":TAG", redactor().redact_intent(flow).line))
    assert line == {
        "type": "intent",
        "schema": 1,
        "time": "2026-07-23T10:14:56.789Z",
        "request_id": "0011223344-00000001",
        "http.request.method": "POST",
        "url.path": "/api/v3/order",
        "server.address": "api.binance.com",
        "environment": "production",
        "account": "main",
        "client": "bot",
        "key": "<key:TAG:64:0Aa>",
        "key_type": "hmac",
        "in": {
            "body": "side=BUY",
            "body_kind": "form",
            "body_octets": 8,
            "headers": ["Host: 127.0.0.1:8180", "User-Agent: curl/8.5.0", "Accept: */*"],
        },
        "removed": ["key"],
    }


def test_an_endpoint_that_is_not_signed_has_neither_key_nor_clock() -> None:
    record = record_of(make_flow("GET", b"/api/v3/time"))
    assert (record.key, record.key_type, record.account, record.clock) == ("", "", "", None)
    assert (record.needs, record.signed, record.listed) == ("none", [], True)


def test_records_of_different_flows_are_told_apart() -> None:
    """What flows of one kind have in common is made once; any of these makes another kind."""
    machine = redactor()

    def kind(**changes: object) -> tuple[str, ...]:
        flow = make_flow(
            str(changes.pop("method", "GET")), str(changes.pop("target", "/api/v3/account")).encode()
        )
        for name, value in changes.items():
            setattr(flow, name, value)
        record = machine.redact(flow).record
        told = (
            record.method,
            record.path,
            record.server,
            record.environment,
            record.account,
            record.client,
            record.key,
        )
        return (*told, record.key_type, record.family, str(record.listed))

    base = make_flow()
    assert base.key is not None
    assert base.endpoint is not None
    unlisted = Catalogue.builtin().unlisted("GET", "/api/v3/made/up")
    changes: list[dict[str, object]] = [
        {},
        {"method": "POST", "target": "/api/v3/order"},
        {"method": "DELETE", "target": "/api/v3/order"},
        {"upstream": "https://testnet.binance.vision"},
        {"environment": "testnet"},
        {"client_name": "bot"},
        {"key": replace(base.key, account="other")},
        {"key": replace(base.key, api_key="k" * 64)},
        {"key": None},
        {"endpoint": None},
        {"endpoint": unlisted, "target": "/api/v3/made/up"},
        {"endpoint": replace(base.endpoint, family="margin")},
        {"target": "/api/v3/made/up"},
        {"target": "/api/v3/made/down"},
    ]
    told = [kind(**dict(one)) for one in changes]
    assert len(set(told)) == len(changes)
    assert [kind(**dict(one)) for one in changes] == told


def test_a_key_of_another_type_is_told() -> None:
    flow = make_flow()
    assert flow.key is not None
    flow.key = replace(flow.key, key_type=KeyType.ED25519)
    assert record_of(flow).key_type == "ed25519"


@pytest.mark.parametrize(
    ("method", "shown"),
    [
        ("GET", "GET"),
        ("OPTIONS", "OPTIONS"),
        ("A" * 10, "A" * 10),
        ("A" * 11, "_OTHER"),
        ("get", "_OTHER"),
        ("Get", "_OTHER"),
        ("É", "_OTHER"),
        ("", "_OTHER"),
        ("1", "_OTHER"),
    ],
)
def test_methods(method: str, shown: str) -> None:
    flow = make_flow()
    flow.client = RawRequest(method, b"/api/v3/account", ())
    assert record_of(flow).method == shown


@pytest.mark.parametrize(
    ("upstream", "server"),
    [
        ("https://api.binance.com", "api.binance.com"),
        ("https://testnet.binance.vision", "testnet.binance.vision"),
        ("https://api.binance.com:443", None),
        ("https://api.binance.com.evil.test", None),
        ("http://localhost", "localhost"),
        ("http://localhost:1", "localhost:1"),
        ("http://127.0.0.1:65535", "127.0.0.1:65535"),
        ("http://[::1]:8180", "[::1]:8180"),
        ("http://127.0.0.1:123456", None),
        ("http://127.0.0.2:80", None),
        ("http://localhost:", None),
        ("http://xlocalhost:1", None),
        ("http://127x0.0.1", None),
        ("api.binance.com", ""),
    ],
)
def test_servers(upstream: str, server: str | None) -> None:
    flow = make_flow()
    flow.upstream = upstream
    told = record_of(flow)
    if server is None:
        assert re.fullmatch(r"<text:[0-9a-f]{10}:\d+:[^>]+>", told.server)
        assert "text" in told.removed
    else:
        assert told.server == server
        assert "text" not in told.removed


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("main", "main"),
        ("my-bot_2", "my-bot_2"),
        ("", ""),
        ("4915112345678", "<name:TAG:13:0>"),
        ("a b", "<name:TAG:3:as>"),
    ],
)
def test_names_that_the_owner_chose(name: str, shown: str) -> None:
    flow = make_flow()
    assert flow.key is not None
    flow.key, flow.client_name = replace(flow.key, account=name), name
    record = record_of(flow)
    assert [re.sub(r":[0-9a-f]{10}:", ":TAG:", one) for one in (record.account, record.client)] == [shown] * 2


FAULTS = [
    # fault, refusal -> error, refused
    (None, None, "", None),
    ("TimeoutError", None, "TimeoutError", None),
    ("A" * 40, None, "A" * 40, None),
    ("jane_99999", None, "<name:TAG:10:.0a>", None),
    ("", None, "", None),
    (None, Refusal(403, "read_only", "no"), "read_only", 403),
    ("TimeoutError", Refusal(504, "upstream_timeout", "no"), "upstream_timeout", 504),
]


@pytest.mark.parametrize(("fault", "refusal", "error", "refused"), FAULTS)
def test_faults_and_refusals(
    fault: str | None, refusal: Refusal | None, error: str, refused: int | None
) -> None:
    flow = make_flow()
    flow.fault, flow.refusal, flow.fault_stage = fault, refusal, "head" if fault else None
    record = record_of(flow)
    assert (re.sub(r":[0-9a-f]{10}:", ":TAG:", record.error), record.refused) == (error, refused)
    assert record.fault_stage == ("head" if fault else "")


TIMES = [
    # instants after the first -> phases, duration
    ((), (None, None, None, None, None), 0.0),
    ((0.001,), (1.0, None, None, None, None), 1.0),
    ((0.001, None, 0.0035), (1.0, None, 2.5, None, None), 3.5),
    ((0.001, 0.002, 0.003, 0.004, 0.005), (1.0, 1.0, 1.0, 1.0, 1.0), 5.0),
    ((None, None, None, None, 0.0000004), (None, None, None, None, 0.0), 0.0),
    ((None, None, None, None, 0.0000006), (None, None, None, None, 0.001), 0.001),
    ((None, None, None, None, 1.2345678), (None, None, None, None, 1234.568), 1234.568),
]


@pytest.mark.parametrize(("instants", "phases", "duration"), TIMES)
def test_phases(
    instants: tuple[float | None, ...], phases: tuple[float | None, ...], duration: float
) -> None:
    flow = make_flow()
    flow.timings = Timings(0.0, *instants)
    record = record_of(flow)
    assert record.phases_ms is not None
    told = record.phases_ms
    assert (told.permit, told.connect, told.send, told.wait, told.receive) == phases
    assert record.duration_ms == duration


@pytest.mark.parametrize(
    ("offset", "trip", "told"),
    [(0.0, None, (0.0, None)), (-1.23456, 31.5004, (-1.235, 31.5)), (12.0005, 0.0001, (12.0, 0.0))],
)
def test_the_clock_is_told_to_a_thousandth(
    offset: float, trip: float | None, told: tuple[float, float | None]
) -> None:
    flow = make_flow()
    flow.clock = ClockReading(5, offset, trip, "local")
    clock = record_of(flow).clock
    assert clock is not None
    assert (clock.source, clock.exchange_ms, clock.offset_ms, clock.round_trip_ms) == ("local", 5, *told)


def test_what_was_signed_is_told_only_of_what_was_sent() -> None:
    flow = make_flow("GET", b"/api/v3/account?timestamp=1&note=%00\xff")
    record = record_of(flow)
    assert (record.escaped, record.needs, len(record.cuts), len(record.signed)) == (True, "signed", 1, 3)
    flow.sent = None
    record = record_of(flow)
    assert (record.escaped, record.needs, len(record.cuts), record.signed) == (True, "", 1, [])
    flow.prepared = None
    record = record_of(flow)
    assert (record.escaped, record.cuts) == (False, [])


@pytest.mark.parametrize(
    ("body", "octets", "complete", "told"),
    [(b"{}", 2, True, 2), (b"{}", 0, True, 2), (b"{}", 9, False, 9), (b"", 0, True, 0)],
)
def test_how_long_an_answer_was(body: bytes, octets: int, complete: bool, told: int) -> None:
    record = record_of(make_flow(answer=Answer(200, (), body, octets, complete)))
    assert (record.body_octets, record.incomplete) == (told, not complete)


def test_so_many_octets_of_an_answer_are_looked_at() -> None:
    flow = make_flow(answer=json_answer({"symbol": "BTCUSDT"}))
    for octets, undecoded in ((20, "truncated"), (21, "")):
        machine = Redactor(b"k" * 32, [], body_octets=octets)
        assert machine.redact(flow).record.undecoded == undecoded
    for octets, undecoded in ((65_536, ""), (65_537, "truncated")):
        answer = json_answer({"note": "x" * (octets - 12)})
        assert len(answer.body) == octets
        assert redactor().redact(make_flow(answer=answer)).record.undecoded == undecoded


def test_a_secret_shorter_than_eight_octets_is_not_looked_for() -> None:
    """It would be found everywhere, and nothing could be recorded."""
    flow = make_flow("GET", b"/api/v3/account?note=account")
    for secret, found in (
        (b"account", False),
        (b" account ", False),
        (b"account?", False),
        (b"api/v3/account", True),
    ):
        machine = Redactor(b"k" * 32, [Secret(secret)])
        if found:
            with pytest.raises(RedactionError, match="holds a loaded secret"):
                machine.redact(flow)
        else:
            assert machine.redact(flow).record.path == "/api/v3/account"


def test_white_space_around_a_secret_is_no_part_of_it() -> None:
    machine = Redactor(b"k" * 32, [Secret(b"\n hidden-word \n"), Secret(b"1234567")])
    record = machine.redact(make_flow("GET", b"/api/v3/account?note=hidden-word&memo=1234567")).record
    assert "note=<secret:loaded:11:.a>" in record.came.query
    assert "loaded:7" not in record.came.query


def test_an_error_says_its_kind_and_what_to_do() -> None:
    flow = make_flow()
    flow.client = RawRequest("GET", None, (), b"")  # type: ignore[arg-type]  # a broken flow, on purpose
    with pytest.raises(RedactionError) as told:
        redactor().redact(flow)
    assert told.value.message == "a flow could not be redacted (TypeError)"
    assert told.value.hint == "please report this as a bug"
    good = make_flow()
    assert good.key is not None
    good.key = replace(good.key, account="hidden-word")
    for act in (redactor(b"hidden-word").redact, redactor(b"hidden-word").redact_intent):
        with pytest.raises(RedactionError) as told:
            act(good)
        assert told.value.message == "a finished record holds a loaded secret"
        assert told.value.hint == "please report this as a bug"


def test_nobody_changes_a_line_after_the_last_look() -> None:
    flow = make_flow()
    for redacted in (redactor().redact(flow), redactor().redact_intent(flow)):
        for name in ("record", "line"):
            with pytest.raises(AttributeError):
                setattr(redacted, name, None)


def test_what_was_no_request_has_a_row_without_anything_that_came() -> None:
    refusal = Refusal(400, "bad_http", "no")
    one = decode_record(of_no_request(refusal, STARTED_MS, 1, STARTED_MS).line)
    assert isinstance(one, FlowRecord)
    assert (one.time, one.request_id, one.method, one.path) == (
        "2026-07-23T10:14:56.789Z",
        "unparsed",
        "_OTHER",
        "",
    )
    assert (one.refused, one.error, one.execution, one.repeated) == (400, "bad_http", "not_sent", 0)
    many = decode_record(of_no_request(refusal, STARTED_MS, 7, STARTED_MS + 10_000).line)
    assert isinstance(many, FlowRecord)
    assert (many.repeated, many.repeated_until) == (7, "2026-07-23T10:15:06.789Z")
