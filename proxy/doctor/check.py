"""The shape of a check: one question, asked of a patient."""

from collections.abc import Awaitable, Callable

import msgspec

from proxy.doctor.patient import Patient
from proxy.doctor.result import Finding


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """`name`: what people type. `looks_at`: its line in `--list-checks`. `seconds`: the most it may take.

    `run` raises nothing that it expects; what is unexpected is told by the class of the error.
    """

    name: str
    looks_at: str
    run: Callable[[Patient], Awaitable[Finding]]
    seconds: float = 20.0
    slow: bool = False
