"""Redacted files: what stays, what goes, and how they are written."""

import gzip
import json

from mitmproxy import http
from mitmproxy.flow import Error

from addons.doctor.record import Recorder, core_flow
from proxy.core.errors import Execution
from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.redaction import FlowRecord, decode_record
from proxy.core.secret import Secret
from proxy.core.signing.algorithms import HmacKey, KeyType
from proxy.core.signing.known_key import KnownKey
from tests.addons.flows import API_KEY, SECRET, TIMESTAMP, WRONG_SIGNATURE, flow_of, hmac_of, signed

KEY = KnownKey("main", API_KEY, HmacKey(Secret(SECRET)))
FINDING = Finding(
    "a-rule", Strength.PROVEN, "Says.", "Remedy.", proof=Proof(TIMESTAMP + b"\n", TIMESTAMP, 23)
)
DIAGNOSIS = Diagnosis(Verdict.MISTAKEN, SignatureState.INVALID, (FINDING,), tried=7)


def line_of(flow: http.HTTPFlow, diagnosis: Diagnosis | None = None, key: KnownKey | None = KEY) -> bytes:
    return Recorder([Secret(SECRET)]).line(flow, diagnosis, key)


def test_a_line_is_a_journal_record_with_the_finding_in_it() -> None:
    flow = flow_of(b"/api/v3/account?" + signed(TIMESTAMP), status=400, answer=WRONG_SIGNATURE)
    line = line_of(flow, DIAGNOSIS)
    record = decode_record(line)
    assert isinstance(record, FlowRecord)
    assert (record.method, record.path, record.status, record.code) == (
        "GET",
        "/api/v3/account",
        400,
        "-1022",
    )
    assert (record.verdict, record.findings[0].rule, record.findings[0].proof.first_difference) == (
        "mistaken",
        "a-rule",
        23,
    )
    assert (record.server, record.account, record.key_type) == ("api.binance.com", "main", "hmac")
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


CANARIES = {
    "key": API_KEY,
    "signature": hmac_of(b"canary").decode(),
    "person": "Maximiliane Canary-Musterfrau",
    "phone": "+4915112345678",
    "order": "20123456789012345678",
    "address": "198.51.100.7",
    "cookie": "session-canary-4711",
    "path": "Zq8xR2mK7tY3vW9pB4nL",
}


def test_no_value_outside_the_keep_list_is_written() -> None:
    query = f"realName={CANARIES['person']}&orderNumber={CANARIES['order']}&signature={CANARIES['signature']}"
    body = json.dumps(
        {"phone": CANARIES["phone"], "nested": [{"x": CANARIES["person"]}], "s": SECRET.decode()}
    )
    answer = json.dumps({"code": -2015, "msg": f"Invalid API-key, request ip: {CANARIES['address']}"})
    flow = flow_of(
        f"/sapi/v1/c2c/orderMatch/{CANARIES['path']}?{query}",
        method="POST",
        body=body.encode(),
        status=401,
        answer=gzip.compress(answer.encode()),
        headers=((b"Cookie", CANARIES["cookie"].encode()), (b"Content-Type", b"application/json")),
        answer_headers=((b"Content-Encoding", b"gzip"), (b"Set-Cookie", CANARIES["cookie"].encode())),
        host=f"{CANARIES['path']}.example",
    )
    flow.comment = CANARIES["person"]
    text = line_of(flow).decode("ascii")
    assert [name for name, value in CANARIES.items() if value in text] == []
    assert SECRET.decode() not in text
    assert json.loads(text)["code"] == "-2015"


def test_tags_of_two_files_cannot_be_matched() -> None:
    flow = flow_of()
    assert line_of(flow) != line_of(flow)
    recorder = Recorder([])
    assert recorder.line(flow, None, KEY) == recorder.line(flow, None, KEY)


def test_the_key_is_that_of_the_account_and_only_with_a_known_type() -> None:
    assert core_flow(flow_of(), None, KEY).key.key_type is KeyType.HMAC
    assert core_flow(flow_of(), None, KnownKey("x", API_KEY)).key is None
    assert core_flow(flow_of(), None, None).key is None


def test_a_flow_that_ended_in_an_error_is_of_unknown_outcome() -> None:
    flow = flow_of(method="POST", target="/api/v3/order")
    flow.response, flow.error = None, Error("server disconnected")
    found = core_flow(flow, None, None)
    assert (found.execution, found.answer, found.fault) == (Execution.UNKNOWN, None, "error")


def record_of(flow: http.HTTPFlow) -> FlowRecord:
    record = decode_record(line_of(flow))
    assert isinstance(record, FlowRecord)
    return record


def test_what_the_guard_refused_is_no_answer_of_the_exchange() -> None:
    flow = flow_of(status=403, host="10.0.0.1")
    flow.metadata["binance_refused"] = True
    one = record_of(flow)
    assert (one.status, one.refused, one.error, one.execution, one.attempts) == (
        None, 403, "private_target_refused", "not_sent", 0,
    )  # fmt: skip


def test_what_got_no_answer_is_unknown() -> None:
    flow = flow_of()
    flow.response, flow.error = None, Error("server disconnected")
    one = record_of(flow)
    assert (one.status, one.error, one.execution, one.attempts) == (None, "error", "unknown", 1)
