"""Codes that need no investigation: what the list of error codes says of them is the whole explanation."""

from typing import Final

from proxy.core.catalogue.errors import ErrorCode, lookup
from proxy.core.catalogue.prefixes import table_family_of
from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict

CODES: Final = frozenset(
    {
        -1153, -1155, -1161,  # binary answers (X-MBX-SBE)
        -1191, -1209, -2036, -2042,  # subscriptions of the WebSocket API
        -1220, -2039, -2043, -4047, -4106,
        -4067, -4068, -4531,  # position side, one setting for USD-M and COIN-M
        -5028,  # the second timing check of futures
    }
)  # fmt: skip


def applies(request: ParsedRequest) -> bool:
    return _meaning(request) is not None


def judge(case: Case) -> Opinion:
    error = _meaning(case.request)
    return Opinion(notes=(_sentence(error),) if error else ())


def _sentence(error: ErrorCode) -> str:
    causes = f" Causes: {'; '.join(error.causes)}." if error.causes else ""
    return f"{error.codes[0]} {error.name}: {error.meaning}{causes} {error.fix}"


def _meaning(request: ParsedRequest) -> ErrorCode | None:
    """The row of the family that answered; the same number may mean something else elsewhere."""
    if request.answer is None or request.answer.code not in CODES:
        return None
    family = "ws" if request.websocket else table_family_of(request.path_text)
    return lookup(request.answer.code, family=family)


VERDICT = Verdict(name="listed-code", applies=applies, judge=judge)
