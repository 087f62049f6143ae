"""What can go wrong on the way out, as refusals with the truth about execution."""

from proxy.core.errors import Execution, Refusal, UpstreamError

_RETRY_SAFELY = "nothing was sent, so trying again is safe"
_LOOK_FIRST = "the request may have been executed: look before you send it again"


def fault(token: str, stage: str, detail: str = "", reason: str = "") -> UpstreamError:
    """The error for a fault. Stages up to `tls` mean that not one octet of the request was written; then `reason`,
    in words of our own (`reasons.py`), is told to the client as well."""
    status, execution, says = _FAULTS[token]
    if stage in ("dns", "connect", "tls"):
        execution, advice = Execution.NOT_SENT, _RETRY_SAFELY
        says += f" ({stage}: {reason})" if reason else ""
    else:
        advice = _LOOK_FIRST
    return UpstreamError(Refusal(status, token, f"{says}; {advice}", execution), stage, detail, reason)


def in_words(error: UpstreamError) -> str:
    """Where and why, on one line: `dns: name not found`."""
    says = error.reason or _FAULTS[error.refusal.token][2]
    return f"{error.stage}: {says}"


_FAULTS: dict[str, tuple[int, Execution, str]] = {
    "upstream_unreachable": (502, Execution.NOT_SENT, "no connection to Binance could be made"),
    "upstream_refused_address": (
        502,
        Execution.NOT_SENT,
        "the upstream is not one of Binance's hosts, or its name leads to an address that is not public: check "
        "DNS, VPN and hosts file",
    ),
    "upstream_tls": (
        502,
        Execution.NOT_SENT,
        "the certificate of the upstream could not be verified: check the clock, and whether something "
        "intercepts TLS on this network",
    ),
    "upstream_no_answer": (502, Execution.UNKNOWN, "the connection ended before Binance answered"),
    "upstream_bad_answer": (502, Execution.UNKNOWN, "the answer of the upstream was not proper HTTP"),
    "upstream_timeout": (504, Execution.UNKNOWN, "Binance did not answer in time"),
    "redirect_refused": (
        502,
        Execution.UNKNOWN,
        "the upstream answered with a redirect, which is never followed",
    ),
}
