"""-1002 and -1099: the key is known and the action is refused."""

from typing import Final

from proxy.core.diagnosis.verdicts.base import (
    Case,
    Opinion,
    ParsedRequest,
    RuleText,
    Verdict,
    likely,
    possible,
)


def applies(request: ParsedRequest) -> bool:
    return request.answered(-1002, -1099, "-1002")


def judge(case: Case) -> Opinion:
    if case.explained:
        return Opinion()
    return Opinion((*likely("perm-not-authorized"), *possible("perm-permission-missing")))


TEXTS: Final = (
    RuleText(
        rule="perm-not-authorized",
        says="The account may not do this: a permission, the account type or the owner of the object is wrong.",
        why=(
            "C2C asks for merchant status and for own ads and orders; other products for an opened account. Futures"
            " hide unknown paths behind the same answer."
        ),
        see="-1002 or -1099 while the same key works elsewhere.",
        remedy=(
            "Check in API management that the key has the permission, and that the ad, order or sub-"
            "account is your own."
        ),
    ),
)

VERDICT = Verdict(name="not-authorized", about=TEXTS, applies=applies, judge=judge)
