"""The record of what became of an unknown write shows the order as its flow does, and no value."""

import pytest
from msgspec.structs import replace

from proxy.core.errors import RedactionError
from proxy.core.order_lookup import Outcome, State, Verdict
from proxy.core.redaction import OutcomeRecord, decode_record
from tests.core.redaction.flows import API_KEY, SECRET, STARTED_MS, make_flow, redactor

ORDER = b"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=janes-order-7"


def outcome(pair: bytes = b"newClientOrderId=janes-order-7", **verdict: str) -> Outcome:
    told = Verdict(State.EXECUTED, **verdict)
    return Outcome(told, pair, looks=2, known_ms=STARTED_MS + 145, after_ms=145.01234, told=True)


def test_the_record() -> None:
    machine = redactor()
    flow = make_flow("POST", b"/api/v3/order", ORDER)
    redacted = machine.redact_outcome(flow, outcome(order_status="FILLED"))
    record = redacted.record
    assert decode_record(redacted.line) == record
    assert (record.outcome, record.order_status, record.looks, record.told) == ("executed", "FILLED", 2, True)
    assert (record.time, record.after_ms) == ("2026-07-23T10:14:56.934Z", 145.012)
    assert (record.request_id, record.method, record.path) == (flow.request_id, "POST", "/api/v3/order")
    assert (record.server, record.environment, record.account) == ("api.binance.com", "production", "main")
    kept = machine.redact(flow)
    assert record.order in kept.record.came.body
    assert record.key == kept.record.key
    assert record.removed == ["key", "order"]
    assert b"janes" not in redacted.line
    assert API_KEY.encode() not in redacted.line


def test_fields_at_their_default_are_left_out() -> None:
    flow = make_flow("POST", b"/api/v3/order", ORDER)
    line = redactor().redact_outcome(flow, Outcome(Verdict(State.UNDETERMINED, "no_id"))).line
    for name in (b'"order', b'"looks', b'"code', b'"added', b'"told'):
        assert name not in line
    assert b'"reason":"no_id"' in line


def test_a_path_that_nobody_knows_is_marked_as_in_its_flow() -> None:
    flow = make_flow("POST", b"/sapi/v1/for/jane-doe-4711", b"a=1")
    assert b"4711" not in redactor().redact_outcome(flow, outcome(pair=b"")).line


def test_a_secret_in_the_place_of_an_id_is_never_tagged() -> None:
    flow = make_flow("POST", b"/api/v3/order", ORDER)
    record = redactor().redact_outcome(flow, outcome(pair=b"newClientOrderId=" + SECRET)).record
    assert record.order.startswith("newClientOrderId=<secret:loaded:")


def test_whatever_goes_wrong_nothing_is_made() -> None:
    flow = make_flow("POST", b"/api/v3/order", ORDER)
    with pytest.raises(RedactionError):
        redactor().redact_outcome(flow, outcome(code=SECRET.decode()))
    broken = make_flow("POST", b"/api/v3/order", ORDER)
    broken.client = None  # type: ignore[assignment]  # what must not happen
    broken.endpoint = None
    with pytest.raises(RedactionError, match="could not be redacted"):
        redactor().redact_outcome(broken, outcome())


def test_an_announced_write_tells_the_id_that_is_added() -> None:
    flow = make_flow("POST", b"/api/v3/order", b"symbol=BTCUSDT")
    assert flow.prepared is not None
    flow.prepared = replace(flow.prepared, added=b"newClientOrderId=gw-0011223344-00000001")
    record = redactor().redact_intent(flow).record
    assert record.added.startswith("newClientOrderId=<order:")
    assert b"gw-" not in redactor().redact_intent(flow).line
    assert isinstance(redactor().redact_outcome(flow, outcome()).record, OutcomeRecord)
