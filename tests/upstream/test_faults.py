"""What a fault says of the execution: never "nothing was sent" once an octet may have left."""

import pytest

from proxy.core.errors import Execution
from proxy.upstream.faults import fault

NOT_SENT, UNKNOWN = Execution.NOT_SENT, Execution.UNKNOWN
BEFORE, AFTER = ("dns", "connect", "tls"), ("send", "head", "body")
FAULTS = [
    # token, status, stages in which it arises
    ("upstream_unreachable", 502, ("dns", "connect")),
    ("upstream_refused_address", 502, ("dns", "connect")),
    ("upstream_tls", 502, ("tls",)),
    ("upstream_no_answer", 502, AFTER),
    ("upstream_bad_answer", 502, ("head", "body")),
    ("upstream_timeout", 504, (*BEFORE, *AFTER)),
    ("redirect_refused", 502, ("head",)),
]
ARISING = [(token, status, stage) for token, status, stages in FAULTS for stage in stages]


@pytest.mark.parametrize(("token", "status", "stage"), ARISING)
def test_up_to_tls_nothing_was_sent_and_from_then_on_nobody_knows(
    token: str, status: int, stage: str
) -> None:
    error = fault(token, stage, "SomeError")
    refusal = error.refusal
    assert (refusal.status, refusal.token, error.stage, error.detail) == (status, token, stage, "SomeError")
    safe, look = "trying again is safe", "look before you send it again"
    if stage in BEFORE:
        assert (refusal.execution, safe in refusal.message, look in refusal.message) == (
            NOT_SENT,
            True,
            False,
        )
    else:
        assert (refusal.execution, safe in refusal.message, look in refusal.message) == (UNKNOWN, False, True)


def test_the_text_of_the_underlying_fault_is_not_told() -> None:
    assert "SomeError" not in fault("upstream_timeout", "head", "SomeError").refusal.message
    assert fault("upstream_timeout", "head").detail == ""


def test_why_no_connection_was_made_is_told_in_words_of_our_own() -> None:
    said = fault("upstream_unreachable", "dns", "gaierror", "name not found").refusal.message
    assert said.startswith("no connection to Binance could be made (dns: name not found); nothing was sent")
    assert "reset" not in fault("upstream_no_answer", "head", "SomeError", "reset").refusal.message
