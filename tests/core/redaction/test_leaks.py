"""Positions that the leak matrix (tests/leaks) has not, or not alone, planted in flows without a gateway."""

import json
import random
from collections.abc import Callable
from urllib.parse import quote

import pytest

from proxy.core.errors import RedactionError
from proxy.core.findings import Diagnosis, Finding, Proof, SignatureState, Strength, Verdict
from proxy.core.flow import Flow
from tests.core.redaction.flows import json_answer, make_flow, redactor
from tests.core.redaction.needles import found_in, needles
from tests.support.canaries import ENCODINGS, KINDS
from tests.support.draws import SEED

pytestmark = pytest.mark.draws

type Plant = Callable[[str], Flow]


def _query(value: str) -> bytes:
    return quote(value, safe='%+&#;\\"{}:=?/-_.~').replace("&", "%26").encode()


def _answered(value: object, status: int = 200, path: bytes = b"/api/v3/account") -> Flow:
    return make_flow("GET", path, answer=json_answer(value, status))


def _with_finding(value: str) -> Flow:
    flow = make_flow()
    proof = Proof(b"symbol=" + _query(value), b"symbol=BTCUSDT&note=" + _query(value), 7)
    finding = Finding("order-sorted", Strength.PROVEN, "the pairs were sorted", "do not sort", (), proof)
    flow.diagnosis = Diagnosis(Verdict.MISTAKEN, SignatureState.INVALID, (finding,))
    return flow


C2C = b"/sapi/v1/c2c/orderMatch/getUserOrderDetail"

POSITIONS: dict[str, Plant] = {
    "timestamp": lambda v: make_flow("GET", b"/api/v3/account?timestamp=" + _query(v)),
    "recvWindow": lambda v: make_flow("GET", b"/api/v3/account?recvWindow=" + _query(v)),
    "Content-Type": lambda v: make_flow(headers=((b"Content-Type", b"text/plain; x=" + v.encode()),)),
    "JSON body, nested": lambda v: make_flow("POST", C2C, json.dumps({"a": [{"b": {"c": v}}]}).encode()),
    "JSON body, a number": lambda v: make_flow(
        "POST", C2C, b'{"x":%b}' % (v.encode() if v.isdigit() else b"1")
    ),
    "JSON key": lambda v: make_flow("POST", C2C, json.dumps({v + "9999": 1}).encode()),
    "answer, list": lambda v: _answered([{"x": v}, {"x": v}]),
    "proof of a finding": _with_finding,
}


NUMBERS = frozenset({"one-time code", "user number", "identity document", "order number"})
"""Kinds that are nothing but digits: under a name of the keep list whose shape is a number, a number is shown."""
NUMERIC_POSITIONS = frozenset({"recvWindow"})
LOADED = frozenset({"hmac secret", "passphrase", "private key", "client token"})
"""Kinds that the process itself holds."""


@pytest.mark.parametrize("position", POSITIONS)
def test_no_planted_value_gets_out(position: str) -> None:
    draw = random.Random(f"{SEED} {position}")
    plant = POSITIONS[position]
    leaks: list[str] = []
    for kind, make in KINDS.items():
        canary = make(draw)
        if kind in NUMBERS and position in NUMERIC_POSITIONS:
            continue
        machine = redactor(canary.encode()) if kind in LOADED else redactor()
        wanted = needles(canary)
        for encoded in {encode(canary): name for name, encode in ENCODINGS.items()}:
            try:
                flow = plant(encoded)
                line = (machine.redact(flow).line + machine.redact_intent(flow).line).decode("ascii")
            except RedactionError:  # nothing is written: safe, but a record is lost
                leaks.append(f"{kind}, planted as {encoded}: not recorded")
                continue
            if seen := found_in(line, wanted):
                leaks.append(f"{kind}, planted as {encoded}, found {seen}: {line}")
    assert not leaks, f"DRAW_SEED={SEED}: {len(leaks)} leaks\n" + "\n".join(leaks[:5])


def test_the_search_finds_what_is_there() -> None:
    """The detector is worth something: it finds every kind in every encoding."""
    draw = random.Random(SEED)
    for kind, make in KINDS.items():
        canary = make(draw)
        for encoding, encode in ENCODINGS.items():
            text = f'{{"note":"abc {encode(canary)} def"}}'
            assert found_in(text, needles(canary)), (kind, encoding, canary)
