"""What an error carries."""

import pytest

from proxy.core.errors import ConfigError, Execution, GatewayError, Refusal, UpstreamError

AFTER = [
    (200, "answered"),
    (400, "answered"),
    (401, "answered"),
    (403, "answered"),
    (407, "answered"),
    (408, "unknown"),  # futures hosts give up on their own back end: -1007
    (409, "answered"),
    (418, "answered"),
    (429, "answered"),
    (451, "answered"),
    (499, "answered"),
    (500, "unknown"),
    (502, "unknown"),
    (503, "unknown"),
    (504, "unknown"),
    (599, "unknown"),
]


@pytest.mark.parametrize(("status", "execution"), AFTER)
def test_what_a_status_says_of_the_execution(status: int, execution: str) -> None:
    assert Execution.after(status) == execution


@pytest.mark.parametrize(("status", "code"), [(400, -99_400), (403, -99_403), (503, -99_503)])
def test_a_refusal_has_a_code_outside_of_binances(status: int, code: int) -> None:
    assert Refusal(status, "token", "message").code == code


def test_a_refusal_is_of_what_was_not_sent_unless_it_says_otherwise() -> None:
    refusal = Refusal(403, "token", "message")
    assert (refusal.execution, refusal.headers) == (Execution.NOT_SENT, ())
    with pytest.raises(AttributeError):
        refusal.status = 200  # type: ignore[misc]  # that is what is tried
    assert Refusal(504, "token", "message", Execution.UNKNOWN, (("Retry-After", "1"),)).headers == (
        ("Retry-After", "1"),
    )


def test_errors_carry_their_words() -> None:
    assert (ConfigError("what").message, ConfigError("what").hint, str(ConfigError("what"))) == (
        "what",
        "",
        "what",
    )
    assert ConfigError("what", "do").hint == "do"
    refusal = Refusal(502, "upstream_closed", "the exchange closed the connection", Execution.UNKNOWN)
    error = UpstreamError(refusal, "head", "ConnectionResetError")
    assert (error.refusal, error.stage, error.detail) == (refusal, "head", "ConnectionResetError")
    assert (error.message, error.hint) == ("the exchange closed the connection", "")
    assert UpstreamError(refusal, "dns").detail == ""
    assert isinstance(error, GatewayError)
