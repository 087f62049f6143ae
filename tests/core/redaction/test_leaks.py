"""No planted value gets out: kinds x positions x encodings, against a search that shares no line with redaction."""

import gzip
import json
import os
import random
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from proxy.core.diagnosis.evidence import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.errors import RedactionError
from proxy.core.flow import Answer, Flow
from tests.core.redaction.canaries import ENCODINGS, found_in, kinds, needles
from tests.core.redaction.flows import json_answer, make_flow, redactor

SEED = os.environ.get("CANARY_SEED") or os.urandom(8).hex()
"""New for each run; a failure names it."""

type Plant = Callable[[str], Flow]


def _query(value: str) -> bytes:
    return quote(value, safe='%+&#;\\"{}:=?/-_.~').replace("&", "%26").encode()


def _answered(value: object, status: int = 200, path: bytes = b"/api/v3/account") -> Flow:
    return make_flow("GET", path, answer=json_answer(value, status))


def _page(text: str) -> Answer:
    body = f"<html><body><h1>403 Forbidden</h1><p>Request blocked. {text}</p></body></html>".encode()
    return Answer(403, ((b"Content-Type", b"text/html"),), body, len(body))


def _packed(value: str, coding: bytes) -> Answer:
    plain = json.dumps({"data": {"note": value}}).encode()
    body = gzip.compress(plain) if coding == b"gzip" else zlib.compress(plain)
    headers = ((b"Content-Type", b"application/json"), (b"Content-Encoding", coding))
    return Answer(200, headers, body, len(body))


def _with_finding(value: str) -> Flow:
    flow = make_flow()
    proof = Proof(b"symbol=" + _query(value), b"symbol=BTCUSDT&note=" + _query(value), 7)
    finding = Finding("order-sorted", Strength.PROVEN, "the pairs were sorted", "do not sort", (), proof)
    flow.diagnosis = Diagnosis(Verdict.MISTAKEN, SignatureState.INVALID, (finding,))
    return flow


C2C = b"/sapi/v1/c2c/orderMatch/getUserOrderDetail"

POSITIONS: dict[str, Plant] = {
    "query value": lambda v: make_flow("GET", b"/api/v3/account?note=" + _query(v)),
    "query value of a clear name": lambda v: make_flow("GET", b"/api/v3/account?symbol=" + _query(v)),
    "query value, doubled name": lambda v: make_flow("GET", b"/api/v3/account?limit=1&limit=" + _query(v)),
    "signature": lambda v: make_flow("GET", b"/api/v3/account?signature=" + _query(v)),
    "timestamp": lambda v: make_flow("GET", b"/api/v3/account?timestamp=" + _query(v)),
    "recvWindow": lambda v: make_flow("GET", b"/api/v3/account?recvWindow=" + _query(v)),
    "bare query": lambda v: make_flow("GET", b"/api/v3/account?" + _query(v + "9999")),
    "path": lambda v: make_flow("GET", b"/api/v3/" + _query(v + "9999")),
    "header": lambda v: make_flow(headers=((b"X-Custom", v.encode()),)),
    "key header": lambda v: make_flow(headers=((b"X-MBX-APIKEY", v.encode()),)),
    "token header": lambda v: make_flow(headers=((b"X-Gateway-Token", v.encode()),)),
    "cookie header": lambda v: make_flow(headers=((b"Cookie", v.encode()),)),
    "User-Agent": lambda v: make_flow(headers=((b"User-Agent", b"bot/1 " + v.encode()),)),
    "Content-Type": lambda v: make_flow(headers=((b"Content-Type", b"text/plain; x=" + v.encode()),)),
    "form body": lambda v: make_flow("POST", b"/api/v3/order", b"symbol=BTCUSDT&note=" + _query(v)),
    "form body, clear name": lambda v: make_flow("POST", b"/api/v3/order", b"price=" + _query(v)),
    "JSON body": lambda v: make_flow("POST", C2C, json.dumps({"adOrderNo": v}).encode()),
    "JSON body, nested": lambda v: make_flow("POST", C2C, json.dumps({"a": [{"b": {"c": v}}]}).encode()),
    "JSON body, a number": lambda v: make_flow(
        "POST", C2C, b'{"x":%b}' % (v.encode() if v.isdigit() else b"1")
    ),
    "JSON body, not ASCII": lambda v: make_flow(
        "POST", C2C, json.dumps({"remark": v}, ensure_ascii=False).encode()
    ),
    "JSON in a parameter": lambda v: make_flow(
        "POST", b"/fapi/v1/batchOrders", b"batchOrders=" + _query(json.dumps([{"newClientOrderId": v}]))
    ),
    "malformed JSON body": lambda v: make_flow("POST", C2C, b'{"note":"%b' % v.encode()),
    "JSON key": lambda v: make_flow("POST", C2C, json.dumps({v + "9999": 1}).encode()),
    "answer field": lambda v: _answered({"note": v}),
    "answer field of a clear name": lambda v: _answered({"symbol": v, "status": v, "price": v}),
    "answer, C2C detail": lambda v: make_flow(
        "POST",
        C2C,
        b"{}",
        answer=json_answer(
            {"code": "000000", "data": {"payMethods": [{"fields": [{"fieldName": v, "fieldValue": v}]}]}}
        ),
    ),
    "answer, list": lambda v: _answered([{"x": v}, {"x": v}]),
    "answer, list of lists": lambda v: _answered([[v, v]]),
    "answer, credential": lambda v: _answered(
        {"listenKey": v, "listenToken": v, "chatWssUrl": f"wss://im.example.test/?t={v}", "secretKey": v}
    ),
    "answer, JSON in a string": lambda v: _answered({"data": json.dumps({"deep": json.dumps({"x": v})})}),
    "answer key": lambda v: _answered({"data": {v + "9999": "1"}}),
    "error text": lambda v: _answered({"code": -2015, "msg": f"Invalid API-key, IP, or {v}"}, 400),
    "error text, filled template": lambda v: _answered(
        {"code": -2015, "msg": f"Invalid API-key, IP, or permissions for action, request ip: {v}"}, 400
    ),
    "error text, parameter": lambda v: _answered(
        {"code": -1130, "msg": f"Data sent for parameter '{v}' is not valid."}, 400
    ),
    "error code": lambda v: _answered({"code": v, "message": v, "success": False}),
    "malformed answer": lambda v: _answered(b'{"note":"%b' % v.encode()),
    "page": lambda v: make_flow(answer=_page(v)),
    "gzip answer": lambda v: make_flow(answer=_packed(v, b"gzip")),
    "deflate answer": lambda v: make_flow(answer=_packed(v, b"deflate")),
    "answer header": lambda v: make_flow(answer=json_answer({}, 200, ((b"X-Note", v.encode()),))),
    "answer header of a clear name": lambda v: make_flow(
        answer=json_answer({}, 200, ((b"Retry-After", v.encode()), (b"x-mbx-uuid", v.encode())))
    ),
    "proof of a finding": _with_finding,
}


NUMBERS = frozenset({"one-time code", "user id", "identity number", "order number"})
"""Kinds that are nothing but digits: under a name of the keep list whose shape is a number, a number is shown."""
NUMERIC_POSITIONS = frozenset(
    {
        "query value, doubled name",
        "recvWindow",
        "form body, clear name",
        "answer field of a clear name",
        "answer header of a clear name",
        "error code",
        "error text, filled template",
    }
)
LOADED = frozenset({"hmac secret", "passphrase", "pem line", "client token"})
"""Kinds that the process itself holds."""


@pytest.mark.parametrize("position", POSITIONS)
def test_no_planted_value_gets_out(position: str) -> None:
    draw = random.Random(f"{SEED} {position}")
    plant = POSITIONS[position]
    leaks: list[str] = []
    for kind, canary in kinds(draw).items():
        if kind in NUMBERS and position in NUMERIC_POSITIONS:
            continue
        machine = redactor(canary.encode()) if kind in LOADED else redactor()
        wanted = needles(canary)
        for dressed in {dress(canary): name for name, dress in ENCODINGS.items()}:
            try:
                flow = plant(dressed)
                line = (machine.redact(flow).line + machine.redact_intent(flow).line).decode("ascii")
            except RedactionError:  # nothing is written: safe, but a record is lost
                leaks.append(f"{kind}, planted as {dressed}: not recorded")
                continue
            if seen := found_in(line, wanted):
                leaks.append(f"{kind}, planted as {dressed}, found {seen}: {line}")
    assert not leaks, f"CANARY_SEED={SEED}: {len(leaks)} leaks\n" + "\n".join(leaks[:5])


def test_the_search_finds_what_is_there() -> None:
    """The detector is worth something: it finds every kind in every encoding."""
    for kind, canary in kinds(random.Random(SEED)).items():
        for encoding, dress in ENCODINGS.items():
            text = f'{{"note":"abc {dress(canary)} def"}}'
            assert found_in(text, needles(canary)), (kind, encoding, canary)
