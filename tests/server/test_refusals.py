"""What the parser's exceptions mean; that real requests raise them: tests/server/test_server.py, tests/hostile."""

import pytest
from aiohttp import http_exceptions

from proxy.core.errors import Execution, Refusal
from proxy.server import refusals
from proxy.server.refusals import parser_refusal

MEANT = [
    # the target's bound is smaller than a header line's, so the bound tells which it was
    (http_exceptions.LineTooLong(b"secret", refusals.LONGEST_TARGET), 414, "target_too_long"),
    (http_exceptions.LineTooLong(b"secret", refusals.LONGEST_LINE), 431, "headers_too_large"),
    (http_exceptions.BadHttpMessage("Too many headers received"), 431, "headers_too_large"),
    (http_exceptions.BadHttpMessage("secret"), 400, "bad_request"),
    (http_exceptions.InvalidURLError("secret"), 400, "target_not_ascii"),
    (http_exceptions.BadStatusLine("secret"), 400, "bad_request"),
    (http_exceptions.InvalidHeader("secret"), 400, "bad_request"),
    (ValueError("secret"), 400, "bad_request"),
]


@pytest.mark.parametrize(("error", "status", "token"), MEANT, ids=lambda one: type(one).__name__)
def test_what_an_exception_means(error: Exception, status: int, token: str) -> None:
    refusal = parser_refusal(error)
    assert (refusal.status, refusal.token, refusal.execution) == (status, token, Execution.NOT_SENT)
    assert "secret" not in refusal.message


def test_the_bounds() -> None:
    assert refusals.LONGEST_LINE == 8190
    assert refusals.LONGEST_TARGET == 8190 - 16  # `DELETE `, and ` HTTP/1.1`
    assert refusals.LARGEST_HEAD == 32 * 1024 + 8190


def test_only_what_fails_inside_leaves_open_whether_it_was_sent() -> None:
    told = {name: one for name, one in vars(refusals).items() if isinstance(one, Refusal)}
    assert {name for name, one in told.items() if one.execution is not Execution.NOT_SENT} == {"INTERNAL"}
    assert refusals.INTERNAL.execution is Execution.UNKNOWN
    assert len(told) == 9
