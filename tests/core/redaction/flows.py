"""Flows for tests: a request as a client sent it, and what a gateway would have made of it."""

import json
from typing import Any

from proxy.core.catalogue import Catalogue, Needs
from proxy.core.errors import Execution
from proxy.core.flow import Answer, ClockReading, Flow, KeyInfo, Timings
from proxy.core.redaction import FlowRecord, ForeignFlow, Redactor, decode_foreign, decode_record
from proxy.core.secret import Secret
from proxy.core.signing import HmacKey, KeyType, finish, prepare, sign
from proxy.core.wire import Header, RawRequest, body_kind

TAG_KEY = b"a test's tag key of 32 octets .."
API_KEY = "testKeyTestKeyTestKeyTestKeyTestKeyTestKeyTestKeyTestKeyTestKey1"
SECRET = b"testSecretTESTsecret0123456789testSecretTESTsecret0123456789abcd"
STARTED_MS = 1_784_801_696_789  # 2026-07-23T10:14:56.789Z

_BROWSERLESS: tuple[Header, ...] = (
    (b"Host", b"127.0.0.1:8180"),
    (b"User-Agent", b"curl/8.5.0"),
    (b"Accept", b"*/*"),
)


def make_flow(
    method: str = "GET",
    target: bytes = b"/api/v3/account",
    body: bytes = b"",
    *,
    headers: tuple[Header, ...] = (),
    answer: Answer | None = None,
    request_id: str = "0011223344-00000001",
) -> Flow:
    """A signed and answered flow; with a path that the catalogue does not know, one that was refused."""
    raw = RawRequest(method, target, _BROWSERLESS + headers, body)
    kind = body_kind(body, raw.header(b"content-type"))
    path = raw.path.decode("latin-1")
    endpoint = Catalogue.builtin().find(method, path)
    flow = Flow(
        request_id=request_id,
        started_ms=STARTED_MS,
        client=raw,
        timings=Timings(100.0, 100.0002, 100.0003, 100.0004, 100.034, 100.035),
        environment="production",
        endpoint=endpoint,
        upstream="https://api.binance.com",
        answer=answer,
        execution=Execution.ANSWERED if answer else Execution.UNKNOWN,
        attempts=1,
        connection_reused=True,
    )
    if endpoint is None:
        return flow
    signed = endpoint.needs is Needs.SIGNED
    flow.prepared = prepare(raw.query, body, kind, signed=signed)
    if signed:
        key = HmacKey(Secret(SECRET))
        flow.key = KeyInfo("main", KeyType.HMAC, API_KEY)
        flow.clock = ClockReading(STARTED_MS + 12, 12.0, 31.5, "exchange")
        flow.sent = sign(
            method, raw.path, flow.prepared, key, timestamp_ms=STARTED_MS + 12, recv_window_ms=5000
        )
    else:
        flow.sent = finish(method, raw.path, flow.prepared, endpoint.needs)
    flow.sent_headers = (
        (b"Host", b"api.binance.com"),
        (b"X-MBX-APIKEY", API_KEY.encode()),
        (b"User-Agent", b"binance-signing-proxy"),
    )
    return flow


def json_answer(value: Any, status: int = 200, headers: tuple[Header, ...] = ()) -> Answer:
    """An answer with a JSON body."""
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, ((b"Content-Type", b"application/json;charset=UTF-8"), *headers), body, len(body))


def redactor(*secrets: bytes, tag_key: bytes = TAG_KEY) -> Redactor:
    """A redactor that has loaded the test secret and the given ones."""
    return Redactor(tag_key, [Secret(SECRET), *map(Secret, secrets)])


def record_of(flow: Flow) -> FlowRecord:
    """What the journal will say, read back from the line."""
    record = decode_record(redactor().redact(flow).line)
    assert isinstance(record, FlowRecord)
    return record


def read_of(flow: Flow) -> ForeignFlow:
    """The same as a reader hands it out: its texts are foreign."""
    record = decode_foreign(redactor().redact(flow).line)
    assert isinstance(record, ForeignFlow)
    return record


def line_of(flow: Flow) -> str:
    return redactor().redact(flow).line.decode("ascii")
