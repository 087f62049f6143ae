"""429, 418, -1003 and -1015: a limit was passed, and the only remedy is to stop and wait."""

from typing import Final

from proxy.core.diagnosis.verdicts.base import (
    PROVEN,
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Sighting,
    Verdict,
)


def applies(request: ParsedRequest) -> bool:
    status = request.answer.status if request.answer else 0
    return status in (418, 429) or request.answered(-1003, -1015)


def judge(case: Case) -> Opinion:
    answer = case.request.answer
    banned = answer is not None and (answer.status == 418 or "banned" in answer.message)
    name = "limit-banned" if banned else "limit-orders" if case.request.answered(-1015) else "limit-429"
    wait = answer.retry_after if answer is not None else None
    facts = (
        (("retry_after_s", int(wait)),)
        if wait and wait.isascii() and wait.isdigit() and len(wait) < 10
        else ()
    )
    return Opinion(((name, Sighting(PROVEN, facts)),), ("Every further call before that lengthens the ban.",))


TEXTS: Final = (
    RuleText(
        rule="limit-429",
        says="Too much request weight was used from this address.",
        why="The limit counts all tools behind one address together, refused requests included.",
        see="HTTP 429; the X-MBX-USED-WEIGHT headers of earlier answers.",
        remedy="Stop for Retry-After seconds, then lower the rate; use streams instead of polling.",
    ),
    RuleText(
        rule="limit-banned",
        says="This address is banned for a while, because calls went on after HTTP 429.",
        why="Bans grow from two minutes to three days for repeaters.",
        see="HTTP 418.",
        remedy="Stop every tool behind this address until Retry-After seconds are over.",
    ),
    RuleText(
        rule="limit-orders",
        says="Too many new orders were sent in the interval.",
        why="The order limit belongs to the account; on spot it counts unfilled orders.",
        see="-1015; the X-MBX-ORDER-COUNT headers.",
        remedy="Wait until the interval ends, then send fewer orders.",
    ),
)

VERDICT = Verdict(name="rate-limited", about=TEXTS, applies=applies, judge=judge)
