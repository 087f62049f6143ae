"""What the exchange says when it refuses: HTTP status, code and text.

Codes and texts are those of Binance's public error list (binance/binance-spot-api-docs, errors.md) and,
where that list is silent (-2008, the HTML pages), those quoted in public issue threads.
"""

from collections.abc import Mapping

BAD_SIGNATURE = "Signature for this request is not valid."
TOO_OLD = "Timestamp for this request is outside of the recvWindow."
TOO_EARLY = "Timestamp for this request was 1000ms ahead of the server's time."
BAD_KEY_FORMAT = "API-key format invalid."
UNKNOWN_KEY = "Invalid Api-Key ID."
REJECTED_KEY = "Invalid API-key, IP, or permissions for action."
RESTRICTED_LOCATION = (
    "Service unavailable from a restricted location according to 'b. Eligibility' in "
    "https://www.binance.com/en/terms."
)

_NOT_FOUND_PAGE = "<html><body><h2>404 Not found</h2></body></html>"
_BLOCKED_PAGE = (
    "<html><head><title>ERROR: The request could not be satisfied</title></head>"
    "<body><h1>403 ERROR</h1><h2>The request could not be satisfied.</h2>Request blocked.</body></html>"
)


class Refusal(Exception):  # noqa: N818 - it is the exchange's answer, not an error of the sandbox
    """An answer of 400 or more. `code` is None where Binance sends a page instead of JSON."""

    def __init__(
        self,
        status: int,
        code: int | None,
        msg: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: object = None,
    ) -> None:
        super().__init__(f"{status} {code} {msg}")
        self.status = status
        self.code = code
        self.msg = msg
        self.headers = dict(headers or {})
        self.data = data


def bad_request(code: int, msg: str) -> Refusal:
    """The ordinary case: HTTP 400 with a code."""
    return Refusal(400, code, msg)


def unauthorized(code: int, msg: str) -> Refusal:
    return Refusal(401, code, msg)


def not_found() -> Refusal:
    return Refusal(404, None, _NOT_FOUND_PAGE)


def gone() -> Refusal:
    """A call that was retired. Only the status was reported, of listen keys, in 2026; code and text are made up."""
    return Refusal(410, -1, "This call is no longer available.")


def wrong_method(allowed: str) -> Refusal:
    return Refusal(405, None, "", headers={"Allow": allowed})


def blocked() -> Refusal:
    """The page of the web application firewall; it carries no code."""
    return Refusal(403, None, _BLOCKED_PAGE)


def missing(name: str) -> Refusal:
    return bad_request(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def illegal(name: str, legal_range: str) -> Refusal:
    text = f"Illegal characters found in parameter '{name}'; legal range is '{legal_range}'."
    return bad_request(-1100, text)


def not_required(name: str) -> Refusal:
    return bad_request(-1106, f"Parameter '{name}' sent when not required.")
