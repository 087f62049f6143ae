"""403 and 451: refused before the exchange looked at the request."""

import re
from typing import Final

from proxy.core.diagnosis.verdicts.base import (
    PROVEN,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
    likely,
)

_SQL: Final = re.compile(r"(?i)\b(select|union|drop|insert|delete|update|or\s+1=1|script)\b")


def applies(request: ParsedRequest) -> bool:
    status = request.answer.status if request.answer else 0
    located = request.answer is not None and "restricted location" in request.answer.message
    return status in (403, 451) or located


def judge(case: Case) -> Opinion:
    answer, request = case.request.answer, case.request
    if answer is None:
        return Opinion()
    if answer.status == 451 or "restricted location" in answer.message:
        return Opinion((("perm-restricted-location", Sighting(PROVEN)),))
    if answer.code is not None:
        return Opinion()
    words = sum(bool(_SQL.search(param.value)) for param in request.params)
    facts = (("parameters_with_sql_words", words),) if words else ()
    if case.explained:
        return Opinion(likely("limit-403-waf"))
    return Opinion((("limit-403-waf", Sighting(PROVEN, facts)),))


TEXTS: Final = (
    RuleText(
        rule="limit-403-waf",
        says="The firewall in front of Binance blocked the request.",
        why="Too high a rate, odd characters or SQL words in a parameter, or a blocked network.",
        see="HTTP 403 with an HTML page instead of JSON.",
        remedy="Wait some minutes, slow down, and avoid SQL words and odd characters in parameters.",
    ),
    RuleText(
        rule="perm-restricted-location",
        says="Binance does not serve the country of this address.",
        why="The server or VPN exit stands in a restricted country: US cloud regions, CI machines.",
        see="HTTP 451.",
        remedy="Run from an allowed location, or use the API of the local company.",
    ),
)

VERDICT = Verdict(name="firewall", about=TEXTS, applies=applies, judge=judge)
