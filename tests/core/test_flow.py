"""What a flow says of itself: what may have happened at the exchange, and what was noted of it."""

import pytest

from proxy.core.catalogue import Catalogue, Endpoint
from proxy.core.errors import Execution, Refusal, UpstreamError
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.wire import RawRequest

NOT_SENT, UNKNOWN, ANSWERED = Execution.NOT_SENT, Execution.UNKNOWN, Execution.ANSWERED


def flow(
    execution: Execution = NOT_SENT, status: int | None = None, endpoint: Endpoint | None = None
) -> Flow:
    made = Flow("id", 1_795_262_400_000, RawRequest("POST", b"/api/v3/order", ()), Timings(0.0))
    made.execution = execution
    made.answer = None if status is None else Answer(status, ())
    made.endpoint = endpoint
    return made


DID_NOTHING = {*range(400, 500)} - {408, 409}
"""The exchange refused it. But 408: futures hosts gave up on their own back end; 409: half a cancelReplace was done."""


@pytest.mark.parametrize("status", range(100, 600))
def test_a_refused_write_did_nothing_and_any_other_answer_may_mean_that_it_did(status: int) -> None:
    for execution in (UNKNOWN, ANSWERED):
        assert flow(execution, status).may_have_executed is (status not in DID_NOTHING)
    assert not flow(NOT_SENT, status).may_have_executed


@pytest.mark.parametrize(("execution", "may"), [(NOT_SENT, False), (UNKNOWN, True), (ANSWERED, True)])
def test_without_an_answer_all_that_was_sent_may_have_been_executed(execution: Execution, may: bool) -> None:
    assert flow(execution).may_have_executed is may


WRITES = [
    ("POST", "/api/v3/order", UNKNOWN, True),
    ("POST", "/api/v3/order", ANSWERED, False),
    ("POST", "/api/v3/order", NOT_SENT, False),
    ("DELETE", "/api/v3/order", UNKNOWN, True),
    ("POST", "/api/v3/order/test", UNKNOWN, False),  # changes nothing
    ("GET", "/api/v3/account", UNKNOWN, False),
    ("POST", "/api/v3/made/up", UNKNOWN, True),  # unlisted: taken for a write
    ("GET", "/api/v3/made/up", UNKNOWN, False),
]


@pytest.mark.parametrize(("method", "path", "execution", "unknown"), WRITES)
def test_a_write_is_unknown_when_nobody_knows_what_became_of_it(
    method: str, path: str, execution: Execution, unknown: bool
) -> None:
    catalogue = Catalogue.builtin()
    endpoint = catalogue.find(method, path) or catalogue.unlisted(method, path)
    assert endpoint is not None
    assert flow(execution, endpoint=endpoint).unknown_write is unknown


def test_before_the_endpoint_is_known_nothing_is_an_unknown_write() -> None:
    assert not flow(UNKNOWN).unknown_write


@pytest.mark.parametrize(
    ("stage", "detail", "execution"),
    [
        ("dns", "gaierror", NOT_SENT),
        ("connect", "ConnectionRefusedError", NOT_SENT),
        ("send", "ConnectionResetError", UNKNOWN),
        ("head", "", UNKNOWN),
    ],
)
def test_a_fault_is_noted_with_what_is_known_of_the_execution(
    stage: str, detail: str, execution: Execution
) -> None:
    made = flow(ANSWERED)
    made.failed(UpstreamError(Refusal(502, "token", "words", execution), stage, detail))
    assert (made.fault_stage, made.fault, made.execution) == (stage, detail, execution)
    assert made.refusal is None


@pytest.mark.parametrize("gone_before", [False, True])
@pytest.mark.parametrize("gone_now", [False, True])
@pytest.mark.parametrize("execution", list(Execution))
def test_a_refusal_is_noted_and_a_client_that_is_gone_stays_gone(
    gone_before: bool, gone_now: bool, execution: Execution
) -> None:
    made, refusal = flow(ANSWERED), Refusal(403, "token", "words", execution)
    made.client_gone = gone_before
    made.refused(refusal, client_gone=gone_now)
    assert (made.refusal, made.execution) == (refusal, execution)
    assert made.client_gone is (gone_before or gone_now)


def test_a_new_flow_was_not_sent_and_says_nothing() -> None:
    made = Flow("id", 1, RawRequest("GET", b"/", ()), Timings(0.0))
    assert made.execution is NOT_SENT
    assert (made.attempts, made.weight, made.outcome, made.client_gone) == (0, None, "", False)
    assert made.findings is not Flow("id", 1, made.client, Timings(0.0)).findings


def test_the_first_header_of_a_name_counts_whatever_its_case() -> None:
    answer = Answer(200, ((b"retry-after", b"1"), (b"Retry-After", b"2")))
    assert answer.header(b"Retry-After") == b"1"
    assert answer.header(b"date") is None
