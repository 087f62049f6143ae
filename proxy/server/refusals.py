"""Refusals before anything is known of the request: the parser's, and those of time and size."""

from typing import Final

from aiohttp import http_exceptions

from proxy.core.errors import Execution, Refusal

LONGEST_LINE: Final = 8190
LONGEST_TARGET: Final = LONGEST_LINE - len("DELETE  HTTP/1.1")
"""aiohttp measures the target alone; both bounds differ, so that its exception tells which one it was."""
MOST_HEADER_LINES: Final = 64
LARGEST_HEAD: Final = 32 * 1024 + LONGEST_LINE
"""Octets of a head that has not ended yet. What the parser alone would take, 64 of the longest lines, is half a MiB a
connection; a whole head is checked by `core.guard`."""

_TARGET_TOO_LONG: Final = Refusal(
    414, "target_too_long", "the request line is too long; 8190 octets are taken: put parameters into a form"
)
HEADERS_TOO_LARGE: Final = Refusal(
    431, "headers_too_large", "too many or too large headers; 64 lines of at most 8190 octets are taken"
)
_BAD_TARGET: Final = Refusal(
    400,
    "target_not_ascii",
    "the request target holds octets that HTTP does not allow there; percent-encode them as UTF-8 first, "
    "for example a space as %20",
)
BAD_HTTP: Final = Refusal(
    400, "bad_request", "this is not proper HTTP/1.1; check the tool that made the request"
)
TLS_ON_PLAIN: Final = Refusal(
    400,
    "tls_on_plain_port",
    "a TLS client spoke to the plain http port; use http://... as its address, or serve https here: "
    "tls_certificate_file and tls_key_file",
)
TOO_SLOW: Final = Refusal(408, "request_timeout", "the request did not arrive in time; send it in one go")
TOO_LARGE: Final = Refusal(413, "body_too_large", "the request body is too large for any Binance endpoint")
CONNECTIONS: Final = Refusal(503, "overloaded", "too many open connections; close some, or keep them alive")
INTERNAL: Final = Refusal(
    500,
    "internal_error",
    "the gateway failed on this request; look before you send it again, and report the log line",
    Execution.UNKNOWN,
)


def parser_refusal(error: BaseException) -> Refusal:
    """What an exception of aiohttp's parser means; never its text, which echoes the input."""
    if isinstance(error, http_exceptions.LineTooLong):
        return _TARGET_TOO_LONG if error.args[1] == LONGEST_TARGET else HEADERS_TOO_LARGE
    if isinstance(error, http_exceptions.BadHttpMessage) and error.args == ("Too many headers received",):
        return HEADERS_TOO_LARGE
    if isinstance(error, http_exceptions.InvalidURLError):
        return _BAD_TARGET
    return BAD_HTTP
