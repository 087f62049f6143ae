"""404: the path is not known on that host."""

from proxy.core.catalogue.retired import REMOVED, retirement_of_path
from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, RuleText, Verdict, possible


def applies(request: ParsedRequest) -> bool:
    answer, endpoint = request.answer, request.endpoint
    removed = endpoint is not None and endpoint.status == REMOVED  # nobody offers it any more
    return answer is not None and answer.status == 404 and answer.code is None and not removed


def judge(case: Case) -> Opinion:
    """A host of another product was found before, where it is one: here the path belongs to the host."""
    request = case.request
    if case.explained or request.endpoint is None or retirement_of_path(request.path_text, "production"):
        return Opinion()
    return Opinion(possible("host-path-not-offered"))


TEXTS = (
    RuleText(
        rule="host-path-not-offered",
        says="The path is a documented one, and this host does not offer it.",
        why="Testnet, demo mode and Binance.US have fewer calls than production, and so has the sandbox; a call may "
        "have been retired lately.",
        see="HTTP 404 for a path of the documentation, at a host of its own product.",
        remedy="Check which environment host and key belong to; if it is the right one, look in Binance's change log "
        "and update the library.",
    ),
)

VERDICT = Verdict(name="not-found", about=TEXTS, applies=applies, judge=judge)
