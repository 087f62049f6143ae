"""What a flow says of the write it is about."""

import pytest

from proxy.core.errors import Execution
from proxy.core.flow import Answer, Flow, Timings
from proxy.core.wire import RawRequest


@pytest.mark.parametrize(
    ("execution", "status", "stays_used"),
    [
        (Execution.NOT_SENT, None, False),
        (Execution.UNKNOWN, None, True),  # nobody knows: it counts
        (Execution.ANSWERED, 200, True),
        (Execution.ANSWERED, 399, True),
        (Execution.ANSWERED, 400, False),
        (Execution.ANSWERED, 403, False),
        (Execution.ANSWERED, 408, True),  # Binance gave up waiting for its own engine
        (Execution.ANSWERED, 409, True),  # half of a cancelReplace
        (Execution.ANSWERED, 429, False),
        (Execution.ANSWERED, 499, False),
        (Execution.ANSWERED, 500, True),
        (Execution.ANSWERED, 503, True),
    ],
)
def test_which_ends_leave_the_allowance_used(
    execution: Execution, status: int | None, stays_used: bool
) -> None:
    flow = Flow("id", 0, RawRequest("POST", b"/api/v3/order", ()), Timings(0.0), execution=execution)
    flow.answer = None if status is None else Answer(status, (), b"")
    assert flow.may_have_executed is stays_used
