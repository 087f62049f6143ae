"""Codes that come after the signature was accepted: the account or the order book says no."""

from typing import Final

from proxy.core.diagnosis.verdicts.base import Case, Opinion, ParsedRequest, Verdict

_ACCEPTED: Final = frozenset({-1013, -2010, -2011, -2013, -2021, -2022, -2026})
"""-1013, -2010 and C2C business codes mean that the signature was accepted; -2011 and -2013 look orders up."""


def applies(request: ParsedRequest) -> bool:
    return request.answer is not None and request.answer.code in _ACCEPTED


def judge(case: Case) -> Opinion:
    return Opinion(
        notes=(
            "The signature was accepted: this code comes after it was checked. Look at the message of the answer"
            " (balance, filters of exchangeInfo, state of the order).",
        )
    )


VERDICT = Verdict(name="business", applies=applies, judge=judge)
