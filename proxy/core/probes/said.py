"""What one answer says about the key, the signature, the clock or the address. Nothing more than it says.

Which check Binance makes first is not documented, so that only these conclusions are drawn: a success, or a
refusal by the business behind the signature, means that key and signature were taken; -2008 and -2014 say nothing
about the signature (errors.md of binance-spot-api-docs; public reports of C2C keys).
"""

from enum import StrEnum
from typing import Final

from proxy.core.catalogue import Needs
from proxy.core.probes.probe import Probe


class Said(StrEnum):
    TAKEN = "taken"
    """Key and signature were taken."""
    PUBLIC = "public"
    """Answered, on an endpoint that asks for no key."""
    KEY_UNKNOWN = "key unknown"
    KEY_FORM = "key form"
    KEY_REFUSED = "key refused"
    NOT_AUTHORIZED = "not authorized"
    TIME = "time"
    SIGNATURE = "signature"
    LIMITED = "limited"
    BANNED = "banned"
    FIREWALL = "firewall"
    LOCATION = "location"
    FAILING = "failing"
    """The exchange's own servers failed."""
    NOTHING = "nothing"
    """No answer came."""
    OTHER = "other"
    """An answer that says nothing about the key."""


_BY_CODE: Final = {
    -1002: Said.NOT_AUTHORIZED,
    -1099: Said.NOT_AUTHORIZED,
    -1021: Said.TIME,
    -5028: Said.TIME,
    -1022: Said.SIGNATURE,
    -2008: Said.KEY_UNKNOWN,
    -2014: Said.KEY_FORM,
    -2015: Said.KEY_REFUSED,
    -1013: Said.TAKEN,
    -2010: Said.TAKEN,
    -2011: Said.TAKEN,
    -2013: Said.TAKEN,
}
"""-1013, -2010, -2011 and -2013 are answered by the business behind the signature."""
_FAILING: Final = frozenset({-1000, -1001, -1006, -1007, -1008, -1016})
_LIMITS: Final = frozenset({-1003, -1015})
_OPTIONS_LIMIT: Final = -1008
"""The options API gives the texts of -1003 under this number."""

REFUSED: Final = frozenset(
    {
        Said.KEY_UNKNOWN,
        Said.KEY_FORM,
        Said.KEY_REFUSED,
        Said.NOT_AUTHORIZED,
        Said.TIME,
        Said.SIGNATURE,
    }
)
"""Refusals of this key or of a request with it."""


def said(probe: Probe) -> Said:
    """What one probe says. Never raises."""
    status, code = probe.status, number(probe.code)
    if status is None:
        return Said.NOTHING
    blocked = _blocked(probe, status, code)
    if blocked is not None:
        return blocked
    if code in _BY_CODE:
        return _BY_CODE[code] if probe.needs is not Needs.NONE else Said.OTHER
    if 200 <= status < 300:  # a business error inside stands behind the signature
        return Said.TAKEN if probe.needs is not Needs.NONE else Said.PUBLIC
    if status >= 500 or code in _FAILING:
        return Said.FAILING
    return Said.OTHER


def _blocked(probe: Probe, status: int, code: int | None) -> Said | None:
    """Refused before anybody looked at the key: for the address, or for too many calls."""
    if status == 451 or "restricted location" in probe.message:
        return Said.LOCATION
    if status == 418 or (code == -1003 and "banned" in probe.message):
        return Said.BANNED
    if status == 429 or code in _LIMITS or (code == _OPTIONS_LIMIT and probe.path.startswith("/eapi/")):
        return Said.LIMITED
    if status == 403 and code is None:
        return Said.FIREWALL
    return None


def number(code: int | str | None) -> int | None:
    """The code as a number: C2C writes "-2008". None where it is none."""
    if isinstance(code, str):
        sign, digits = code[:1] == "-", code.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            return None
        return -int(digits) if sign else int(digits)
    return code
