"""What one result counts as: it works, or fails by a code, or says nothing."""

from enum import Enum, auto
from typing import Final

from proxy.core.probes import Probe

_SUCCESS: Final = frozenset({None, 0, 200, "000000", "0", "200"})
"""Codes that stand in good answers; "000000" is that of the P2P service."""
WORKS: Final = "works"
NO_ANSWER: Final = "no answer"


class Kind(Enum):
    WORKS = auto()
    FAILS = auto()
    SILENT = auto()
    """No answer came, or the address was turned away before anybody looked at the key: nothing was learned of it."""


def kind_of(probe: Probe) -> Kind:
    if probe.status in (None, 418, 429, 451) or (probe.status == 403 and probe.code is None):
        return Kind.SILENT
    assert probe.status is not None
    return Kind.WORKS if 200 <= probe.status < 300 and probe.code in _SUCCESS else Kind.FAILS


def label(probe: Probe) -> str:
    """What a result is called: `works`, `-2008`, `HTTP 403`, `no answer`."""
    if probe.status is None:
        return NO_ANSWER
    if kind_of(probe) is Kind.WORKS:
        return WORKS
    return str(probe.code) if probe.code not in _SUCCESS else f"HTTP {probe.status}"
