"""Codes that need no investigation: what the list of error codes says of them is the whole explanation."""

from typing import Final

from proxy.core.catalogue.errors import ErrorCode
from proxy.core.diagnosis.refusals.meaning import meaning_of, told
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
    return Opinion(notes=(told(error),) if error else ())


def _meaning(request: ParsedRequest) -> ErrorCode | None:
    listed = request.answer is not None and request.answer.code in CODES
    return meaning_of(request) if listed else None


VERDICT = Verdict(name="listed-code", applies=applies, judge=judge)
