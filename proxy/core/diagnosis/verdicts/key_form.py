"""-2014: what arrived does not have the form of an API key."""

from proxy.core.diagnosis.symptoms.parts import plausible_key
from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict, likely, possible


def applies(request: ParsedRequest) -> bool:
    return request.answered(-2014)


def judge(case: Case) -> Opinion:
    note = ("-2014 is answered before the signature is looked at: it says nothing about the signature.",)
    if case.explained:
        return Opinion(notes=note)
    if plausible_key(case.request.sent_key or b""):
        changed = (
            "The key has the right form here: something between here and Binance changes or drops the header."
        )
        return Opinion(possible("header-apikey-missing"), (changed, *note))
    return Opinion(likely("key-format-whitespace-or-quotes"), note)


VERDICT = Verdict(name="key-form", applies=applies, judge=judge)
