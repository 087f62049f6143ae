"""404: the path is not known on that host."""

from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict, possible


def applies(request: ParsedRequest) -> bool:
    return request.answer is not None and request.answer.status == 404 and request.answer.code is None


def judge(case: Case) -> Opinion:
    if case.explained:
        return Opinion()
    note = "The path is a documented one, so this host does not offer it: check host and environment."
    return Opinion(possible("host-wrong-product"), (note,))


VERDICT = Verdict(name="not-found", applies=applies, judge=judge)
