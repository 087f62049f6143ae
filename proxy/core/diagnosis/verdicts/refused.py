"""Any refusal that nothing else speaks of: what the list of codes says of it, and the exchange's own sentence."""

from typing import Final

from proxy.core.diagnosis.refusals.meaning import meaning_of, told
from proxy.core.diagnosis.refusals.refusals import after_the_signature, refusal_of
from proxy.core.diagnosis.refusals.said import quoted, sentence
from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict

_HAVE_A_TREE: Final = frozenset({-1002, -1003, -1015, -1021, -1022, -1099, -2008, -2014, -2015, -4120})
"""Codes of key, clock, signature and rate, about which enough is said."""


def applies(request: ParsedRequest) -> bool:
    answer = request.answer
    if answer is None or answer.success or (answer.code is None and not answer.message):
        return False
    return (
        answer.code not in _HAVE_A_TREE
        and refusal_of(request) is None
        and not after_the_signature(answer.code)
    )


def judge(case: Case) -> Opinion:
    answer = case.request.answer
    if case.explained or answer is None:
        return Opinion()
    said = sentence(answer.message, tuple(one.value for one in case.request.params))
    error = meaning_of(case.request)
    return Opinion(notes=(*quoted(said), *((told(error),) if error else ())))


VERDICT = Verdict(name="refused", applies=applies, judge=judge)
