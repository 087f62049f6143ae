"""Codes that come after the signature was accepted: the account, a filter or the order book says no."""

from proxy.core.diagnosis.refusals.broken_filter import refusal_seen, unexplained
from proxy.core.diagnosis.refusals.refusals import REFUSALS, after_the_signature, refusal_of
from proxy.core.diagnosis.refusals.said import quoted, sentence
from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict


def applies(request: ParsedRequest) -> bool:
    if request.answer is None or request.answer.success:
        return False
    return after_the_signature(request.answer.code) or refusal_of(request) is not None


def judge(case: Case) -> Opinion:
    request, found = case.request, refusal_of(case.request)
    said = (
        sentence(request.answer.message, tuple(one.value for one in request.params)) if request.answer else ""
    )
    notes = list(quoted(said))
    code = request.answer.code if request.answer else None
    if isinstance(code, int) and (after_the_signature(code) or code <= -2000):
        notes.append("Binance accepted the signature.")
    if found is None:
        notes.append(
            "Look at the message of the answer (balance, filters of exchangeInfo, state of the order)."
        )
        return Opinion(notes=tuple(notes))
    if case.explained:
        return Opinion(notes=tuple(notes))
    names = [name for name in found.parameters if request.param(name) is not None]
    facts = (("parameter", ", ".join(names)),) if names else ()
    rule = found.rule
    return Opinion(((rule, refusal_seen(rule, facts, request)),), (*notes, *unexplained(rule, request)))


VERDICT = Verdict(name="business", about=tuple(one.about for one in REFUSALS), applies=applies, judge=judge)
