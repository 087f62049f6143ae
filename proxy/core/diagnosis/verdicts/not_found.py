"""404: the path is not known on that host."""

from proxy.core.catalogue.retired import REMOVED
from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict, possible


def applies(request: ParsedRequest) -> bool:
    answer, endpoint = request.answer, request.endpoint
    removed = endpoint is not None and endpoint.status == REMOVED  # nobody offers it any more
    return answer is not None and answer.status == 404 and answer.code is None and not removed


def judge(case: Case) -> Opinion:
    if case.explained:
        return Opinion()
    note = "The path is a documented one, so this host does not offer it: check host and environment."
    return Opinion(possible("host-wrong-product"), (note,))


VERDICT = Verdict(name="not-found", applies=applies, judge=judge)
