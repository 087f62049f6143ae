"""The control headers: what a caller may ask of the gateway itself, each with the values that it has.

Taken exactly: who writes `X-Gateway-Dry-Run: true` and is not understood places a real order.
"""

import re
from typing import Final

from proxy.core.errors import Refusal
from proxy.core.head import Fields

_LIKE_OURS: Final = re.compile(rb"[^a-z0-9]*(?:http[^a-z0-9]*)?(?:x[^a-z0-9]*)?gate[^a-z0-9]*way")
"""Also with the dashes forgotten, doubled or written otherwise, or without the X: `XGateway_Dry_Run: 1` and
`Gateway-Dry-Run: 1` must not place an order."""
_DRY_RUN: Final = re.compile(rb"dry[^a-z0-9]*run")
"""Whoever writes `X-Dry-Run: 1` or `X-Gatway-Dry-Run: 1` does not mean to place one either."""

CONTROLS: Final = {
    b"x-gateway-account": (
        "X-Gateway-Account",
        "the name of an account",
        rb"(?s:.*)",
    ),  # `account_denied` says more
    b"x-gateway-security": ("X-Gateway-Security", "none, key or signed", rb"none|key|signed"),
    b"x-gateway-host": ("X-Gateway-Host", "fapi or dapi", rb"fapi|dapi"),
    b"x-gateway-dry-run": ("X-Gateway-Dry-Run", "1", rb"1"),
    b"x-gateway-timing": ("X-Gateway-Timing", "1", rb"1"),
    b"x-gateway-explain": ("X-Gateway-Explain", "message or header", rb"message|header"),
    b"x-gateway-repeat": ("X-Gateway-Repeat", "yes", rb"yes"),
    b"x-gateway-token": ("X-Gateway-Token", "the client token", rb"[\x21-\x7e]+"),
}
"""By lower-cased name: how it is written, what its values are, and the pattern of them."""

_VALUES: Final = {name: re.compile(pattern) for name, (_, _, pattern) in CONTROLS.items()}


def _refusal(message: str) -> Refusal:
    return Refusal(400, "bad_control_header", message)


_UNKNOWN: Final = _refusal(
    "there is a header like X-Gateway-* or a dry run's that the gateway does not have; it has "
    + ", ".join(shown for shown, _, _ in CONTROLS.values())
    + ". Leave it out, or write one of these"
)
_TWICE: Final = {
    name: _refusal(f"{shown} stands twice; send it once") for name, (shown, _, _) in CONTROLS.items()
}
_VALUE: Final = {
    name: _refusal(f"{shown} has a value that it does not take; write {shown}: {values}")
    for name, (shown, values, _) in CONTROLS.items()
}


_BEHIND: Final = _refusal(
    "Trailer announces an X-Gateway-* header behind the body, where it is not read; send it in the head"
)


def _is_like_ours(name: bytes) -> bool:
    return _LIKE_OURS.match(name) is not None or (b"dry" in name and _DRY_RUN.search(name) is not None)


def bad_control(fields: Fields) -> Refusal | None:
    """What is wrong with the first control header that is wrong. Blanks around a value are none of it (RFC 9110,
    section 5.5)."""
    for name, values in fields.items():
        if name == b"trailer" and any(map(_is_like_ours, b",".join(values).lower().split(b","))):
            return _BEHIND
        if not _is_like_ours(name):
            continue
        pattern = _VALUES.get(name)
        if pattern is None:
            return _UNKNOWN
        if len(values) > 1:
            return _TWICE[name]
        if pattern.fullmatch(values[0].strip(b" \t")) is None:
            return _VALUE[name]
    return None
