"""What the gateway repaired on a request, as findings: the caller's tool would have failed without it."""

from collections.abc import Iterable
from typing import Final

from proxy.core.catalogue import Endpoint, Needs
from proxy.core.findings import Finding, Strength
from proxy.core.http.json_form import RULE as JSON_TO_FORM
from proxy.core.signing import PreparedRequest

_UNLISTED: Final = Finding(
    "endpoint-unlisted",
    Strength.POSSIBLE,
    "This endpoint is not in the catalogue; it was signed as its family usually is.",
    "Check the path. If it is right, add it under `endpoints:` in the configuration.",
)
_WINDOW: Final = Finding(
    "recvwindow-replaced",
    Strength.PROVEN,
    "recvWindow was not usable (it must stand once, be above 0 and at most 60000 ms) and was replaced.",
    "Send recvWindow once, for example recvWindow=5000, or leave it to the gateway.",
)
_ESCAPED: Final = Finding(
    "raw-octets-escaped",
    Strength.PROVEN,
    "The request holds characters that must not travel raw; they were percent-encoded before signing.",
    "Percent-encode spaces, quotes and non-ASCII characters in your tool: a blank is %20.",
)
LABEL_MENDED: Final = "content-type-mended"
_LABEL: Final = Finding(
    LABEL_MENDED,
    Strength.PROVEN,
    "The Content-Type header did not match the body and was set to match.",
    "Label form bodies application/x-www-form-urlencoded and JSON bodies application/json.",
)
MENDED: Final = frozenset({JSON_TO_FORM, *(one.rule for one in (_WINDOW, _ESCAPED, _LABEL))})
"""What was mended before anything left, so that no harm came of it: notes, no mistakes."""

_TOLD: Final = frozenset({JSON_TO_FORM, _WINDOW.rule})


def repairs(
    endpoint: Endpoint, needs: Needs, prepared: PreparedRequest, *, label_repaired: bool
) -> list[Finding]:
    findings: list[Finding] = []
    if not endpoint.listed:
        findings.append(_UNLISTED)
    if prepared.cuts and needs is Needs.SIGNED and any(cut.name == "recvWindow" for cut in prepared.cuts):
        findings.append(_WINDOW)
    if prepared.escaped:
        findings.append(_ESCAPED)
    if label_repaired:
        findings.append(_LABEL)
    return findings


def told_repairs(findings: Iterable[Finding]) -> list[Finding]:
    """Those by which Binance was sent something else than the caller wrote; a label, or a character that was escaped,
    says the same as before."""
    return [one for one in findings if one.rule in _TOLD]


def repair_header(findings: Iterable[Finding]) -> str | None:
    """The value of `X-Gateway-Repair`: each repair by its rule, with what was done and what to change; None where
    there is nothing to tell. The texts are the gateway's own."""
    told = [f'{one.rule}; "{one.says}"; remedy="{one.remedy}"' for one in told_repairs(findings)]
    return ", ".join(told) or None
